-- Photos: which records name which files, which of them are held, and which of them cases show.
-- No program before this step could take a photo, so nothing that is held needs to be looked through.

create table media_ref (
    district_id text not null,
    sha256 blob not null check (length(sha256) = 32),
    record blob not null check (length(record) = 16),
    device blob not null check (length(device) = 16),
    size_bytes integer not null,
    named_ms integer not null,
    is_owed integer not null,
    primary key (district_id, sha256, record, device)
) without rowid;

create index media_owed on media_ref (district_id, device, named_ms) where is_owed = 1;

create table media (
    district_id text not null,
    sha256 blob not null check (length(sha256) = 32),
    size_bytes integer not null,
    held_ms integer not null,
    primary key (district_id, sha256)
) without rowid;

create table case_media (
    district_id text not null,
    case_id blob not null,
    place integer not null,
    sha256 blob not null,
    role text not null,
    primary key (district_id, case_id, place)
) without rowid;

create index case_media_of_file on case_media (district_id, sha256);

-- As in the step before: what a district has after a year.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('media_ref', 'media_ref', '2700000 2700000 1 1 1'),
    ('media_ref', 'media_owed', '10000 10000 8 1'),
    ('media', 'media', '2700000 2700000 1'),
    ('case_media', 'case_media', '2700000 2700000 2 1'),
    ('case_media', 'case_media_of_file', '2700000 2700000 1');

analyze sqlite_schema;
