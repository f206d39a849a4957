"""Looks into a tablet's database from outside, while its app runs or is dead: figures are read, never remembered."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sync.journal import JournalSummary
from sync.tablet.store.connections import connect_reader
from sync.tablet.store.journal import summarise


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """What the tablet's database says.

    Attributes:
        kinds: records of each kind.
        ids: different record ids.
        summary: the journal's own count.
    """

    kinds: Counter[str]
    ids: frozenset[str]
    summary: JournalSummary

    @property
    def records(self) -> int:
        """Return how many records there are."""
        return self.kinds.total()


def journal_facts(database: Path) -> JournalFacts:
    """Return what a tablet's database says now.

    Raises:
        sync.tablet.errors.StoreError: it cannot be read.
    """
    connection = connect_reader(database)
    try:
        rows = connection.execute("select kind, id from records order by stream, n").fetchall()
        summary = summarise(connection)
    finally:
        connection.close()
    return JournalFacts(Counter(kind for kind, _ in rows), frozenset(str(record_id) for _, record_id in rows), summary)
