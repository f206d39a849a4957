-- What desks tell everybody of the grids of an area; who has read it is kept nowhere. A notice ends with its last day,
-- or when it is withdrawn; while is_told is 1 it stands in the feeds of the grids that it went to.

create table grid_notice (
    district_id text not null,
    id blob not null check (length(id) = 16),
    area text not null,
    org text not null,
    desk text not null,
    text text not null,
    is_urgent integer not null,
    at_ms integer not null,
    until_ms integer not null,
    account text not null,
    ends_ms integer not null,
    withdrawn_by text not null,
    grids integer not null,
    is_told integer not null,
    primary key (district_id, id)
) without rowid;

create index notice_ends on grid_notice (district_id, ends_ms);
create index notice_told on grid_notice (district_id, ends_ms) where is_told = 1;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('grid_notice', 'grid_notice', '20000 20000 1'),
    ('grid_notice', 'notice_ends', '20000 20000 20'),
    ('grid_notice', 'notice_told', '100 100 20');

analyze sqlite_schema;
