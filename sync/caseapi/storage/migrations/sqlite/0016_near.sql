-- Where cases lie, by cells of a thousandth of a degree and by building: what may be the same one is a few look-ups,
-- however many cases its category has. See sync/caseapi/storage/cells.py, which says the same of new ones.

create table case_near (
    district_id text not null,
    matter text not null,
    cell text not null,
    received_ms integer not null,
    case_id blob not null check (length(case_id) = 16),
    lat real,
    lon real,
    primary key (district_id, matter, cell, received_ms, case_id)
) without rowid;

drop index cases_of_matter;

create temp table building_point as
    select district_id, replace(id, '-', '') as building, json_extract(cast(body as text), '$.lat') as lat,
        json_extract(cast(body as text), '$.lon') as lon
    from feed_entry where type = 'building' and is_replaced = 0 and op = 'put'
    and json_extract(cast(body as text), '$.lat') is not null
    and json_extract(cast(body as text), '$.lon') is not null;

create temp table case_point as
    select cases.district_id, cases.id, matter, received_ms, lower(hex(cases.building)) as building,
        coalesce(case_words.lat, building_point.lat) as lat, coalesce(case_words.lon, building_point.lon) as lon
    from cases left join case_words on case_words.district_id = cases.district_id and case_words.case_id = cases.id
    left join building_point on building_point.district_id = cases.district_id
        and building_point.building = lower(hex(cases.building));

insert into case_near (district_id, matter, cell, received_ms, case_id, lat, lon)
    select district_id, matter, (cast(lat * 1000 as integer) - (lat * 1000 < cast(lat * 1000 as integer))) || '.'
        || (cast(lon * 1000 as integer) - (lon * 1000 < cast(lon * 1000 as integer))), received_ms, id, lat, lon
    from case_point where lat is not null
    union all
    select district_id, matter, 'b.' || building, received_ms, id, lat, lon from case_point where building <> ''
    order by 1, 2, 3, 4, 5;

drop table case_point;
drop table building_point;

create index case_near_of_case on case_near (district_id, case_id);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_near', 'case_near', '3000000 3000000 12000 60 1 1'),
    ('case_near', 'case_near_of_case', '3000000 3000000 2');

delete from sqlite_stat1 where idx = 'cases_of_matter';

analyze sqlite_schema;
