-- Who signs in at the desk, as what, and who looked at what only few may see.

create table account (
    district_id text not null,
    id text not null,
    name text not null,
    password text not null,
    made_ms integer not null,
    revoked_ms integer,
    primary key (district_id, id),
    unique (district_id, name)
) without rowid;

create table account_seat (
    district_id text not null,
    account text not null,
    role text not null,
    org text not null,
    valid_from text not null,
    valid_to text not null,
    primary key (district_id, account, role, org)
) without rowid;

-- Of a session only the digest of its token is kept.
create table session (
    district_id text not null,
    token blob not null check (length(token) = 32),
    account text not null,
    made_ms integer not null,
    expires_ms integer not null,
    primary key (district_id, token)
) without rowid;

create index session_of_account on session (district_id, account);
create index session_ending on session (district_id, expires_ms);

create table case_look (
    given integer primary key,
    district_id text not null,
    account text not null,
    case_id blob,
    what text not null,
    at_ms integer not null
);

create index case_look_of_case on case_look (district_id, case_id, at_ms);

-- One's own figures, which are for nobody else.
create index case_event_of_actor on case_event (district_id, actor, received_ms) where actor <> '';

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_event', 'case_event_of_actor', '8000000 8000000 4000 1'),
    ('account', 'account', '500 500 1'),
    ('account', 'sqlite_autoindex_account_2', '500 500 1'),
    ('account_seat', 'account_seat', '700 700 2 1 1'),
    ('session', 'session', '1000 1000 1'),
    ('session', 'session_of_account', '1000 1000 2 1'),
    ('session', 'session_ending', '1000 1000 1 1'),
    ('case_look', 'case_look_of_case', '100000 100000 3 1');

analyze sqlite_schema;
