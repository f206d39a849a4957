-- What the tablets are told of people and places from a later day on; gone once the day has begun. No scope: it ends.

create table place_step (
    district_id text not null,
    type text not null,
    id text not null,
    day text not null,
    scope text not null,
    body blob not null,
    primary key (district_id, type, id, day)
) without rowid;

create index place_step_due on place_step (district_id, day);

-- Who imported what, who issued, replaced or revoked which tag. Rows are only ever added.
create table place_act (
    given integer primary key,
    district_id text not null,
    at_ms integer not null,
    by_whom text not null,
    act text not null,
    subject text not null,
    count integer not null
);

create index place_act_on on place_act (district_id, subject, given);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('place_step', 'place_step', '200 200 100 1 1'),
    ('place_step', 'place_step_due', '200 200 50'),
    ('place_act', 'place_act_on', '20000 20000 2 1');

analyze sqlite_schema;
