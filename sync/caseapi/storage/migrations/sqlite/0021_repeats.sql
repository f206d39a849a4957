-- Who brought a record again that another one had brought before: told as well when that record is judged anew.

create index place_repeated on place_verdict (district_id, id) where verdict = 'duplicate';

insert into sqlite_stat1 (tbl, idx, stat) values
    ('place_verdict', 'place_repeated', '4000 4000 1');

analyze sqlite_schema;
