"""Sums of cases: by month, of no patch below a community; and the open ones by their place. Never of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import add
from uuid import UUID

HOURS = (*range(25), *range(30, 73, 6), *range(84, 169, 12), *range(192, 721, 24), *range(1_440, 8_641, 720))
"""Hours until handled, as they are counted: each stands for all from it up to the next one."""

COUNTED = (
    *("received", "filed", "suspended", "closed", "self", "handled", "reworked", "due", "in_time"),
    *("void", "void_not_found", "void_out_of_scope", "void_test", "void_duplicate"),
    *(f"h{hours}" for hours in HOURS),
)
"""What is counted, in the order in which sums hold it; only ever added to. Every sum is as long, however much it
counts, so that it is read as fast with a million cases as with ten thousand."""

Counts = tuple[int, ...]
"""How many, in the order of `COUNTED`; what is missing at the end is none."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """What the cases of an area count for in a month.

    Attributes:
        area: code of the district, a street or a community.
        month: ``YYYY-MM`` where the district is.
        matter: category by its entry id; empty for all together.
    """

    area: str
    month: str
    matter: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """How many open cases of a state there are at a building, or in a grid without one."""

    grid: str
    building: UUID | None
    state: str
    cases: int


def summed(counts: Iterable[Counts]) -> Mapping[str, int]:
    """Return sums added up, by what is counted; what is none is left out."""
    total = [0] * len(COUNTED)
    for each in counts:
        total[: len(each)] = map(add, total, each)
    return {what: count for what, count in zip(COUNTED, total, strict=True) if count}
