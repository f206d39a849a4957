-- What the query planner must know: one district fills these tables, so that district_id alone narrows nothing down.
-- Without it, SQLite takes the first column of a key for a good one and reads whole tables. The figures are those of a
-- district after a year (rows; then rows for each value of the first column, of the first two, …).

analyze database_identity;

delete from sqlite_stat1;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('device', 'device', '1200 1200 1'),
    ('device', 'sqlite_autoindex_device_2', '1200 1200 1'),
    ('device_hello', 'device_hello', '1200 1200 1'),
    ('enrolment', 'enrolment', '5000 5000 1'),
    ('enrolment', 'enrolment_waiting', '10 10 1'),
    ('stream', 'stream', '1500 1500 1'),
    ('stream', 'stream_waiting', '20 20 1'),
    ('stream', 'stream_of_device', '1500 1500 2'),
    ('inbox', 'inbox', '14000000 14000000 10000 1'),
    ('shift_count', 'shift_count', '400000 400000 300 300 1'),
    ('receipt', 'sqlite_autoindex_receipt_1', '800000 800000 700 1 1'),
    ('receipt', 'receipt_of_device', '800000 800000 700 1'),
    ('judged', 'judged', '14000000 14000000 1'),
    ('judged', 'judged_amendment', '500000 500000 2'),
    ('judged', 'judged_parked', '10 10 5'),
    ('place_verdict', 'place_verdict', '5000 5000 5 1'),
    ('place_verdict', 'place_quarantined', '5000 5000 5'),
    ('cases', 'cases', '1600000 1600000 1'),
    ('cases', 'cases_newest', '1600000 1600000 2'),
    ('check_in', 'check_in', '9700000 9700000 1'),
    ('check_in', 'check_in_of_day', '9700000 9700000 27000 96 29'),
    ('visit', 'visit', '1600000 1600000 1'),
    ('visit', 'visit_of_day', '1600000 1600000 4500 16'),
    ('shift', 'shift', '400000 400000 1'),
    ('shift', 'shift_open', '1000 1000 1'),
    ('shift', 'shift_ended', '400000 400000 1'),
    ('feed_scope', 'feed_scope', '1500 1500 1'),
    ('feed_entry', 'feed_entry', '100000 100000 60 1'),
    ('feed_entry', 'feed_standing', '50000 50000 6000 1 1'),
    ('feed_entry', 'feed_live', '50000 50000 35 1');

create index shift_ended on shift (district_id, ended_by) where ended_by is not null;

analyze sqlite_schema;
