"""The part of the contract that finds cases by their words, and fills what is looked up for cases of before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sync.caseapi.storage.casework import CaseFile, Figures, QueueRow
from sync.caseapi.storage.search_text import Phrase

FieldName = Literal["matter", "place", "words", "action", "note"]
"""What a text of a case is: its category, where, what was reported, how it was solved, what was said later."""

MOST_FOUND = 100
"""Most cases of one page of what was found."""


@dataclass(frozen=True, slots=True)
class SearchField:
    """A text of a case that is looked through.

    Attributes:
        is_restricted: only the handling chain may read it.
    """

    name: FieldName
    text: str
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases are looked through.

    Attributes:
        areas: codes of streets, communities and grids; `orgs` those that cases were given to.
        is_everything: every case of the district.
    """

    areas: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    is_everything: bool = False

    @property
    def is_nothing(self) -> bool:
        """Return whether there is nothing to look through."""
        return not (self.is_everything or self.areas or self.orgs)


@dataclass(frozen=True, slots=True)
class SearchWanted:
    """What is looked for.

    Attributes:
        phrases: all of which a case must have; none finds nothing.
        reach: whose words everybody may read who may see the case; `restricted` whose restricted ones, too.
        before: place of the last case seen; None begins with the newest.
    """

    phrases: tuple[Phrase, ...]
    reach: Reach
    restricted: Reach = Reach()
    before: int | None = None
    limit: int = MOST_FOUND


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A case that was found.

    Attributes:
        place: the newer a case was received the larger.
        fields: all its texts, restricted ones too.
    """

    place: int
    found: QueueRow
    fields: tuple[SearchField, ...]


class SearchStore(Protocol):
    """Finds cases by what is written in them.

    What is found follows from `search_text.is_found` over the texts of a case, written in the transaction that changes
    any of them. Restricted words stand in an index of their own.
    """

    async def find(self, wanted: SearchWanted) -> Sequence[SearchHit]:
        """Return cases that have every phrase, the newest first, at most `limit`; withdrawn ones never."""
        ...

    async def fill(self, figures: Callable[[CaseFile], Figures], limit: int) -> int:
        """Take up to so many cases of before, in one transaction; return how many, 0 when all are taken.

        Args:
            figures: what a case counts for; quick and pure, called where the engine writes.
        """
        ...

    async def is_filled(self) -> bool:
        """Return whether cases of before are all taken."""
        ...
