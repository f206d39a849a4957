-- The catalogue as it was published, version by version, and what is being written for the next one.

-- Only added to: a case keeps the version under which it was opened.
create table catalogue_version (
    district_id text not null,
    number integer not null check (number >= 1),
    from_ms integer not null,
    account text not null,
    made_ms integer not null,
    note text not null,
    body blob not null,
    primary key (district_id, number)
) without rowid;

create table catalogue_draft (
    district_id text not null,
    matter text not null,
    body blob not null,
    account text not null,
    changed_ms integer not null,
    primary key (district_id, matter)
) without rowid;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('catalogue_version', 'catalogue_version', '50 50 1'),
    ('catalogue_draft', 'catalogue_draft', '20 20 1');

analyze sqlite_schema;
