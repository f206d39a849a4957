-- Who took which table along: kinds and counts, no contents.

create table export_taken (
    given integer primary key,
    district_id text not null,
    account text not null,
    kind text not null,
    format text not null,
    span text not null,
    at_ms integer not null,
    rows integer
);

create index export_taken_newest on export_taken (district_id, given);

insert into sqlite_stat1 (tbl, idx, stat) values ('export_taken', 'export_taken_newest', '2000 2000 1');

analyze sqlite_schema;
