"""Gaps as SQL: what neither the tablet nor this database holds any more, named and never hidden."""

import sqlite3
from uuid import UUID

from sync.caseapi.storage.rows import ForkRow, GapRow
from sync.caseapi.storage.values import Incoming


def note_gap(connection: sqlite3.Connection, district: str, incoming: Incoming, stream: UUID, agreed: int) -> None:
    """Keep what is missing where a tablet goes on in a new stream behind more of the old one than is held here.

    Args:
        stream: the old stream.
        agreed: the new stream begins with what the tablet holds after this place of the old one.
    """
    row = connection.execute(
        "select device, watermark from stream where district_id = ? and stream = ?", (district, stream.bytes)
    ).fetchone()
    device, watermark = row or (incoming.device.bytes, 0)
    if device != incoming.device.bytes or agreed <= watermark:
        return
    connection.execute(
        "insert into stream_gap (district_id, stream, first_n, last_n, device, noted_ms) values (?, ?, ?, ?, ?, ?)"
        " on conflict (district_id, stream, first_n) do update set last_n = excluded.last_n"
        " where excluded.last_n > stream_gap.last_n",
        (district, stream.bytes, watermark + 1, agreed, device, incoming.received_ms),
    )


def read_gaps(connection: sqlite3.Connection, district: str) -> list[GapRow]:
    """Return every gap, the newest first."""
    rows = connection.execute(
        "select stream, first_n, last_n, device, noted_ms, coalesce(grid, '') from stream_gap"
        " left join device using (district_id, device) where district_id = ? order by noted_ms desc, stream, first_n",
        (district,),
    )
    return [
        GapRow(UUID(bytes=stream), first, last, UUID(bytes=device), grid, noted_ms)
        for stream, first, last, device, noted_ms, grid in rows
    ]


def read_forks(connection: sqlite3.Connection, district: str) -> list[ForkRow]:
    """Return every stream that was opened because another one forked, the newest first."""
    rows = connection.execute(
        "select stream, forked_from, forked_at, device, coalesce(grid, ''), opened_ms from stream"
        " left join device using (district_id, device)"
        " where district_id = ? and forked_from is not null order by opened_ms desc, stream",
        (district,),
    )
    return [
        ForkRow(UUID(bytes=stream), UUID(bytes=old), agreed, UUID(bytes=device), grid, opened_ms)
        for stream, old, agreed, device, grid, opened_ms in rows
    ]
