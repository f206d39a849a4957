"""What the journal holds of a place and of the last days, read by indexes and never by reading every record."""

from collections.abc import Sequence

import msgspec

from sync.records import Envelope
from sync.tablet.store.connections import Connection

AT_BUILDING = """
    with newest as (
        select id, target from records where building = :building order by stream desc, n desc limit :limit
    ), facts as (
        select id from newest union select target from newest where target is not null
    ), amended as (
        select id from facts union select records.id from facts join records on records.target = facts.id
    )
    select id from amended
    union
    select records.id from amended join records on records.target = amended.id
"""
"""SQL: ids of the newest records of a building, of what they amend, of what amends them, and of what withdraws that."""

CHECK_INS = """
    select id, target, building, at from records as seen indexed by check_ins_by_time
    where kind = 'check_in' and at >= ? and building is not null
    and not exists (select 1 from records as gone where gone.target = seen.id and gone.kind = 'void')
    order by stream, n
"""
"""SQL: check-ins and their amendments that nobody withdrew, made since a moment by the tablet's clock, oldest first."""

SETTLED = """
    select at_s, settled from (
        select at_s, settlings.watermark - lag(settlings.watermark, 1, base_n)
            over (partition by stream order by settlings.watermark) as settled
        from settlings join streams on streams.number = settlings.stream
    ) where at_s >= ? order by at_s
"""
"""SQL: when the server proved to hold more, and how many records more."""


class _Somewhere(msgspec.Struct):
    """The one field of a body that says where."""

    building: str | None = None


def building_of(record: Envelope) -> str | None:
    """Return the id of the building that a record names."""
    return msgspec.json.decode(record.body, type=_Somewhere).building


def looked_at(connection: Connection, since: str) -> list[tuple[str, str]]:
    """Return (building, time) of every standing check-in since a moment, an amended one as it was amended."""
    standing: dict[str, tuple[str, str]] = {}
    rows: Sequence[tuple[str, str | None, str, str]] = connection.execute(CHECK_INS, (since,)).fetchall()
    for record_id, target, building, at in rows:
        if target is None:
            standing[record_id] = (building, at)
        elif target in standing:
            standing[target] = (building, standing[target][1])
    return list(standing.values())
