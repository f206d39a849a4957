-- When somebody was last at a place: the check-in of each place that the tablets are told, without person or tablet.
-- Check-ins that were judged before this step have no moment and are never told.

alter table check_in add column at_ms integer;

create table place_seen (
    district_id text not null,
    place blob not null,
    check_in blob not null,
    primary key (district_id, place)
) without rowid;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('place_seen', 'place_seen', '60000 60000 1');

analyze sqlite_schema;
