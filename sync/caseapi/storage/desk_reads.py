"""The part of the contract that the desk's pages read."""

from collections.abc import Sequence
from typing import Protocol

from sync.caseapi.storage.figures import FigureRow, OpenPlace
from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.rows import (
    BuildingRounds,
    FoldLag,
    ForkRow,
    GapRow,
    LookedAt,
    QuarantinedRow,
    ReceiptRow,
    TabletRow,
    WaitingTablet,
)
from sync.reference import GridEntry


class DeskReads(Protocol):
    """What the desk's pages read; never people."""

    async def changes(self) -> int:
        """Return a number that grows with every visible change: cheap, made for polling."""
        ...

    async def cases(self, limit: int = 100) -> Sequence[CaseRow]:
        """Return the newest cases that stand, newest first."""
        ...

    async def rounds(self, day: str, *, grid: str = "", community: str = "") -> Sequence[BuildingRounds]:
        """Return every building of a grid, a community or the district with its rounds of a day, by grid and order.

        Args:
            day: ``YYYY-MM-DD`` in the district's time zone.
        """
        ...

    async def looked_at(self, from_day: str, to_day: str, *, within: str = "") -> Sequence[LookedAt]:
        """Return which buildings, and which of their entrances, somebody was at from one day to another, each once.

        Args:
            from_day: ``YYYY-MM-DD`` in the district's time zone, `to_day`, too; both count.
            within: code of the district, a street, a community or a grid; empty for the district.
        """
        ...

    async def open_places(self, within: str) -> Sequence[OpenPlace]:
        """Return the open cases of a district, street, community or grid, by grid, building and state."""
        ...

    async def figures(
        self, areas: Sequence[str], months: tuple[str, str], *, by_matter: bool = False
    ) -> Sequence[FigureRow]:
        """Return the sums of areas from one month to another, by area, month and matter, as written with the cases.

        Args:
            by_matter: the sums of each category, too; without it, of all together.
        """
        ...

    async def receipts(self, limit: int = 100) -> Sequence[ReceiptRow]:
        """Return the newest receipts, newest first."""
        ...

    async def tablets(self) -> Sequence[TabletRow]:
        """Return every tablet, by grid, then id."""
        ...

    async def grids(self) -> Sequence[tuple[str, GridEntry]]:
        """Return the id and entry of every grid, by id."""
        ...

    async def lag(self) -> FoldLag:
        """Return how far the read tables are behind."""
        ...

    async def quarantined(self) -> Sequence[QuarantinedRow]:
        """Return how many records of each tablet are kept apart for which reason, by tablet and reason."""
        ...

    async def gaps(self) -> Sequence[GapRow]:
        """Return what no copy can bring back, the newest first."""
        ...

    async def forks(self) -> Sequence[ForkRow]:
        """Return the streams that go on where another one forked, the newest first."""
        ...

    async def waiting(self, now_ms: int) -> Sequence[WaitingTablet]:
        """Return the tablets that have brought a code and wait for the desk, the longest first."""
        ...
