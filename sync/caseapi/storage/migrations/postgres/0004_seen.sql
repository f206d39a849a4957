-- When somebody was last at a place: the check-in of each place that the tablets are told, without person or tablet.
-- Check-ins that were judged before this step have no moment and are never told.

alter table check_in add column at_ms bigint;

create table place_seen (
    district_id text collate "C" not null,
    place bytea not null,
    check_in bytea not null,
    primary key (district_id, place)
);
