"""Threads that read from PostgreSQL, each with its own connection and each read in one consistent view."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from sync.caseapi.storage.postgres.connection import BROKEN, FAILED, PostgresConnection
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.readers import Readers

_Result = TypeVar("_Result")

ONE_VIEW = "begin isolation level repeatable read read only"
"""Begins a read in which nothing changes."""


class PostgresReaders(Readers):
    """Runs reads off the event loop."""

    _failures: ClassVar[tuple[type[Exception], ...]] = FAILED

    def __init__(self, place: DatabasePlace) -> None:
        """Prepare; connections are made when they are needed."""
        self._begin(lambda: PostgresConnection(place))

    def _run(self, query: Callable[[Any], _Result]) -> _Result:
        try:
            return self._in_one_view(query)
        except BROKEN:
            # The server was restarted, or a cable pulled, since the last read: once more on a new connection.
            connection = getattr(self._here, "connection", None)
            if connection is not None:
                self._forget(connection)
            return self._in_one_view(query)

    def _in_one_view(self, query: Callable[[Any], _Result]) -> _Result:
        connection: PostgresConnection = self._connection()
        connection.script(ONE_VIEW)
        try:
            return query(connection)
        finally:
            if not connection.is_closed:
                connection.script("rollback")
