"""The `OrgStore` of SQLite."""

import sqlite3
from collections.abc import Sequence

from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer


class SqliteOrgs:
    """Keeps organisations."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def put(self, orgs: Sequence[OrgRow]) -> None:
        """Write organisations, each in the place of the one with its code."""
        await self._writer.run(lambda connection: put(connection, self._district, orgs), is_alone=True)

    async def all(self) -> Sequence[OrgRow]:
        """Return every organisation, by code."""
        return await self._readers.read(lambda connection: read_orgs(connection, self._district))


def put(connection: sqlite3.Connection, district: str, orgs: Sequence[OrgRow]) -> None:
    """Write organisations, each in the place of the one with its code."""
    connection.executemany(
        "insert or replace into org (district_id, code, kind, name, patch, number, valid_from, valid_to)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        [(district, org.code, org.kind, org.name, org.patch, org.number, org.valid_from, org.valid_to) for org in orgs],
    )


def read_orgs(connection: sqlite3.Connection, district: str) -> list[OrgRow]:
    """Return every organisation, by code."""
    rows = connection.execute(
        "select code, kind, name, patch, number, valid_from, valid_to from org where district_id = ? order by code",
        (district,),
    )
    return [OrgRow(*row) for row in rows]
