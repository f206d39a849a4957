-- What is said of cases after their report, what the desk wants looked at, what shifts hand over. Folded rows and the
-- desk's own words; the tablets are told what follows from both.

create table case_said (
    district_id text not null,
    root blob not null check (length(root) = 16),
    case_id blob not null check (length(case_id) = 16),
    task blob,
    line blob not null,
    received_ms integer not null,
    stream blob not null,
    n integer not null,
    primary key (district_id, root)
) without rowid;

create index case_said_of_case on case_said (district_id, case_id, received_ms, stream, n);

create table case_task (
    district_id text not null,
    id blob not null check (length(id) = 16),
    case_id blob not null check (length(case_id) = 16),
    type text not null check (type in ('verify', 'recheck')),
    ask text not null,
    made_at text not null,
    due_at text,
    primary key (district_id, id)
) without rowid;

create index case_task_of_case on case_task (district_id, case_id);

-- What the desk says of a case over its report: the newest word.
create table case_handling (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    state text not null,
    due_at text,
    handler text not null,
    handler_number text not null,
    primary key (district_id, case_id)
) without rowid;

create table handoff (
    district_id text not null,
    root blob not null check (length(root) = 16),
    grid text not null,
    body blob not null,
    received_ms integer not null,
    primary key (district_id, root)
) without rowid;

create index handoff_newest on handoff (district_id, grid, received_ms, root);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_said', 'case_said', '20000 20000 1'),
    ('case_said', 'case_said_of_case', '20000 20000 3 1 1 1'),
    ('case_task', 'case_task', '20000 20000 1'),
    ('case_task', 'case_task_of_case', '20000 20000 2'),
    ('case_handling', 'case_handling', '20000 20000 1'),
    ('handoff', 'handoff', '20000 20000 1'),
    ('handoff', 'handoff_newest', '20000 20000 50 1 1');

analyze sqlite_schema;
