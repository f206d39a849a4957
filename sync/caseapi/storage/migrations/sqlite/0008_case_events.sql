-- What happened to each case, and where it stands: the fold of its events. Events are only ever added.

create table case_event (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    place integer not null,
    id blob not null check (length(id) = 16),
    action text not null,
    actor text not null,
    at_ms integer not null,
    received_ms integer not null,
    why text not null,
    state text not null,
    told_at text not null,
    said text not null,
    is_said integer not null,
    body blob not null,
    primary key (district_id, case_id, place),
    unique (district_id, id)
) without rowid;

drop table case_handling;

create table case_handling (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    grid text not null,
    state text not null,
    level text not null,
    desk text not null,
    version integer not null,
    orgs text not null,
    is_open integer not null,
    due_at text,
    due_ms integer not null,
    case_ms integer not null,
    wakes_ms integer not null,
    misfits integer not null,
    primary key (district_id, case_id)
) without rowid;

create index case_of_desk on case_handling (district_id, desk, due_ms, case_id) where is_open = 1;
create index case_of_desk_state on case_handling (district_id, desk, state, due_ms, case_id) where is_open = 1;
create index case_of_grid on case_handling (district_id, grid, due_ms, case_id) where is_open = 1;
create index case_due on case_handling (district_id, due_ms, case_id) where is_open = 1;
create index case_of_state on case_handling (district_id, state, due_ms, case_id);
create index case_waking on case_handling (district_id, wakes_ms) where state = 'suspended';

create table case_org (
    district_id text not null,
    org text not null,
    case_id blob not null,
    place integer not null,
    is_open integer not null,
    due_ms integer not null,
    primary key (district_id, case_id, org)
) without rowid;

create index case_of_org on case_org (district_id, org, is_open, due_ms, case_id);

-- Who handles cases, and who helps; the districts, streets, communities and grids are in the feeds.
create table org (
    district_id text not null,
    code text not null,
    kind text not null check (kind in ('handler', 'partner')),
    name text not null,
    patch text not null,
    number text not null,
    valid_from text not null,
    valid_to text not null,
    primary key (district_id, code)
) without rowid;

-- Supervision, extension, appeal, satisfaction.
create table case_aside (
    district_id text not null,
    id blob not null check (length(id) = 16),
    case_id blob not null,
    kind text not null check (kind in ('supervision', 'extension', 'appeal', 'satisfaction')),
    state text not null,
    made_ms integer not null,
    body blob not null,
    primary key (district_id, id)
) without rowid;

create index case_aside_of_case on case_aside (district_id, case_id, made_ms, id);
create index case_aside_open on case_aside (district_id, kind, made_ms) where state = 'open';

-- What only who may read the case may read, and the contact that is sealed.
create table case_words (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    actor text not null,
    record blob,
    description text not null,
    place text not null,
    action text not null,
    condition text not null,
    origin text not null,
    contact text not null,
    lat real,
    lon real,
    primary key (district_id, case_id)
) without rowid;

create index cases_of_matter on cases (district_id, matter, received_ms) where is_void = 0;

-- Cases that are there already: their report is their first event. Withdrawn ones have nothing that could happen to them.
insert into case_words (district_id, case_id, actor, record, description, place, action, condition, origin, contact)
    select district_id, id, '', null, summary, place, '', '', 'patrol', '' from cases;

insert into case_event (district_id, case_id, place, id, action, actor, at_ms, received_ms, why, state, told_at, said,
    is_said, body)
select district_id, id, 1, id, action, '', at_ms, received_ms, '', state, '', '', 1, cast(json_object('id', name, 'action',
    action, 'at_ms', at_ms, 'received_ms', received_ms, 'note', '现场已解决', 'record', name) as blob)
from (
    select district_id, id, state, received_ms, iif(state = 'closed', 'self_resolve', 'report') as action,
        coalesce(unixepoch(reported_at), received_ms / 1000) * 1000 as at_ms,
        lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-'
            || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) as name
    from cases where is_void = 0
);

insert into case_handling (district_id, case_id, grid, state, level, desk, version, orgs, is_open, due_ms, case_ms,
    wakes_ms, misfits)
select district_id, id, grid, state, 'community', substr(grid, 1, 12), 1, '', state <> 'closed', 9007199254740992,
    9007199254740992, 9007199254740992, 0
from cases where is_void = 0;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_event', 'case_event', '8000000 8000000 5 1'),
    ('case_event', 'sqlite_autoindex_case_event_2', '8000000 8000000 1'),
    ('case_handling', 'case_handling', '1600000 1600000 1'),
    ('case_handling', 'case_of_desk', '4000 4000 100 1 1'),
    ('case_handling', 'case_of_desk_state', '4000 4000 100 15 1 1'),
    ('case_handling', 'case_of_grid', '4000 4000 15 1 1'),
    ('case_handling', 'case_due', '4000 4000 1 1'),
    ('case_handling', 'case_of_state', '1600000 1600000 160000 1 1'),
    ('case_handling', 'case_waking', '20 20 1'),
    ('case_org', 'case_org', '1600000 1600000 1 1'),
    ('case_org', 'case_of_org', '1600000 1600000 5000 3000 1 1'),
    ('org', 'org', '300 300 1'),
    ('case_aside', 'case_aside', '20000 20000 1'),
    ('case_aside', 'case_aside_of_case', '20000 20000 2 1 1'),
    ('case_aside', 'case_aside_open', '200 200 50 1'),
    ('case_words', 'case_words', '1600000 1600000 1'),
    ('cases', 'cases_of_matter', '1600000 1600000 6000 1');

analyze sqlite_schema;
