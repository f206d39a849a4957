"""The `ErasureStore` of SQLite: contacts are overwritten, and whether their bytes are gone is looked up in the files.

Even where SQLite zeroes what is overwritten, a page that was once rearranged can hold an older copy between its rows,
of one contact in some hundreds; only `rewrite` takes that away.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.erasing import IsDue
from sync.caseapi.storage.sqlite.case_events import read_file
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.locking import DatabaseLock
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer

CONTACT = "contact"

_PIECE_BYTES = 1 << 20


class SqliteErasures:
    """Erases contacts."""

    def __init__(self, writer: Writer, readers: Readers, path: Path, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._path = path
        self._district = district

    async def with_contact(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return cases that are over and still have a contact somewhere."""

        def query(connection: sqlite3.Connection) -> list[UUID]:
            rows = connection.execute(
                "select contact_held.case_id from contact_held join case_handling"
                " on case_handling.district_id = contact_held.district_id"
                " and case_handling.case_id = contact_held.case_id"
                " where contact_held.district_id = ? and contact_held.case_id > ? and is_open = 0"
                " order by contact_held.case_id limit ?",
                (self._district, after.bytes if after else b"", limit),
            )
            return [UUID(bytes=case) for (case,) in rows]

        return await self._readers.read(query)

    async def case(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case, also of one that was withdrawn."""
        return await self._readers.read(
            lambda connection: read_file(connection, self._district, case, is_void_too=True)
        )

    async def erase(self, case: UUID, is_due: IsDue, now_ms: int) -> tuple[str, ...] | None:
        """Erase a case's contact in one transaction."""

        def work(connection: sqlite3.Connection) -> tuple[str, ...] | None:
            kept = read_file(connection, self._district, case, is_void_too=True)
            if kept is None or not is_due(kept):
                return None
            self._prepare(connection)
            return _erase(connection, self._district, kept, now_ms)

        return await self._writer.run(work, is_alone=True)

    async def left_over(self, erased: Sequence[str]) -> int:
        """Bring what was erased onto the disk, and return how many of these sealed texts its files still hold."""
        if not erased:
            return 0
        await self._writer.settle()
        return await asyncio.to_thread(_left_in, self._path, erased)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # What is overwritten is zeroed, wherever SQLite was not built to do so by itself.
        connection.execute("pragma secure_delete = on")


def rewrite(path: Path) -> None:
    """Write a database anew, so that nothing is left between its rows; nobody else may have it open.

    Raises:
        DatabaseInUse: a server has it open.
        StorageFailed: it cannot be written.
    """
    lock = DatabaseLock(path)
    try:
        connection = connect_writing(path)
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
    finally:
        lock.release()


def _erase(connection: sqlite3.Connection, district: str, kept: CaseFile, now_ms: int) -> tuple[str, ...]:
    key = (district, kept.row.id.bytes)
    words = kept.row.words
    gone = [words.contact] if words is not None and words.contact else []
    connection.execute("update case_words set contact = '' where district_id = ? and case_id = ?", key)
    connection.execute("delete from contact_held where district_id = ? and case_id = ?", key)
    for stream, n, raw in _records(connection, *key):
        record = msgspec.json.decode(raw)
        sealed = record["body"].pop(CONTACT, None)
        if sealed is None:
            continue
        gone.append(str(sealed))
        connection.execute(
            "update inbox set raw = ? where district_id = ? and stream = ? and n = ?",
            (msgspec.json.encode(record), district, stream, n),
        )
        connection.execute(
            "insert or ignore into erased_record (district_id, stream, n, what, erased_ms) values (?, ?, ?, ?, ?)",
            (district, stream, n, CONTACT, now_ms),
        )
    return tuple(dict.fromkeys(gone))


def _records(connection: sqlite3.Connection, district: str, case: bytes) -> list[tuple[bytes, int, bytes]]:
    """Return the reports of a case, what amends them, and copies that arrived under other places."""
    family = connection.execute(
        "select id, stream, n from judged where district_id = ? and (id = ? or (root = ? and root <> id))"
        " and kind = 'case_report'",
        (district, case, case),
    ).fetchall()
    places = [(stream, n) for _, stream, n in family]
    for record, *_ in family:
        places += connection.execute(
            "select stream, n from place_verdict where district_id = ? and verdict = 'duplicate' and id = ?",
            (district, record),
        ).fetchall()
    held = "select stream, n, raw from inbox where district_id = ? and stream = ? and n = ?"
    return [row for stream, n in places for row in connection.execute(held, (district, stream, n))]


def _left_in(path: Path, erased: Sequence[str]) -> int:
    """Return how many of these texts stand in the bytes of a database or of its log."""
    wanted = {text.encode() for text in erased}
    found: set[bytes] = set()
    for each in (path, path.with_name(f"{path.name}-wal")):
        if each.is_file():
            for piece in _pieces(each, max(map(len, wanted))):
                found |= {text for text in wanted - found if text in piece}
    return len(found)


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        tail = b""
        while piece := file.read(_PIECE_BYTES):
            yield tail + piece
            tail = piece[-overlap:]
