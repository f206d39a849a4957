"""The `CatalogueStore` of SQLite."""

import sqlite3
from collections.abc import Sequence

from sync.caseapi.storage.catalogue import DraftRow, VersionRow
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer


class SqliteCatalogue:
    """Keeps versions of the catalogue, and the draft of the next one."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def versions(self) -> Sequence[VersionRow]:
        """Return every version, by number."""
        return await self._readers.read(lambda connection: read_versions(connection, self._district))

    async def draft(self) -> Sequence[DraftRow]:
        """Return the draft, by category."""
        return await self._readers.read(lambda connection: _draft(connection, self._district))

    async def put_draft(self, row: DraftRow, expected_ms: int) -> bool:
        """Write a category of the draft, unless somebody else changed it since."""

        def work(connection: sqlite3.Connection) -> bool:
            standing = {each.matter: each.changed_ms for each in _draft(connection, self._district)}
            if standing.get(row.matter, 0) != expected_ms:
                return False
            # A state has a time of its own, also within one millisecond.
            changed_ms = max(row.changed_ms, expected_ms + 1)
            connection.execute(
                "insert or replace into catalogue_draft (district_id, matter, body, account, changed_ms)"
                " values (?, ?, ?, ?, ?)",
                (self._district, row.matter, row.body, row.account, changed_ms),
            )
            return True

        return await self._writer.run(work, is_alone=True)

    async def drop_draft(self, matter: str) -> None:
        """Take a category out of the draft."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "delete from catalogue_draft where district_id = ? and matter = ?", (self._district, matter)
            )

        await self._writer.run(work, is_alone=True)

    async def publish(self, versions: Sequence[VersionRow], draft: Sequence[DraftRow]) -> bool:
        """Add versions and take what they hold out of the draft."""

        def work(connection: sqlite3.Connection) -> bool:
            (newest,) = connection.execute(
                "select coalesce(max(number), 0) from catalogue_version where district_id = ?", (self._district,)
            ).fetchone()
            standing = set(_draft(connection, self._district))
            if not set(draft) <= standing or [each.number for each in versions][:1] != [newest + 1]:
                return False
            connection.executemany(
                "insert into catalogue_version (district_id, number, from_ms, account, made_ms, note, body)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (self._district, each.number, each.from_ms, each.account, each.made_ms, each.note, each.body)
                    for each in versions
                ],
            )
            connection.executemany(
                "delete from catalogue_draft where district_id = ? and matter = ?",
                [(self._district, each.matter) for each in draft],
            )
            return True

        return await self._writer.run(work, is_alone=True)


def read_versions(connection: sqlite3.Connection, district: str) -> list[VersionRow]:
    """Return every version, by number."""
    rows = connection.execute(
        "select number, from_ms, account, made_ms, note, body from catalogue_version where district_id = ?"
        " order by number",
        (district,),
    )
    return [VersionRow(*row) for row in rows]


def _draft(connection: sqlite3.Connection, district: str) -> list[DraftRow]:
    rows = connection.execute(
        "select matter, body, account, changed_ms from catalogue_draft where district_id = ? order by matter",
        (district,),
    )
    return [DraftRow(*row) for row in rows]
