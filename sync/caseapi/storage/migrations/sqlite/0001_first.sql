-- The first schema. Every key begins with district_id, the distribution column of larger engines.
-- Ids are 16-byte blobs, digests and heads 32-byte blobs, times Unix milliseconds unless the name says otherwise.

create table database_identity (
    only_row integer primary key check (only_row = 1),
    incarnation blob not null check (length(incarnation) = 16),
    district_id text not null,
    created_ms integer not null
);

-- Who may speak ------------------------------------------------------------------------------------------------------

create table device (
    district_id text not null,
    device blob not null check (length(device) = 16),
    grid text not null,
    status text not null check (status in ('active', 'revoked', 'erased')),
    key_alg text not null,
    public_key blob not null,
    enrolled_ms integer not null,
    primary key (district_id, device),
    unique (district_id, public_key)
) without rowid;

create table device_hello (
    district_id text not null,
    device blob not null,
    last_exchange_ms integer not null,
    app text not null,
    unsettled integer not null,
    oldest_unsettled text,
    quarantined integer not null,
    free_bytes integer,
    last_fault text,
    primary key (district_id, device)
) without rowid;

create table enrolment (
    district_id text not null,
    code_digest text not null,
    grid text not null,
    created_ms integer not null,
    expires_ms integer not null,
    public_key blob,
    device blob,
    digits text,
    streams text,
    used_ms integer,
    confirmed_ms integer,
    primary key (district_id, code_digest)
) without rowid;

create index enrolment_waiting on enrolment (district_id, digits) where used_ms is not null and confirmed_ms is null;

-- What is held -------------------------------------------------------------------------------------------------------

create table stream (
    district_id text not null,
    stream blob not null check (length(stream) = 16),
    device blob not null,
    watermark integer not null check (watermark >= 0),
    head blob not null check (length(head) = 32),
    judged_to integer not null default 0 check (judged_to <= watermark),
    opened_ms integer not null,
    forked_from blob,
    forked_at integer,
    primary key (district_id, stream)
) without rowid;

create index stream_waiting on stream (district_id, stream) where judged_to < watermark;
create index stream_of_device on stream (district_id, device);

-- Append-only: nothing updates or deletes here, save a lawful erasure, which leaves digest and head.
create table inbox (
    district_id text not null,
    stream blob not null,
    n integer not null check (n >= 1),
    digest blob not null check (length(digest) = 32),
    head blob not null check (length(head) = 32),
    mark text not null check (mark in ('', 'damaged', 'revoked')),
    received_ms integer not null,
    raw blob not null,
    primary key (district_id, stream, n),
    foreign key (district_id, stream) references stream (district_id, stream)
) without rowid;

create table shift_count (
    district_id text not null,
    stream blob not null,
    actor text not null,
    shift text not null,
    records integer not null,
    last_n integer not null,
    primary key (district_id, stream, actor, shift)
) without rowid;

create table receipt (
    given integer primary key,
    district_id text not null,
    stream blob not null,
    watermark integer not null,
    incarnation blob not null,
    device blob not null,
    time_s integer not null,
    code text not null,
    signed blob not null check (length(signed) = 129),
    unique (district_id, stream, watermark, incarnation)
);

create index receipt_of_device on receipt (district_id, device, given);

-- What is judged -----------------------------------------------------------------------------------------------------

create table judged (
    district_id text not null,
    id blob not null check (length(id) = 16),
    root blob not null,
    kind text not null,
    actor text not null,
    verdict text not null check (verdict in ('stored', 'quarantined', 'parked')),
    is_void integer not null default 0,
    stream blob not null,
    n integer not null,
    digest blob not null,
    primary key (district_id, id)
) without rowid;

create index judged_amendment on judged (district_id, root) where root <> id;
create index judged_parked on judged (district_id, kind) where verdict = 'parked';

create table place_verdict (
    district_id text not null,
    stream blob not null,
    n integer not null,
    device blob not null,
    id blob,
    verdict text not null check (verdict in ('duplicate', 'quarantined', 'parked')),
    reason text not null,
    sentence text not null,
    primary key (district_id, stream, n)
) without rowid;

create index place_quarantined on place_verdict (district_id, device) where verdict = 'quarantined';

-- What is read: folded from the above, can be made again ---------------------------------------------------------------

create table cases (
    district_id text not null,
    id blob not null,
    grid text not null,
    state text not null,
    matter text not null,
    matter_name text not null,
    severity integer not null,
    building blob,
    entrance blob,
    place text not null,
    summary text not null,
    is_restricted integer not null,
    reported_at text not null,
    received_ms integer not null,
    version integer not null,
    is_void integer not null,
    primary key (district_id, id)
) without rowid;

create index cases_newest on cases (district_id, received_ms) where is_void = 0;

create table check_in (
    district_id text not null,
    id blob not null,
    grid text not null,
    building blob not null,
    entrance blob,
    day text not null,
    round integer not null,
    result text not null,
    method text not null,
    geofence text not null,
    is_void integer not null,
    primary key (district_id, id)
) without rowid;

create index check_in_of_day on check_in (district_id, day, grid, building) where is_void = 0;

create table visit (
    district_id text not null,
    id blob not null,
    grid text not null,
    building blob not null,
    entrance blob,
    day text not null,
    purpose text not null,
    outcome text not null,
    is_void integer not null,
    primary key (district_id, id)
) without rowid;

create index visit_of_day on visit (district_id, day, grid) where is_void = 0;

-- Open or not, by tablet and grid: no person, no times.
create table shift (
    district_id text not null,
    id blob not null,
    device blob not null,
    grid text not null,
    day text not null,
    is_void integer not null,
    ended_by blob,
    primary key (district_id, id)
) without rowid;

create index shift_open on shift (district_id, device) where ended_by is null and is_void = 0;

-- What goes down -------------------------------------------------------------------------------------------------------

create table feed_scope (
    district_id text not null,
    scope text not null,
    number integer not null,
    running blob not null check (length(running) = 32),
    primary key (district_id, scope)
) without rowid;

create table feed_entry (
    district_id text not null,
    scope text not null,
    number integer not null,
    type text not null,
    id text not null,
    op text not null check (op in ('put', 'delete')),
    body blob not null,
    running blob not null check (length(running) = 32),
    is_replaced integer not null default 0,
    primary key (district_id, scope, number)
) without rowid;

create unique index feed_standing on feed_entry (district_id, type, id, scope) where is_replaced = 0;
create index feed_live on feed_entry (district_id, scope, number) where is_replaced = 0;
