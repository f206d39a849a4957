"""Connections to a SQLite database: one that writes, others that only read."""

import sqlite3
from pathlib import Path

from sync.binding import bind_directly
from sync.caseapi.errors import DatabaseMissing, StorageFailed

CHECKPOINT_PAGES = 16_000
"""Pages in the write-ahead log after which the writing connection checkpoints (64 MB): a whole district's day, so that
nobody waits for it; the writer's next silence does it before."""

BUSY_TIMEOUT_S = 5.0
"""How long a connection waits for a lock; only a backup by another program ever holds one."""

KEPT_STATEMENTS = 512
"""Statements that stay prepared: those of this program, and an insert for each number of rows."""

_PRAGMAS = ("foreign_keys = on", "trusted_schema = off", "cell_size_check = on", "temp_store = memory")

bind_directly()


def connect_writing(path: Path) -> sqlite3.Connection:
    """Return the one connection that writes and checkpoints; the file is made when it is missing.

    SQLite before 3.51.3 can lose commits when two connections write and checkpoint at the same moment, so there is
    never a second one.

    Raises:
        StorageFailed: it cannot be opened, or not for writing.
    """
    log_pragmas = ("journal_mode = wal", "synchronous = full", f"wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection = _connect(path, "rwc", (*_PRAGMAS, *log_pragmas))
    _refuse_read_only(connection, path)
    return connection


def connect_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read.

    Raises:
        DatabaseMissing: there is no file.
    """
    if not path.is_file():
        raise DatabaseMissing(f"there is no database at {path}; make one with: caseapi init")
    return _connect(path, "ro", _PRAGMAS)


def _connect(path: Path, mode: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            f"file:{_quoted(path)}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=KEPT_STATEMENTS,
        )
        for pragma in pragmas:
            connection.execute(f"pragma {pragma}")
    except sqlite3.Error as exc:
        if connection is not None:
            connection.close()
        if isinstance(exc, sqlite3.OperationalError):
            raise StorageFailed(f"the database {path} cannot be opened: {exc}") from exc
        raise DatabaseMissing(f"{path} is not a database of ours: {exc}") from exc
    return connection


def _refuse_read_only(connection: sqlite3.Connection, path: Path) -> None:
    # Where a file does not open for writing, SQLite opens it for reading and says nothing: the server would listen,
    # and refuse every record until somebody restarts it.
    try:
        connection.execute("begin immediate")
        connection.execute("pragma user_version = 0")
        connection.execute("rollback")
    except sqlite3.Error as exc:
        connection.close()
        raise StorageFailed(f"the database {path} cannot be written: {exc}") from exc


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
