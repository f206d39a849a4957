-- What desks tell everybody of the grids of an area; who has read it is kept nowhere. A notice ends with its last day,
-- or when it is withdrawn; while is_told is 1 it stands in the feeds of the grids that it went to.

create table grid_notice (
    district_id text collate "C" not null,
    id bytea not null check (length(id) = 16),
    area text collate "C" not null,
    org text collate "C" not null,
    desk text collate "C" not null,
    text text collate "C" not null,
    is_urgent bigint not null,
    at_ms bigint not null,
    until_ms bigint not null,
    account text collate "C" not null,
    ends_ms bigint not null,
    withdrawn_by text collate "C" not null,
    grids bigint not null,
    is_told bigint not null,
    primary key (district_id, id)
);

create index notice_ends on grid_notice (district_id, ends_ms);
create index notice_told on grid_notice (district_id, ends_ms) where is_told = 1;
