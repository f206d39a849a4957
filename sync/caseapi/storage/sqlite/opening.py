"""Makes and opens database files: lock, identity, schema, and the receipts a crash left unlogged."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sync.caseapi.errors import CaseApiError, DatabaseMissing, StorageFailed
from sync.caseapi.storage.receipt_log import LoggedReceipt, ReceiptLog
from sync.caseapi.storage.rows import ReceiptRow
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.locking import DatabaseLock
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps

OWED_RECEIPTS = 2_000
"""Newest receipts compared with the file at start; one transaction gives far fewer."""


def create_database(path: Path, *, district: str, incarnation: UUID, now_ms: int) -> None:
    """Make a database for a district; one that exists is brought to this schema and keeps its identity.

    Raises:
        DatabaseInUse: another process has it open for writing.
        SchemaRefused: it is of a newer program, or a step was edited.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = DatabaseLock(path)
    try:
        # Before SQLite makes it with the rights of any other file, and its log beside it with the same.
        path.touch(mode=0o600)
        path.chmod(0o600)
        connection = connect_writing(path)
        migrate(connection, shipped_steps(), now_ms)
        connection.execute(
            "insert into database_identity (only_row, incarnation, district_id, created_ms) values (1, ?, ?, ?)"
            " on conflict (only_row) do nothing",
            (incarnation.bytes, district, now_ms),
        )
        connection.close()
    except sqlite3.Error as exc:
        raise StorageFailed(f"the database at {path} cannot be made: {exc}") from exc
    finally:
        lock.release()


def open_owned(
    path: Path, connect: Callable[[Path], sqlite3.Connection], now_ms: int
) -> tuple[DatabaseLock, sqlite3.Connection]:
    """Return the lock and the writing connection of a database that is there, its schema up to date.

    Raises:
        DatabaseMissing: there is none, or the file is none of ours.
        DatabaseInUse: another process has it open for writing.
        SchemaRefused: it is of a newer program, or a step was edited.
    """
    if not path.is_file():
        raise DatabaseMissing(f"there is no database at {path}; make one with: caseapi init")
    lock = DatabaseLock(path)
    try:
        connection = connect(path)
        read_identity(connection)
        migrate(connection, shipped_steps(), now_ms)
    except (CaseApiError, sqlite3.Error) as exc:
        lock.release()
        if isinstance(exc, sqlite3.Error):
            raise StorageFailed(f"the database {path} cannot be opened: {exc}") from exc
        raise
    return lock, connection


def read_identity(connection: sqlite3.Connection) -> tuple[UUID, str]:
    """Return the incarnation and the district of a database.

    Raises:
        DatabaseMissing: the file is not a database of ours.
    """
    try:
        row = connection.execute("select incarnation, district_id from database_identity").fetchone()
    except sqlite3.DatabaseError as exc:
        raise DatabaseMissing(f"this file is not a case API database: {exc}") from exc
    if row is None:
        raise DatabaseMissing("this database was never finished; run: caseapi init")
    return UUID(bytes=row[0]), row[1]


def log_owed_receipts(connection: sqlite3.Connection, district: str, receipts: ReceiptLog) -> None:
    """Append the receipts that a crash between commit and append left out of the file."""
    logged = receipts.newest_keys()
    rows = connection.execute(
        "select code, stream, device, watermark, time_s, signed, incarnation from receipt where district_id = ?"
        " order by given desc limit ?",
        (district, OWED_RECEIPTS),
    ).fetchall()
    lines = [_line(*row) for row in reversed(rows)]
    receipts.append(line for line in lines if line.key not in logged)


def _line(
    code: str, stream: bytes, device: bytes, watermark: int, time_s: int, signed: bytes, incarnation: bytes
) -> LoggedReceipt:
    row = ReceiptRow(code, UUID(bytes=stream), UUID(bytes=device), "", watermark, time_s, signed)
    return LoggedReceipt.of(row, UUID(bytes=incarnation))
