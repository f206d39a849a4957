"""The full-text index as SQLite has it: FTS5 over text that was split by our own rule."""

import sqlite3
import sys
from collections.abc import Sequence
from typing import Any, Literal, Protocol

from sync.caseapi.storage.search_text import Phrase
from sync.caseapi.storage.searching import Reach

IndexName = Literal["case_index", "case_index_restricted"]
"""What everybody may read who may see a case, and what only the handling chain may."""


class TextIndex(Protocol):
    """What finds words; SQLite's is this module."""

    def put(self, connection: Any, index: IndexName, place: int, words: str, reach: str) -> None:
        """Put a text under its place."""
        ...

    def take_out(self, connection: Any, index: IndexName, place: int, words: str, reach: str) -> None:
        """Take a text out again."""
        ...

    def places(
        self, connection: Any, index: IndexName, phrases: Sequence[Phrase], reach: Reach, before: int, limit: int
    ) -> list[int]:
        """Return the places of the texts that have every phrase, the newest first."""
        ...


def index_of(connection: object) -> TextIndex:
    """Return what finds words on a connection; those of other engines name their own."""
    own: TextIndex = getattr(connection, "text_index", sys.modules[__name__])
    return own


def put(connection: sqlite3.Connection, index: IndexName, place: int, words: str, reach: str) -> None:
    """Put a text under its place."""
    connection.execute(
        f"insert into {index} (rowid, words, reach) values (?, ?, ?)",  # noqa: S608 - our own names
        (place, words, reach),
    )


def take_out(connection: sqlite3.Connection, index: IndexName, place: int, words: str, reach: str) -> None:
    """Take a text out again; it must be told as it was put, since the index does not keep it."""
    connection.execute(
        f"insert into {index} ({index}, rowid, words, reach) values ('delete', ?, ?, ?)",  # noqa: S608 - our own names
        (place, words, reach),
    )


def places(
    connection: sqlite3.Connection,
    index: IndexName,
    phrases: Sequence[Phrase],
    reach: Reach,
    before: int,
    limit: int,
) -> list[int]:
    """Return the places of the texts that have every phrase, the newest first."""
    if reach.is_nothing or not phrases:
        return []
    rows = connection.execute(
        f"select rowid from {index} where {index} match ? and rowid < ? order by rowid desc limit ?",  # noqa: S608 - our own names
        (_match(phrases, reach), before, limit),
    )
    return [place for (place,) in rows]


def reach_words(grid: str, orgs: Sequence[str]) -> str:
    """Return who a case belongs to, as words of the index: street, community, grid, and who it was given to."""
    return " ".join((*(f"a{grid[:digits]}" for digits in (9, 12, 15)), *(_org_word(org) for org in orgs)))


def wanted_words(reach: Reach) -> tuple[str, ...]:
    """Return the words of which a case needs one to be within reach."""
    return (*(f"a{area}" for area in sorted(reach.areas)), *(_org_word(org) for org in sorted(reach.orgs)))


def _match(phrases: Sequence[Phrase], reach: Reach) -> str:
    parts = [f'words : "{" ".join(phrase)}"' for phrase in phrases]
    if not reach.is_everything:
        parts.append("reach : (" + " OR ".join(f'"{word}"' for word in wanted_words(reach)) + ")")
    return " AND ".join(parts)


def _org_word(org: str) -> str:
    return f"o{org.encode('utf-8', 'replace').hex()}"
