"""Which files records name and which of them are held, as SQL."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID

from sync.caseapi.storage.casework import HeldFile
from sync.caseapi.storage.media import DESK_DEVICE
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer
from sync.caseapi.storage.values import ArrivedRecord, Incoming, NamedMedia
from sync.media import MAX_MEDIA_BYTES, Naming

SHOWN_OWED = 200
"""Most files named in one reply as owed; a tablet counts on its own rows and needs the list after a restore only."""


_OWED_BY_LATER_KEYS = """
with recursive key (named_by, device) as (
    select device, device from media_ref where district_id = ?1 and sha256 = ?2
    union
    select named_by, later.device from key
    join stream as own on own.district_id = ?1 and own.device = key.device
    join stream as later on later.district_id = ?1 and later.forked_from = own.stream
)
insert into media_ref (district_id, sha256, record, device, size_bytes, named_ms, is_owed)
select district_id, sha256, record, key.device, min(size_bytes), min(named_ms), 1
from key join media_ref on district_id = ?1 and sha256 = ?2 and media_ref.device = named_by
where key.device <> named_by
group by district_id, sha256, record, key.device
on conflict (district_id, sha256, record, device) do update set is_owed = 1
"""
"""A tablet that joined anew has another key than the records that it sent before; its streams say where it goes on."""


_LOST_BY_ONE = """
with recursive key (device) as (
    select device from device where district_id = ?1 and device = ?2
    union
    select device from stream where district_id = ?1 and stream = ?3
    union
    select earlier.device from key
    join stream as own on own.district_id = ?1 and own.device = key.device
    join stream as earlier on earlier.district_id = ?1 and earlier.stream = own.forked_from
)
select distinct sha256 from media_ref where district_id = ?1 and device in (select device from key) and is_owed = 0
and size_bytes <= ?4
and not exists (select 1 from media where media.district_id = ?1 and media.sha256 = media_ref.sha256)
order by sha256 limit ?5
"""
"""The other way round: what was named by the keys whose streams a tablet goes on with."""


class SqliteMedia:
    """The `MediaStore` of SQLite."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def named(self, device: UUID, sha256: str) -> NamedMedia | None:
        """Return what is known of a file that records name, those of this tablet first, or None."""
        return await self._readers.read(lambda connection: _named(connection, self._district, device, sha256))

    async def keep(self, sha256: str, size_bytes: int, now_ms: int) -> None:
        """Remember that a file is held whole."""
        done = self._writer.submit(lambda connection: _keep(connection, self._district, sha256, size_bytes, now_ms))
        await asyncio.wrap_future(done)

    async def owe_again(self, sha256: str) -> int:
        """Forget that a file is held; return how many tablets owe it again."""
        done = self._writer.submit(lambda connection: _owe_again(connection, self._district, sha256))
        return await asyncio.wrap_future(done)

    async def held_of(self, device: UUID, since_ms: int) -> Sequence[str]:
        """Return the names of the held files that a tablet's records named since a moment."""

        def read(connection: sqlite3.Connection) -> list[str]:
            rows = connection.execute(
                "select distinct sha256 from media_ref where district_id = ? and device = ? and named_ms >= ?"
                " and is_owed = 0 order by sha256",
                (self._district, device.bytes, since_ms),
            )
            return [sha256.hex() for (sha256,) in rows]

        return await self._readers.read(read)

    async def is_shown(self, sha256: str) -> bool:
        """Tell whether a case that stands and is not restricted shows a file."""
        return await self._readers.read(lambda connection: _is_shown(connection, self._district, sha256))


def name_files(connection: sqlite3.Connection, district: str, incoming: Incoming, new: Iterable[ArrivedRecord]) -> None:
    """Write what new records say of files, in order, inside the exchange's savepoint."""
    for record in new:
        if record.naming is not None:
            _name(connection, district, incoming, record.naming)


def hold_files(connection: sqlite3.Connection, district: str, files: Iterable[HeldFile]) -> None:
    """Remember files that came with acts of a desk: held whole, named by their event, owed by no tablet."""
    for file in files:
        _keep(connection, district, file.sha256, file.size_bytes, file.held_ms)
        connection.execute(
            "insert into media_ref (district_id, sha256, record, device, size_bytes, named_ms, is_owed)"
            " values (?, ?, ?, ?, ?, ?, 0) on conflict (district_id, sha256, record, device) do nothing",
            (
                *(district, bytes.fromhex(file.sha256), file.event.bytes, DESK_DEVICE.bytes),
                *(file.size_bytes, file.held_ms),
            ),
        )


def owed_files(connection: sqlite3.Connection, district: str, device: UUID) -> tuple[str, ...]:
    """Return the files that a tablet's records name and that are not held, oldest first, at most `SHOWN_OWED`."""
    rows = connection.execute(
        "select sha256 from media_ref where district_id = ? and device = ? and is_owed = 1"
        " order by named_ms, sha256 limit ?",
        (district, device.bytes, SHOWN_OWED),
    )
    return tuple(dict.fromkeys(sha256.hex() for (sha256,) in rows))


def lost_by_one(
    connection: sqlite3.Connection, district: str, device: UUID, forked_from: UUID | None
) -> tuple[str, ...]:
    """Return the files that are not held although no tablet owes them, of a tablet of which there may be several.

    One with several streams may be a tablet and its copies, under one key or under a later one. What one of them says
    it lost, another may still have, and may count as sent: it came to be missing later. Who has lost it knows, and
    passes over its name.

    Args:
        forked_from: the stream that the present one goes on from, which may have no record yet.
    """
    key = (district, device.bytes)
    if forked_from is None:
        (streams,) = connection.execute(
            "select count(*) + count(forked_from) from stream where district_id = ? and device = ?", key
        ).fetchone()
        if streams <= 1:
            return ()
    before = forked_from.bytes if forked_from else None
    rows = connection.execute(_LOST_BY_ONE, (*key, before, MAX_MEDIA_BYTES, SHOWN_OWED))
    return tuple(sha256.hex() for (sha256,) in rows)


def inherit_owed(connection: sqlite3.Connection, district: str, device: UUID, forked_from: UUID) -> None:
    """Let a tablet owe what it owed under the key whose stream it goes on with; that key may never come again."""
    connection.execute(
        "insert into media_ref (district_id, sha256, record, device, size_bytes, named_ms, is_owed)"
        " select ref.district_id, sha256, record, ?3, size_bytes, named_ms, 1"
        " from stream join media_ref as ref on ref.district_id = stream.district_id and ref.device = stream.device"
        " and is_owed = 1 where stream.district_id = ?1 and stream.stream = ?2"
        " on conflict (district_id, sha256, record, device) do nothing",
        (district, forked_from.bytes, device.bytes),
    )


def _name(connection: sqlite3.Connection, district: str, incoming: Incoming, naming: Naming) -> None:
    if naming.lost:
        connection.execute(
            "update media_ref set is_owed = 0 where district_id = ? and sha256 = ? and device = ?",
            (district, bytes.fromhex(naming.lost), incoming.device.bytes),
        )
        return
    try:
        record = UUID(naming.id).bytes
    except ValueError:
        return
    connection.executemany(
        "insert into media_ref (district_id, sha256, record, device, size_bytes, named_ms, is_owed)"
        " values (?1, ?2, ?3, ?4, ?5, ?6,"
        # What is too large is never taken, so it is not asked for either.
        " case when exists (select 1 from media where district_id = ?1 and sha256 = ?2) then 0 else ?7 end)"
        " on conflict (district_id, sha256, record, device) do nothing",
        [
            (
                district,
                bytes.fromhex(ref.sha256),
                record,
                incoming.device.bytes,
                ref.bytes,
                incoming.received_ms,
                int(ref.bytes <= MAX_MEDIA_BYTES),
            )
            for ref in naming.media
        ],
    )


def _named(connection: sqlite3.Connection, district: str, device: UUID, sha256: str) -> NamedMedia | None:
    row = connection.execute(
        "select size_bytes, exists (select 1 from media where media.district_id = media_ref.district_id"
        " and media.sha256 = media_ref.sha256)"
        " from media_ref where district_id = ? and sha256 = ? order by device = ? desc, is_owed desc, named_ms limit 1",
        (district, bytes.fromhex(sha256), device.bytes),
    ).fetchone()
    return None if row is None else NamedMedia(row[0], bool(row[1]))


def _keep(connection: sqlite3.Connection, district: str, sha256: str, size_bytes: int, now_ms: int) -> None:
    key = (district, bytes.fromhex(sha256))
    connection.execute(
        "insert into media (district_id, sha256, size_bytes, held_ms) values (?, ?, ?, ?)"
        " on conflict (district_id, sha256) do nothing",
        (*key, size_bytes, now_ms),
    )
    connection.execute("update media_ref set is_owed = 0 where district_id = ? and sha256 = ?", key)


def _owe_again(connection: sqlite3.Connection, district: str, sha256: str) -> int:
    key = (district, bytes.fromhex(sha256))
    connection.execute("delete from media where district_id = ? and sha256 = ?", key)
    connection.execute("update media_ref set is_owed = 1 where district_id = ? and sha256 = ?", key)
    connection.execute(_OWED_BY_LATER_KEYS, key)
    (devices,) = connection.execute(
        "select count(distinct device) from media_ref where district_id = ? and sha256 = ?", key
    ).fetchone()
    return int(devices)


def _is_shown(connection: sqlite3.Connection, district: str, sha256: str) -> bool:
    row = connection.execute(
        "select 1 from case_media join cases on cases.district_id = case_media.district_id"
        " and cases.id = case_media.case_id and is_void = 0 and is_restricted = 0"
        " where case_media.district_id = ? and sha256 = ? limit 1",
        (district, bytes.fromhex(sha256)),
    ).fetchone()
    return row is not None
