-- Cases that are over, by desk and by grid: a queue of them is looked up, too, however many there are elsewhere.

create index case_ended_of_desk on case_handling (district_id, desk, due_ms, case_id) where is_open = 0;
create index case_ended_of_grid on case_handling (district_id, grid, state, due_ms, case_id)
    where is_open = 0;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_handling', 'case_ended_of_desk', '1600000 1600000 40000 1 1'),
    ('case_handling', 'case_ended_of_grid', '1600000 1600000 6000 5500 1 1');

analyze sqlite_schema;
