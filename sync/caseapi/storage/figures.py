"""Sums of cases: by month, of no patch below a community; and the open ones by their place. Never of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
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
