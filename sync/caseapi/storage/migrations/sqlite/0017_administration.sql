-- What administrators did, whoever they are; nobody changes or removes a line.

create table administrative_act (
    given integer primary key,
    district_id text not null,
    at_ms integer not null,
    account text not null,
    act text not null,
    about text not null,
    said text not null,
    outcome text not null check (outcome in ('done', 'refused'))
);

create trigger administrative_act_stays before update on administrative_act
begin select raise(abort, 'what was done stays written'); end;

create trigger administrative_act_remains before delete on administrative_act
begin select raise(abort, 'what was done stays written'); end;

-- How many cases have come into a queue so far: a page asks for what is new since it was made by one look-up.
create table queue_arrivals (
    district_id text not null,
    queue text not null,
    number integer not null,
    primary key (district_id, queue)
) without rowid;

-- The photos that a tablet may be asked for again.
create index media_arrived on media_ref (district_id, device, named_ms) where is_owed = 0;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('media_ref', 'media_arrived', '2700000 2700000 2300 1'),
    ('queue_arrivals', 'queue_arrivals', '600 600 1');

analyze sqlite_schema;
