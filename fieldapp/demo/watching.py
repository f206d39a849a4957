"""Looks into the two databases from outside, while their programs run or are dead: figures are read, not remembered."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fieldapp.services.photo_field import FIELD, photos_in
from sync.journal import JournalSummary
from sync.tablet.store.connections import connect_reader
from sync.tablet.store.journal import summarise

SQLITE = "sqlite:///"
"""How the address of a SQLite file begins."""


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """What the tablet's database says.

    Attributes:
        kinds: records of each kind.
        records_by_id: exact bytes of every record.
        summary: the journal's own count.
        photos: photos that records name, each once.
        photos_in_drafts: photos that unsaved forms name.
        photos_waiting: those the server has not said it holds.
    """

    kinds: Counter[str]
    records_by_id: dict[str, bytes]
    summary: JournalSummary
    photos: int
    photos_waiting: int
    photos_in_drafts: int

    @property
    def records(self) -> int:
        """Return how many records there are."""
        return self.kinds.total()


def journal_facts(database: Path) -> JournalFacts:
    """Return what a tablet's database says now.

    Raises:
        sync.tablet.errors.StoreError: it cannot be read.
    """
    with closing(connect_reader(database)) as connection:
        rows = connection.execute("select kind, id, record from records order by stream, n").fetchall()
        summary = summarise(connection)
        photos, waiting = connection.execute(
            "select count(distinct sha256), count(distinct case when not acknowledged then sha256 end) from media"
        ).fetchone()
        drafts = connection.execute("select value from drafts where field = ?", (FIELD,)).fetchall()
    in_drafts = sum(len(photos_in({FIELD: value})) for (value,) in drafts)
    records = {str(record_id): bytes(data) for _, record_id, data in rows}
    return JournalFacts(Counter(kind for kind, *_ in rows), records, summary, photos, waiting, in_drafts)


def stored_records(central_database: str) -> set[bytes]:
    """Return the exact bytes of every record that a case API's database holds, SQLite or PostgreSQL."""
    query = "select raw from inbox"
    if not central_database.startswith(SQLITE):
        return asyncio.run(_stored_in_postgres(central_database, query))
    path = Path(central_database.removeprefix(SQLITE)).absolute()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return {bytes(raw) for (raw,) in connection.execute(query)}


async def _stored_in_postgres(database: str, query: str) -> set[bytes]:
    import asyncpg

    connection = await asyncpg.connect(database)
    try:
        return {bytes(row[0]) for row in await connection.fetch(query)}
    finally:
        await connection.close()
