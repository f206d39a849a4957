"""Threads that read, each with its own read-only connection and each read in one consistent view."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.sqlite.connection import connect_reading

_Result = TypeVar("_Result")

READERS = 2
"""Reading threads; more than the cores only trade places."""


class Readers:
    """Runs reads off the event loop."""

    _failures: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    """What reading may raise."""

    def __init__(self, path: Path) -> None:
        self._begin(lambda: connect_reading(path))

    def _begin(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._here = threading.local()
        self._connections: list[Any] = []
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="caseapi-reader")

    async def read(self, query: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Return what a query makes of one consistent view.

        Raises:
            StorageFailed: the database could not be read, or is closed.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, query)
        except self._failures as exc:
            raise StorageFailed(f"the database could not be read: {exc}") from exc
        except RuntimeError as exc:
            raise StorageFailed("the database is closed") from exc

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            connection.close()

    def _run(self, query: Callable[[sqlite3.Connection], _Result]) -> _Result:
        connection = self._connection()
        try:
            connection.execute("begin")
            try:
                return query(connection)
            finally:
                connection.execute("commit")
        except sqlite3.Error:
            self._forget(connection)
            raise

    def _connection(self) -> Any:
        """Return this thread's connection; one that cannot be made now is tried again by the next read."""
        connection = getattr(self._here, "connection", None)
        if connection is None:
            connection = self._here.connection = self._connect()
            self._connections.append(connection)
        return connection

    def _forget(self, connection: Any) -> None:
        # Nobody knows in which state an error has left it.
        self._here.connection = None
        self._connections.remove(connection)
        connection.close()
