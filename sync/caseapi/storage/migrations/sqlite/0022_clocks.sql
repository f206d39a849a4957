-- How far a tablet's clocks were from the server's at the first exchange of each boot: what was recorded earlier in that
-- boot gets its time by it. And how far the time of what was folded can be believed; empty for what was folded before.

create table tablet_boot (
    district_id text not null,
    device blob not null check (length(device) = 16),
    boot text not null,
    seen_ms integer not null,
    server_minus_boot_ms integer not null,
    server_minus_wall_ms integer,
    primary key (district_id, device, boot)
) without rowid;

alter table cases add column clock text not null default '' check (clock in ('', 'good', 'estimated', 'unknown'));
alter table check_in add column clock text not null default '' check (clock in ('', 'good', 'estimated', 'unknown'));
alter table visit add column clock text not null default '' check (clock in ('', 'good', 'estimated', 'unknown'));
alter table shift add column clock text not null default '' check (clock in ('', 'good', 'estimated', 'unknown'));
alter table case_said add column clock text not null default '' check (clock in ('', 'good', 'estimated', 'unknown'));

insert into sqlite_stat1 (tbl, idx, stat) values
    ('tablet_boot', 'tablet_boot', '400000 400000 360 1');

analyze sqlite_schema;
