-- Plates that inspectors put up: what the district published of a tag, what records say of it, and which tablets are
-- told what follows from both. A tag is named as in the feeds, by the hex digits of its digest.

create table tag_published (
    district_id text not null,
    tag text not null,
    scope text not null,
    body blob not null,
    primary key (district_id, tag)
) without rowid;

insert or ignore into tag_published (district_id, tag, scope, body)
    select district_id, id, scope, body from feed_entry
    where type = 'tag' and is_replaced = 0 and op = 'put' order by scope;

-- Folded: a row for each tag that a record puts up or takes down; none for a record that was withdrawn.
create table tag_saying (
    district_id text not null,
    tag text not null,
    root blob not null check (length(root) = 16),
    record blob not null check (length(record) = 16),
    medium text not null,
    place text not null,
    status text not null check (status in ('active', 'replaced')),
    grid text not null,
    received_ms integer not null,
    stream blob not null,
    n integer not null,
    primary key (district_id, tag, root)
) without rowid;

create index tag_saying_of_record on tag_saying (district_id, root);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('tag_published', 'tag_published', '7000 7000 1'),
    ('tag_saying', 'tag_saying', '8000 8000 2 1'),
    ('tag_saying', 'tag_saying_of_record', '8000 8000 2');

analyze sqlite_schema;
