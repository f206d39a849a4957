"""Connections to a SQLite database: one that writes, others that only read."""

import sqlite3
from pathlib import Path

from sync.caseapi.errors import DatabaseMissing, StorageFailed

CHECKPOINT_PAGES = 4_000
"""Pages in the write-ahead log after which the writing connection checkpoints (16 MB)."""

BUSY_TIMEOUT_S = 5.0
"""How long a connection waits for a lock; only a backup by another program ever holds one."""


def connect_writing(path: Path) -> sqlite3.Connection:
    """Return the one connection that writes and checkpoints; the file is made when it is missing.

    SQLite before 3.51.3 can lose commits when two connections write and checkpoint at the same moment, so there is
    never a second one.
    """
    connection = _connect(f"file:{_quoted(path)}?mode=rwc")
    for pragma in (
        "journal_mode = wal",
        "synchronous = full",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
    ):
        connection.execute(f"pragma {pragma}")
    return connection


def connect_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read.

    Raises:
        DatabaseMissing: there is no file.
    """
    if not path.is_file():
        raise DatabaseMissing(f"there is no database at {path}; make one with: caseapi init")
    return _connect(f"file:{_quoted(path)}?mode=ro")


def _connect(uri: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        for pragma in ("foreign_keys = on", "trusted_schema = off", "cell_size_check = on", "temp_store = memory"):
            connection.execute(f"pragma {pragma}")
    except sqlite3.Error as exc:
        raise StorageFailed(f"the database cannot be opened: {exc}") from exc
    return connection


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
