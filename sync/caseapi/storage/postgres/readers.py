"""Threads that read from PostgreSQL, each with its own connection and each read in one consistent view."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import BROKEN, FAILED, PostgresConnection
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.readers import READERS, Readers

_Result = TypeVar("_Result")

ONE_VIEW = "begin isolation level repeatable read read only"
"""Begins a read in which nothing changes."""


class PostgresReaders(Readers):
    """Runs reads off the event loop."""

    def __init__(self, place: DatabasePlace) -> None:
        """Prepare; connections are made when they are needed."""
        self._place = place
        self._threads = threading.local()
        self._open: list[PostgresConnection] = []
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="caseapi-reader")

    async def read(self, query: Callable[[Any], _Result]) -> _Result:
        """Return what a query makes of one consistent view.

        Raises:
            StorageFailed: the database could not be read, or is closed.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, query)
        except FAILED as exc:
            raise StorageFailed(f"the database could not be read: {exc}") from exc
        except RuntimeError as exc:
            raise StorageFailed("the database is closed") from exc

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for connection in self._open:
            connection.close()

    def _read(self, query: Callable[[Any], _Result]) -> _Result:
        try:
            return self._in_one_view(query)
        except BROKEN:
            # The server was restarted, or a cable pulled, since the last read: once more on a new connection.
            self._forget_own()
            return self._in_one_view(query)

    def _in_one_view(self, query: Callable[[Any], _Result]) -> _Result:
        connection = self._own()
        connection.script(ONE_VIEW)
        try:
            return query(cast(Any, connection))
        finally:
            if not connection.is_closed:
                connection.script("rollback")

    def _own(self) -> PostgresConnection:
        """Return this thread's connection; one that cannot be made now is tried again by the next read."""
        connection: PostgresConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = PostgresConnection(self._place)
            self._open.append(connection)
        return connection

    def _forget_own(self) -> None:
        connection: PostgresConnection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            self._threads.connection = None
            self._open.remove(connection)
            connection.close()
