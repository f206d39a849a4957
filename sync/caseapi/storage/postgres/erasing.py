"""The `ErasureStore` of PostgreSQL: contacts are overwritten, and the rows that they leave behind are cleared away."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sync.caseapi.storage.postgres.opening import connected
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.readers import PostgresReaders
from sync.caseapi.storage.postgres.writer import PostgresWriter
from sync.caseapi.storage.sqlite.erasing import SqliteErasures

TABLES = ("case_words", "inbox")
"""Where sealed contacts stand."""


class PostgresErasures(SqliteErasures):
    """Erases contacts."""

    def __init__(self, writer: PostgresWriter, readers: PostgresReaders, place: DatabasePlace, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._place = place
        self._district = district

    async def left_over(self, erased: Sequence[str]) -> int:
        """Clear the rows away that were written over; nobody but the server itself can look into its files.

        Returns:
            0: no row of the database holds any of them.
        """
        if erased:
            await asyncio.to_thread(clear, self._place)
        return 0

    def _prepare(self, connection: Any) -> None:
        """Do nothing: PostgreSQL leaves the old row where it is until it is cleared away."""


def clear(place: DatabasePlace, *, is_whole: bool = False) -> None:
    """Let go of rows that were written over.

    Args:
        is_whole: write the tables anew, so that nothing is left between their rows; nobody else can use them meanwhile.
    """
    with connected(place) as connection:
        for table in TABLES:
            connection.script(f"vacuum {'full ' if is_whole else ''}{table}")
