"""Tablets that wait to be let in: six digits, to be compared with what the tablet shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Moment, Now, grid_name
from sync.caseapi.storage.rows import WaitingTablet
from sync.reference import GridEntry


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A tablet that waits."""

    digits: str
    grid: str
    since: Moment


def waiting_view(
    waiting: Sequence[WaitingTablet], grids: Mapping[str, GridEntry], *, now: Now, texts: Texts
) -> tuple[WaitingLine, ...]:
    """Return the section, the longest waiting first."""
    return tuple(
        WaitingLine(
            f"{each.digits[:3]} {each.digits[3:]}", grid_name(each.grid, grids), now.moment(each.since_ms, texts)
        )
        for each in waiting
    )
