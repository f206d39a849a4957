"""What leaves the house as tables: one consistent view to read it from, and who took what. Values and the contract."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.casework import AsideRow, CaseFile, SaidLine
from sync.caseapi.storage.catalogue import VersionRow
from sync.caseapi.storage.grid_notices import NoticeRow
from sync.caseapi.storage.judged import KeptQuality
from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.rows import BuildingRounds

NO_END_MS = 1 << 53
"""Later than anything that was received."""


@dataclass(frozen=True, slots=True)
class ExportSpan:
    """Which part is read.

    Attributes:
        patches: codes of districts, streets, communities or grids, of which any is enough; an empty one is everything.
        orgs: organisations whose cases are read, too, wherever they lie.
        from_ms, to_ms: when cases were received: from the first until before the second.
        from_day, to_day: days, both included, ``YYYY-MM-DD``.
    """

    patches: tuple[str, ...] = ("",)
    orgs: tuple[str, ...] = ()
    from_ms: int = 0
    to_ms: int = NO_END_MS
    from_day: str = "0000-00-00"
    to_day: str = "9999-99-99"


@dataclass(frozen=True, slots=True)
class CheckInFact:
    """A check-in as it may leave: a building and a day, without record, person, tablet and time.

    Attributes:
        clock: how far the day can be believed, by what is known of the tablet's clocks.
    """

    day: str
    grid: str
    building: UUID
    entrance: UUID | None
    round: int
    result: str
    method: str
    geofence: str
    clock: KeptQuality


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit as it may leave: a building and a day, without household, person, tablet and time; `clock` as above."""

    day: str
    grid: str
    building: UUID
    entrance: UUID | None
    purpose: str
    outcome: str
    clock: KeptQuality


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something that happened to a case that stands; `why` is empty for what had an effect."""

    case: UUID
    grid: str
    place: int
    action: str
    why: str
    state: str


@dataclass(frozen=True, slots=True)
class OpenTerm:
    """An open case with its terms, `NEVER_MS` for none."""

    case: UUID
    grid: str
    due_ms: int
    case_ms: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody took a table along.

    Attributes:
        account: who; empty for who runs the server.
        span: the days asked for, in words of the request; empty for all.
        rows: how many left; None while it is under way, or where nobody knows how far it came.
    """

    account: str
    kind: str
    format: str
    span: str
    at_ms: int
    rows: int | None = None


class ExportView(Protocol):
    """Everything of one moment, read row by row; used by one thread at a time."""

    def cases(self, span: ExportSpan) -> Iterator[CaseFile]:
        """Yield the cases that stand with their events, by time received, then id."""
        ...

    def said(self, case: UUID) -> Sequence[SaidLine]:
        """Return what records say of a case, in the order received."""
        ...

    def notices(self, span: ExportSpan) -> Iterator[NoticeRow]:
        """Yield the notices that were told to a grid of the patches and sent within the span, in that order."""
        ...

    def check_ins(self, span: ExportSpan) -> Iterator[CheckInFact]:
        """Yield check-ins that stand, by day and building; within a building in no order of time."""
        ...

    def visits(self, span: ExportSpan) -> Iterator[VisitFact]:
        """Yield visits that stand, by day and building; within a building in no order of time."""
        ...

    def round_days(self, span: ExportSpan) -> Sequence[str]:
        """Return the days that have a check-in, in order."""
        ...

    def rounds(self, day: str) -> Sequence[BuildingRounds]:
        """Return every building of the district with its rounds of a day, by grid and order."""
        ...

    def standing(self, types: Sequence[str]) -> Mapping[tuple[str, str, str], bytes]:
        """Return the bodies of reference entries that stand, by (scope, type, id)."""
        ...

    def orgs(self) -> Sequence[OrgRow]:
        """Return every organisation, by code."""
        ...

    def versions(self) -> Sequence[VersionRow]:
        """Return every version of the catalogue, by number."""
        ...


class DayView(Protocol):
    """What a day's report reads, all of one moment; `patch` is the code of a district, street, community or grid."""

    def case(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case that stands, or None."""
        ...

    def events(self, patch: str, from_ms: int, to_ms: int) -> Iterator[DayEvent]:
        """Yield what the server heard of cases from a moment until before another, in that order."""
        ...

    def asides(self, patch: str, from_ms: int, to_ms: int) -> Sequence[tuple[UUID, AsideRow]]:
        """Return what was put beside cases from a moment until before another, in that order."""
        ...

    def open_terms(self, patch: str) -> Sequence[OpenTerm]:
        """Return the open cases, by id."""
        ...

    def rounds(self, day: str) -> Sequence[BuildingRounds]:
        """Return every building of the district with its rounds of a day, by grid and order."""
        ...

    def standing(self, types: Sequence[str]) -> Mapping[tuple[str, str, str], bytes]:
        """Return the bodies of reference entries that stand, by (scope, type, id)."""
        ...

    def versions(self) -> Sequence[VersionRow]:
        """Return every version of the catalogue, by number."""
        ...


class ExportStore(Protocol):
    """Opens views, and keeps who took what."""

    def view(self) -> AbstractContextManager[ExportView]:
        """Return a view of this moment, which holds a connection while it is open.

        Raises:
            StorageFailed: on entering or reading, the database could not be read.
        """
        ...

    def day_view(self) -> AbstractContextManager[DayView]:
        """Return a view for a day's report, like `view`."""
        ...

    async def add(self, taken: Taken) -> int:
        """Write down that somebody takes a table along; return the line's number."""
        ...

    async def finish(self, number: int, rows: int) -> None:
        """Write down how many rows left under a line."""
        ...

    async def taken(self, limit: int = 100) -> Sequence[Taken]:
        """Return the newest lines, newest first."""
        ...
