-- Every queue as rows in its own order: whoever asks for one, of whatever size, reads its page and nothing else.
-- A case stands in the queue of the district, of its street, community and grid, of its desk and of each organisation
-- that it was given to; under its state and, while it is open, under 'open'. What was withdrawn stands in none.

-- What orders them: of a case that is open when it is due, a dangerous one before all others (2^54 ms earlier); of one
-- that is over when it ended, the newest first. Smaller numbers come first.
alter table case_handling add column rank_ms integer not null default 0;

update case_handling as h set rank_ms = (
    select case
        when h.is_open = 1 then h.due_ms - case when cases.severity >= 3 then 18014398509481984 else 0 end
        else -coalesce(
            (select max(received_ms) from case_event as e where e.district_id = h.district_id and e.case_id = h.case_id
            and e.why = ''),
            cases.received_ms
        )
    end
    from cases where cases.district_id = h.district_id and cases.id = h.case_id
)
where exists (select 1 from cases where cases.district_id = h.district_id and cases.id = h.case_id);

create table case_queue (
    district_id text not null,
    queue text not null,
    state text not null,
    rank_ms integer not null,
    case_id blob not null check (length(case_id) = 16),
    primary key (district_id, queue, state, rank_ms, case_id)
) without rowid;

-- One queue after the other, each in order: sorted together, a million cases would not fit into memory.
insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'in:', h.state, h.rank_ms, h.case_id
from case_handling as h join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'in:' || substr(h.grid, 1, 9), h.state, h.rank_ms, h.case_id
from case_handling as h join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 2, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'in:' || substr(h.grid, 1, 12), h.state, h.rank_ms, h.case_id
from case_handling as h join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 2, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'in:' || h.grid, h.state, h.rank_ms, h.case_id
from case_handling as h join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 2, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'desk:' || h.desk, h.state, h.rank_ms, h.case_id
from case_handling as h join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 2, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select h.district_id, 'org:' || case_org.org, h.state, h.rank_ms, h.case_id
from case_org join case_handling as h on h.district_id = case_org.district_id and h.case_id = case_org.case_id
join cases on cases.district_id = h.district_id and cases.id = h.case_id where is_void = 0
order by 1, 2, 3, 4, 5;

insert into case_queue (district_id, queue, state, rank_ms, case_id)
select district_id, queue, 'open', rank_ms, case_id from case_queue where state not in ('closed', 'void');

drop table case_org;
drop index case_of_desk;
drop index case_of_desk_state;
drop index case_of_grid;
drop index case_due;
drop index case_of_state;
drop index case_ended_of_desk;
drop index case_ended_of_grid;

insert into sqlite_stat1 (tbl, idx, stat) values ('case_queue', 'case_queue', '9800000 9800000 4900 2500 2 1');

analyze sqlite_schema;
