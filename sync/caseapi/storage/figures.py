"""The part of the contract that tells sums of cases by month; never of a person, and of no patch below a community."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FigureRow:
    """What the cases of an area count for in a month.

    Attributes:
        area: code of the district, a street or a community.
        month: ``YYYY-MM`` where the district is.
        matter: category by its entry id; empty for all together.
        counts: how many, by what is counted (`sync.caseapi.cases.figures`); what is missing is none.
    """

    area: str
    month: str
    matter: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """How many open cases of a state there are at a building, or in a grid without one."""

    grid: str
    building: UUID | None
    state: str
    cases: int


class FigureStore(Protocol):
    """Tells what cases come to, as it was written with them."""

    async def open_places(self, within: str) -> Sequence[OpenPlace]:
        """Return the open cases of a district, street, community or grid, by grid, building and state."""
        ...

    async def months(
        self, areas: Sequence[str], months: tuple[str, str], *, by_matter: bool = False
    ) -> Sequence[FigureRow]:
        """Return the sums of areas from one month to another, by area, month and matter.

        Args:
            by_matter: the sums of each category, too; without it, of all together.
        """
        ...
