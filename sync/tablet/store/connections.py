"""Makes every connection to the tablet's database; the only file that knows which driver it is.

Sealing replaces `sqlite3` here, by a driver with the same interface, and changes nothing elsewhere. One connection
writes and checkpoints (SQLite before 3.51.3 can lose commits when two do); all others only read.
"""

import os
import sqlite3
from pathlib import Path

from sync.binding import bind_directly
from sync.tablet.errors import DiskFull, StoreBusy, StoreCorrupt, StoreError

Connection = sqlite3.Connection
Error = sqlite3.Error
DatabaseError = sqlite3.DatabaseError
IntegrityError = sqlite3.IntegrityError

BUSY_TIMEOUT_MS = 5_000
"""How long a connection waits for another one; only a backup by another process can make it wait."""

AUTOCHECKPOINT_PAGES = 4_000
"""Size of the write-ahead log, in pages of 4 KiB, at which a commit folds it back; usually the writer does before."""

CACHE_KB = 256
"""Pages that each connection keeps in memory: the system has them, too, and SQLite's own 2 MB each add up."""

_PRAGMAS = (
    "trusted_schema = off",
    "cell_size_check = on",
    "foreign_keys = on",
    "temp_store = memory",
    f"cache_size = -{CACHE_KB}",
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
)
_WRITER_PRAGMAS = ("journal_mode = wal", "synchronous = full", f"wal_autocheckpoint = {AUTOCHECKPOINT_PAGES}")
_DISK_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")

bind_directly()


def connect_writer(path: Path) -> Connection:
    """Return the one connection that may write, creating an empty file only its owner can read where there is none.

    Raises:
        StoreError: the file cannot be opened, or is no database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as exc:
        raise DiskFull(f"the database {path} cannot be opened: {exc.strerror}") from exc
    return _connect(path.absolute().as_uri() + "?mode=rw", _WRITER_PRAGMAS)


def connect_reader(path: Path) -> Connection:
    """Return a connection that can read but never write.

    Raises:
        StoreError: the file cannot be opened, or is no database.
    """
    return _connect(path.absolute().as_uri() + "?mode=ro", ("query_only = on",))


def copy_database(connection: Connection, target: Path) -> None:
    """Write a whole copy of a connection's database to a new file, complete or not at all.

    Raises:
        StoreError: the copy could not be written.
    """
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(connection, partial)
        os.replace(partial, target)
    except OSError as exc:
        raise DiskFull(f"the copy {target} cannot be written: {exc.strerror}") from exc


def translated(exc: Error, doing: str) -> StoreError:
    """Return the store's error for the driver's, keeping what was being done.

    Args:
        doing: what failed, as in ``saving a record``.
    """
    name = getattr(exc, "sqlite_errorname", "") or ""
    sentence = f"{doing}: {exc}"
    if name.startswith(_DISK_ERRORS):
        return DiskFull(sentence)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreCorrupt(sentence)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(sentence)
    return StoreError(sentence)


def _copy(connection: Connection, target: Path) -> None:
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    except Error as exc:
        target.unlink(missing_ok=True)
        raise translated(exc, "copying the database before a migration") from exc
    finally:
        copy.close()


def _connect(uri: str, pragmas: tuple[str, ...]) -> Connection:
    try:
        # Autocommit: transactions are begun by name in writer.py. A connection is handed from thread to thread, one
        # at a time, which SQLite allows and the driver forbids by default.
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except Error as exc:
        raise translated(exc, "opening the database") from exc
    try:
        for pragma in (*_PRAGMAS, *pragmas):
            connection.execute(f"pragma {pragma}")
        connection.execute("select count(*) from sqlite_schema").fetchone()
    except Error as exc:
        connection.close()
        raise translated(exc, "opening the database") from exc
    return connection
