"""The `ExportStore` of PostgreSQL: a connection of its own for each view, so that rows leave as they are read."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from sync.caseapi.storage.postgres.opening import connected
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.readers import ONE_VIEW, PostgresReaders
from sync.caseapi.storage.postgres.writer import PostgresWriter
from sync.caseapi.storage.sqlite.exporting import SqliteExports

_View = TypeVar("_View")


@contextmanager
def postgres_view(place: DatabasePlace, district: str, kind: Callable[[Any, str], _View]) -> Iterator[_View]:
    """Give a view of this moment.

    Args:
        kind: makes the view over a connection that only reads.

    Raises:
        StorageFailed: the database cannot be read.
    """
    with connected(place, is_streaming=True) as connection:
        connection.script(ONE_VIEW)
        yield kind(connection, district)


class PostgresExports(SqliteExports):
    """Opens views, and keeps who took what."""

    def __init__(self, writer: PostgresWriter, readers: PostgresReaders, place: DatabasePlace, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._place = place
        self._district = district

    def _opened(self, kind: Callable[[Any, str], _View]) -> AbstractContextManager[_View]:
        return postgres_view(self._place, self._district, kind)
