-- Cases that have a contact somewhere, until it is erased; and the records that lost theirs: their bytes are no longer
-- those that were received, their digest and their place in the chain are.

create table contact_held (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    primary key (district_id, case_id)
) without rowid;

insert into contact_held (district_id, case_id)
    select district_id, case_id from case_words where contact <> '';

create table erased_record (
    district_id text not null,
    stream blob not null,
    n integer not null,
    what text not null,
    erased_ms integer not null,
    primary key (district_id, stream, n)
) without rowid;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('contact_held', 'contact_held', '20000 20000 1'),
    ('erased_record', 'erased_record', '200000 200000 170 1');

analyze sqlite_schema;
