-- What happened on a day, for the day's report: cases by the time of their events, and of what stands beside them.

create index case_event_of_day on case_event (district_id, received_ms);
create index case_aside_of_day on case_aside (district_id, made_ms);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_event', 'case_event_of_day', '8000000 8000000 2'),
    ('case_aside', 'case_aside_of_day', '20000 20000 2');

analyze sqlite_schema;
