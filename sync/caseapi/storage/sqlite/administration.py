"""The `AdministrationStore` of SQLite."""

import sqlite3
from collections.abc import Sequence

from sync.caseapi.storage.administration import MOST_ACTS, AdministrativeAct
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer

_NEWEST_PLACE = (1 << 63) - 1


class SqliteAdministration:
    """Keeps what administrators did."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def add(self, act: AdministrativeAct) -> None:
        """Write an act down."""
        values = (self._district, act.at_ms, act.account, act.act, act.about, act.said, act.outcome)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "insert into administrative_act (district_id, at_ms, account, act, about, said, outcome)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                values,
            )

        await self._writer.run(work, is_alone=True)

    async def newest(self, *, before: int = 0, limit: int = 50) -> Sequence[tuple[int, AdministrativeAct]]:
        """Return acts with their places, the newest first."""

        def read(connection: sqlite3.Connection) -> list[tuple[int, AdministrativeAct]]:
            rows = connection.execute(
                "select given, at_ms, account, act, about, said, outcome from administrative_act"
                " where district_id = ? and given < ? order by given desc limit ?",
                (self._district, before or _NEWEST_PLACE, min(limit, MOST_ACTS)),
            )
            return [(given, AdministrativeAct(*act)) for given, *act in rows]

        return await self._readers.read(read)
