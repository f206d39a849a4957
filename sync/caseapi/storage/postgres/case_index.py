"""Words of cases are found where they are kept: PostgreSQL indexes the words of the rows themselves.

The words were split by our own rule (`search_text`), so that a phrase is found by comparing text, as the rule says it;
the index only brings the rows that have all its words.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sync.caseapi.storage.search_text import Phrase
from sync.caseapi.storage.searching import Reach
from sync.caseapi.storage.sqlite.case_index import IndexName, wanted_words

_COLUMNS: dict[IndexName, Literal["words", "restricted"]] = {
    "case_index": "words",
    "case_index_restricted": "restricted",
}


def put(connection: Any, index: IndexName, place: int, words: str, reach: str) -> None:
    """Do nothing: the row is its own entry."""


def take_out(connection: Any, index: IndexName, place: int, words: str, reach: str) -> None:
    """Do nothing: the row is its own entry."""


def places(
    connection: Any, index: IndexName, phrases: Sequence[Phrase], reach: Reach, before: int, limit: int
) -> list[int]:
    """Return the places of the texts that have every phrase, the newest first."""
    if reach.is_nothing or not phrases:
        return []
    column = _COLUMNS[index]
    words = sorted({word for phrase in phrases for word in phrase})
    conditions = [f"string_to_array({column}, ' ') @> ?", "place < ?"]
    bound: list[Any] = [words, before]
    if not reach.is_everything:
        conditions.append("string_to_array(reach, ' ') && ?")
        bound.append(list(wanted_words(reach)))
    for phrase in phrases:
        conditions.append(f"strpos(' ' || {column} || ' ', ?) > 0")
        bound.append(f" {' '.join(phrase)} ")
    rows = connection.execute(
        f"select place from case_text where {' and '.join(conditions)} order by place desc limit ?",  # noqa: S608 - our own words
        (*bound, limit),
    )
    return [place for (place,) in rows]
