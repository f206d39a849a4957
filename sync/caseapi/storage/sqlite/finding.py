"""The `SearchStore` of SQLite."""

import sqlite3
from collections.abc import Callable, Sequence
from uuid import UUID

from sync.caseapi.storage.casework import CaseFile, Figures
from sync.caseapi.storage.searching import SearchHit, SearchWanted
from sync.caseapi.storage.sqlite import case_figures, case_search
from sync.caseapi.storage.sqlite.case_events import read_file
from sync.caseapi.storage.sqlite.case_rows import read_ids
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer


class SqliteSearch:
    """Finds cases by what is written in them."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def find(self, wanted: SearchWanted) -> Sequence[SearchHit]:
        """Return cases that have every phrase, the newest first."""
        return await self._readers.read(lambda connection: case_search.find(connection, self._district, wanted))

    async def fill(self, figures: Callable[[CaseFile], Figures], limit: int) -> int:
        """Take up to so many cases of before, in one transaction."""
        return await self._writer.run(
            lambda connection: _fill(connection, self._district, figures, limit), is_alone=True
        )

    async def is_filled(self) -> bool:
        """Return whether cases of before are all taken."""
        return await self._readers.read(lambda connection: _filled_to(connection, self._district) is None)


def _filled_to(connection: sqlite3.Connection, district: str) -> bytes | None:
    row = connection.execute("select after from case_filling where district_id = ?", (district,)).fetchone()
    return None if row is None else bytes(row[0])


def _fill(connection: sqlite3.Connection, district: str, figures: Callable[[CaseFile], Figures], limit: int) -> int:
    after = _filled_to(connection, district)
    if after is None:
        return 0
    cases = read_ids(connection, district, UUID(bytes=after) if after else None, limit)
    for case in cases:
        case_search.put_text(connection, district, case.bytes)
        kept = read_file(connection, district, case, is_void_too=True)
        if kept is not None:
            case_figures.put_figures(connection, district, case.bytes, figures(kept))
    if len(cases) < limit:
        connection.execute("delete from case_filling where district_id = ?", (district,))
    else:
        connection.execute("update case_filling set after = ? where district_id = ?", (cases[-1].bytes, district))
    return len(cases)
