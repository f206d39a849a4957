"""Faulty disks: every statement of a writing connection is a point at which it may fail, or its process die."""

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

DiskFault = Literal["enospc", "eio"]

_ERRORS: dict[str, tuple[str, int, str]] = {
    "enospc": ("database or disk is full", sqlite3.SQLITE_FULL, "SQLITE_FULL"),
    "eio": ("disk I/O error", sqlite3.SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE"),
}


class Killed(BaseException):
    """A process ends here and now: nothing of it runs any more."""


class Disk:
    """The disk of one process, and how long the process lives.

    Attributes:
        is_dead: the process was killed; whatever still runs of it meets `Killed` at its next statement.
    """

    def __init__(self, owner: str, cover: Callable[[str, str], None]) -> None:
        self.owner = owner
        self.is_dead = False
        self._cover = cover
        self._kill_in: int | None = None
        self._at_files = False
        self._fail: tuple[DiskFault, int, int, bool] | None = None

    def kill_in(self, statements: int, *, at_files: bool = False) -> None:
        """Kill the process at the so many-th statement from now; a commit has a point before and one after it.

        Args:
            at_files: statements do not count, only what happens to files beside the database.
        """
        self._kill_in, self._at_files = statements, at_files

    def fail_in(
        self, fault: DiskFault, statements: int, *, length: int = 1, rolls_back: bool = True, at_files: bool = False
    ) -> None:
        """Let so many statements fail, the first of them the so many-th from now.

        Args:
            rolls_back: the database undoes the whole transaction by itself, as SQLite may.
            at_files: statements do not count, only what happens to files beside the database.
        """
        self._fail, self._at_files = (fault, statements, length, rolls_back), at_files

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._kill_in = self._fail = None

    def point(self, connection: "SimConnection | None", statement: str) -> None:
        """Pass one point, or not."""
        if self.is_dead:
            raise Killed(self.owner)
        if (self._kill_in is None and self._fail is None) or (self._at_files and connection is not None):
            return
        self._count_down_to_kill(statement)
        if self._fail is not None:
            self._count_down_to_failure(connection, statement)

    def committed(self, what: str = "committed") -> None:
        """Pass the point behind a commit: what is on disk stays there, and nobody has heard of it yet."""
        if not self._at_files or what != "committed":
            self._count_down_to_kill(what)

    def _count_down_to_kill(self, statement: str) -> None:
        if self._kill_in is None:
            return
        self._kill_in -= 1
        if self._kill_in < 0:
            self._kill_in = None
            self.is_dead = True
            self._cover("kill", f"{self.owner}: {named(statement)}")
            raise Killed(self.owner)

    def _count_down_to_failure(self, connection: "SimConnection | None", statement: str) -> None:
        if self._fail is None or statement.startswith("rollback"):
            return
        fault, wait, length, rolls_back = self._fail
        if wait > 0:
            self._fail = (fault, wait - 1, length, rolls_back)
            return
        self._fail = (fault, 0, length - 1, rolls_back) if length > 1 else None
        self._cover(fault, f"{self.owner}: {named(statement)}")
        if connection is None:
            raise OSError(28 if fault == "enospc" else 5, _ERRORS[fault][0])
        if (rolls_back or statement == "commit") and connection.in_transaction:
            sqlite3.Connection.execute(connection, "rollback")
        raise _error(fault)


class SimConnection(sqlite3.Connection):
    """A writing connection of the real driver, on a disk that may fail."""

    disk: Disk | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Pass the point before a statement, run it, and after a commit pass another."""
        if self.disk is None:
            return super().execute(sql, parameters)
        if sql.startswith("pragma synchronous"):
            # What a power cut leaves is asked elsewhere; here only processes die.
            sql = "pragma synchronous = off"
        self.disk.point(self, sql)
        cursor = super().execute(sql, parameters)
        if sql == "commit":
            self.disk.committed()
        return cursor

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """Pass the point before a statement and run it for every row."""
        if self.disk is not None:
            self.disk.point(self, sql)
        return super().executemany(sql, parameters)

    def close(self) -> None:
        """Close, unless the process is dead: then the harness has closed it."""
        if self.disk is None or not self.disk.is_dead:
            super().close()

    def pull(self) -> None:
        """Close as the end of a process does: what was not committed is gone."""
        if self.in_transaction:
            super().execute("rollback")
        super().close()


@lru_cache(maxsize=4096)
def named(statement: str) -> str:
    """Return what a statement does, in a few words."""
    words = statement.split()
    if len(words) < 2:
        return statement
    if words[0] == "insert":
        return " ".join(words[:3])
    if words[0] == "update":
        return " ".join(words[:2])
    if words[0] in ("select", "delete"):
        return (
            " ".join([words[0], *words[words.index("from") : words.index("from") + 2]]) if "from" in words else "select"
        )
    return " ".join(words[:2])


def _error(fault: DiskFault) -> sqlite3.OperationalError:
    sentence, code, name = _ERRORS[fault]
    error = sqlite3.OperationalError(sentence)
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    return error
