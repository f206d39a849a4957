"""The steps that made the tablet's schema what it is. Steps are only ever added; their text never changes."""

from collections.abc import Sequence

from msgspec import Struct

from sync.digests import sha256

APPLICATION_ID = 0x58474A31
"""Marks the file as a journal of this program (`XGJ1`), so that another program's database is never touched."""


class Step(Struct, frozen=True):
    """One migration: a name, the statements that run in one transaction, and the digest that betrays an edited step.

    The digest stands here as it was when the step was made, so that a start need not reckon it; a test does.
    """

    name: str
    statements: tuple[str, ...]
    checksum: str


def checksum_of(name: str, statements: Sequence[str]) -> str:
    """Return the digest of a step's text."""
    return sha256("\0".join((name, *statements)).encode()).hex()


_FIRST = (
    f"pragma application_id = {APPLICATION_ID}",
    """create table migration_steps (
        number integer primary key,
        name text not null,
        checksum text not null
    ) strict""",
    """create table facts (
        name text primary key,
        value text not null
    ) strict, without rowid""",
    # A stream's last n and head are those of its newest record, or the base when it holds none.
    """create table streams (
        number integer primary key,
        id text not null unique,
        forked_from text,
        agreed integer,
        base_n integer not null default 0,
        base_head blob not null,
        watermark integer not null default 0
    ) strict""",
    # The record row is the outbox row: waiting means n > watermark, and nothing else says so.
    """create table records (
        stream integer not null references streams (number),
        n integer not null check (n >= 1),
        id text not null unique,
        kind text not null,
        at text not null,
        shift text,
        record blob not null,
        digest blob not null check (length(digest) = 32),
        head blob not null check (length(head) = 32),
        verdict text check (verdict in ('stored', 'duplicate', 'quarantined', 'parked')),
        reason text not null default '',
        sentence text not null default '',
        primary key (stream, n)
    ) strict""",
    "create index records_by_shift on records (shift) where shift is not null",
    "create index records_by_kind on records (kind, stream, n)",
    "create index records_by_verdict on records (verdict, stream, n) where verdict is not null",
    """create table media (
        sha256 text not null,
        record text not null references records (id),
        size_bytes integer not null,
        mime text not null,
        role text not null,
        path text not null,
        acknowledged integer not null default 0,
        primary key (sha256, record)
    ) strict, without rowid""",
    """create table receipts (
        number integer primary key,
        stream text not null,
        watermark integer not null,
        incarnation blob not null,
        time_s integer not null,
        code text not null,
        signed blob not null,
        unique (stream, watermark, incarnation)
    ) strict""",
    """create table drafts (
        form text not null,
        field text not null,
        value text not null,
        touched integer not null,
        primary key (form, field)
    ) strict, without rowid""",
    """create table feeds (
        scope text primary key,
        number integer not null,
        mark text not null
    ) strict, without rowid""",
    """create table reference_rows (
        scope text not null,
        type text not null,
        id text not null,
        version integer not null,
        number integer not null,
        body blob not null,
        retired integer not null default 0,
        primary key (scope, type, id)
    ) strict, without rowid""",
    "create index reference_rows_by_type on reference_rows (type, id)",
    """create table settings (
        name text primary key,
        value text not null
    ) strict, without rowid""",
    """create table identity (
        name text primary key,
        value blob not null
    ) strict, without rowid""",
)

_KEEPING = (
    # What a record amends or withdraws, so that a record that was put right is found without reading every other.
    "alter table records add column target text",
    """update records set target = coalesce(
        json_extract(cast(record as text), '$.amends'),
        case kind when 'void' then json_extract(cast(record as text), '$.body.target') end
    ) where json_valid(cast(record as text))""",
    "create index records_by_target on records (target) where target is not null",
    # What is left of a purged record: its place in the chain.
    """create table purged (
        stream integer not null references streams (number),
        n integer not null,
        id text not null,
        digest blob not null check (length(digest) = 32),
        head blob not null check (length(head) = 32),
        primary key (stream, n)
    ) strict, without rowid""",
    # When a watermark was first proven, in the server's seconds; those beyond a restored server's are forgotten.
    """create table settlings (
        stream integer not null references streams (number),
        watermark integer not null,
        at_s integer not null,
        primary key (stream, watermark)
    ) strict, without rowid""",
    "alter table streams add column missing_to integer",
)

_PHOTOS = (
    # Some of it may have been sent: the server is asked where to go on.
    "alter table media add column begun integer not null default 0",
    # The file is missing or damaged; the server was told, so the row counts as acknowledged too.
    "alter table media add column lost integer not null default 0",
    "create index media_waiting on media (sha256) where not acknowledged",
    "create index media_of_record on media (record)",
)

_PLACES = (
    # Where a record was made, so that a building's page reads its own records and no others.
    "alter table records add column building text",
    """update records set building = json_extract(cast(record as text), '$.body.building')
        where json_valid(cast(record as text))""",
    "create index records_by_building on records (building, stream, n) where building is not null",
    # The week's rounds: check-ins alone, by the tablet's time.
    "create index check_ins_by_time on records (at, building) where kind = 'check_in'",
)

STEPS = (
    Step("first", _FIRST, "5292c319d7df3e9a2f602ea362a35facf0c31ad63a2dd04430e2b745a9958ba0"),
    Step("keeping", _KEEPING, "b6fa5419778cbacf6ff6ca2051cb02329880f6783b3cd1a11da18cd8a24c3e59"),
    Step("photos", _PHOTOS, "d065c4c371f247b688d1e732ab0636b5c87dcbc56f12157635001324bde35d61"),
    Step("places", _PLACES, "a23a1a528f6599a9364829d2003a3af8ff67a7c6482fd221aaf10e84b51b704a"),
)
"""Every step, in order; the database's `user_version` is how many it has had."""
