-- What is written in cases, split into words by our own rule, so that it is found; and what cases count for, by month.
-- Both are written in the transaction that changes a case. Cases of before are taken one after the other while the
-- server runs (`case_filling`), since splitting and folding are not SQL's to do.

create table case_text (
    place integer primary key,
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    words text not null,
    restricted text not null,
    reach text not null,
    unique (district_id, case_id)
);

create virtual table case_index using fts5 (words, reach, content = '', columnsize = 0, tokenize = 'unicode61');
create virtual table case_index_restricted using fts5
    (words, reach, content = '', columnsize = 0, tokenize = 'unicode61');

-- What a case counts for now: months with what is counted.
create table case_figure (
    district_id text not null,
    case_id blob not null check (length(case_id) = 16),
    community text not null,
    matter text not null,
    told text not null,
    primary key (district_id, case_id)
) without rowid;

-- The sums of it, of the district, each street and each community; of every matter together under ''. Counts are JSON.
create table figure_month (
    district_id text not null,
    area text not null,
    month text not null,
    matter text not null,
    counts text not null,
    primary key (district_id, area, month, matter)
) without rowid;

-- Up to which case those of before are taken; no row when all are.
create table case_filling (
    district_id text not null,
    after blob not null,
    primary key (district_id)
) without rowid;

insert into case_filling (district_id, after)
    select district_id, x'' from database_identity where exists (select 1 from cases);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('case_text', 'sqlite_autoindex_case_text_1', '1600000 1600000 1'),
    ('case_figure', 'case_figure', '1600000 1600000 1'),
    ('figure_month', 'figure_month', '120000 120000 3000 250 1'),
    ('case_filling', 'case_filling', '1 1');

analyze sqlite_schema;
