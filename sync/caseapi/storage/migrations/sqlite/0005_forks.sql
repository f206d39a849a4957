-- The desk lists the streams that go on where another one forked: a few of a district's, found without reading all.

create index stream_forked on stream (district_id, opened_ms) where forked_from is not null;

insert into sqlite_stat1 (tbl, idx, stat) values ('stream', 'stream_forked', '20 20 1');

analyze sqlite_schema;
