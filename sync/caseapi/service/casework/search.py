"""Finds cases by what is written in them, as far as the seeker may read it."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import Struct

from sync.caseapi.cases.permissions import TABLE, CaseScope, Right, is_within
from sync.caseapi.cases.states import LEVELS, Level
from sync.caseapi.service.callers import Caller, may_read_words, may_see, seat_holding
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.casework.views import CaseLine, line_of
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import QueueRow
from sync.caseapi.storage.search_text import phrases_of
from sync.caseapi.storage.searching import Reach, SearchField, SearchHit, SearchWanted

PAGE_HITS = 20
"""Cases of one page."""

MOST_TURNS = 5
"""How often more is looked for because what was found is not the seeker's; a page may then be shorter."""

_LEVELS: dict[str, Level] = {level: level for level in LEVELS}


class FoundText(Struct, frozen=True):
    """A text of a case that was found: its category, where, what was reported, how it was solved, a note."""

    name: str
    text: str


class FoundCase(Struct, frozen=True):
    """A case that was found, with those of its texts that the seeker may read."""

    case: CaseLine
    texts: tuple[FoundText, ...]


class FoundCases(Struct, frozen=True):
    """A page of what was found.

    Attributes:
        before: where the next page begins; None when there is none.
        is_filled: cases of before are all looked through; while they are not, more may be found later.
    """

    cases: tuple[FoundCase, ...]
    before: int | None = None
    is_filled: bool = True


class CaseSearch:
    """What may be found by whom."""

    def __init__(self, storage: Storage, lives: Lives) -> None:
        self._search = storage.search
        self._casework = storage.casework
        self._looks = storage.looks
        self._district = storage.district
        self._lives = lives

    async def find(self, query: str, by: Caller, now_ms: int, *, before: int | None = None) -> FoundCases:
        """Return cases that have all of a query, the newest first; an auditor's look is written down.

        Restricted words are found by the handling chain alone, and by nobody else's query is it told that they are.

        Raises:
            NotAllowed: no seat of the caller reads cases.
        """
        seat_holding(by, "read_cases")
        if "auditor" in by.roles:
            await self._looks.add(by.id, None, "search", now_ms)
        reach, restricted = self._reach(by, "read_cases"), self._reach(by, "read_contact")
        found: list[FoundCase] = []
        for _ in range(MOST_TURNS):
            wanted = SearchWanted(phrases_of(query), reach, restricted, before, PAGE_HITS)
            hits = await self._search.find(wanted)
            before = hits[-1].place if len(hits) == PAGE_HITS else None
            for hit in hits:
                if may_see(by, _scope(hit.found)):
                    found.append(self._told(hit, by, now_ms))
            if before is None or len(found) >= PAGE_HITS:
                break
        return FoundCases(tuple(found), before, await self._search.is_filled())

    async def numbered(self, case: UUID, by: Caller, now_ms: int) -> FoundCase | None:
        """Return the case of a number, or None where there is none for this caller."""
        kept = await self._casework.file(case)
        if kept is None or kept.standing is None or not may_see(by, _scope(QueueRow(kept.row, kept.standing))):
            return None
        return FoundCase(line_of(QueueRow(kept.row, kept.standing), self._lives, now_ms), ())

    def _told(self, hit: SearchHit, by: Caller, now_ms: int) -> FoundCase:
        row = hit.found.row
        is_readable = may_read_words(by, _scope(hit.found), is_restricted=row.is_restricted)
        texts = tuple(FoundText(each.name, each.text) for each in _readable(hit, is_readable=is_readable))
        return FoundCase(line_of(hit.found, self._lives, now_ms), texts)

    def _reach(self, by: Caller, right: Right) -> Reach:
        """Return whose cases a right of the caller looks through; the cases themselves are asked again one by one."""
        areas, orgs = set(), set()
        for seat in by.seats:
            match TABLE[right].get(seat.role):
                case "all":
                    return Reach(is_everything=True)
                case "subtree" if is_within(seat.org, self._district):
                    return Reach(is_everything=True)
                case "subtree":
                    areas.add(seat.org)
                case "assigned":
                    orgs.add(seat.org)
        return Reach(frozenset(areas), frozenset(orgs))


def _readable(hit: SearchHit, *, is_readable: bool) -> Iterator[SearchField]:
    return (each for each in hit.fields if is_readable or not each.is_restricted)


def _scope(found: QueueRow) -> CaseScope:
    standing = found.standing
    return CaseScope(found.row.grid, _LEVELS[standing.level], frozenset(standing.orgs), frozenset(), standing.is_open)
