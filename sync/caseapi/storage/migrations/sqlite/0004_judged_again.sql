-- A quarantined record is released by the correction that supersedes it; what waits for a record, or for reference data
-- or a kind that this server did not know, is judged again.

alter table judged add column superseded_by blob;
alter table place_verdict add column waits_for blob;
create index place_waiting on place_verdict (district_id, waits_for) where waits_for is not null;

create index place_apart on place_verdict (district_id, reason) where verdict <> 'duplicate';

create table judge_again (
    district_id text not null,
    stream blob not null,
    n integer not null,
    primary key (district_id, stream, n)
) without rowid;

-- By what knowledge (kinds, versions, rules) the verdicts were given.
create table judging_state (
    district_id text primary key,
    knowledge text not null
) without rowid;

-- What no copy can bring back: a tablet no longer holds what a restored database lacks.
create table stream_gap (
    district_id text not null,
    stream blob not null,
    first_n integer not null,
    last_n integer not null check (last_n >= first_n),
    device blob not null,
    noted_ms integer not null,
    primary key (district_id, stream, first_n)
) without rowid;

-- The tablet's clock minus the server's, at its last exchange; the protocol it spoke.
alter table device_hello add column clock_offset_ms integer;
alter table device_hello add column protocol integer;

-- Erase at the next contact, whatever is left on it; two administrators said so.
alter table device add column is_wiped integer not null default 0;

create table wipe_confirmation (
    district_id text not null,
    device blob not null,
    administrator text not null,
    confirmed_ms integer not null,
    primary key (district_id, device, administrator)
) without rowid;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('place_verdict', 'place_waiting', '20 20 2'),
    ('place_verdict', 'place_apart', '500 500 100'),
    ('judge_again', 'judge_again', '100 100 10 1'),
    ('judging_state', 'judging_state', '1 1'),
    ('stream_gap', 'stream_gap', '10 10 1 1'),
    ('wipe_confirmation', 'wipe_confirmation', '4 4 2 1');

analyze sqlite_schema;
