"""Gaps and forks: where a tablet's history does not go on as one line, said in words and never hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Moment, Now, grid_name, tablet_name
from sync.caseapi.storage.rows import ForkRow, GapRow
from sync.reference import GridEntry

LINES_SHOWN = 50
"""Most gaps, and most forks, listed."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One gap or fork."""

    tablet: str
    grid: str
    says: str
    at: Moment


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The section."""

    gaps: tuple[HistoryLine, ...]
    forks: tuple[HistoryLine, ...]
    left_out: int


def history_view(
    gaps: Sequence[GapRow], forks: Sequence[ForkRow], grids: Mapping[str, GridEntry], *, now: Now, texts: Texts
) -> HistoryView:
    """Return the section, the newest first."""
    return HistoryView(
        tuple(_gap(row, grids, now, texts) for row in gaps[:LINES_SHOWN]),
        tuple(_fork(row, grids, now, texts) for row in forks[:LINES_SHOWN]),
        max(0, len(gaps) - LINES_SHOWN) + max(0, len(forks) - LINES_SHOWN),
    )


def _gap(row: GapRow, grids: Mapping[str, GridEntry], now: Now, texts: Texts) -> HistoryLine:
    says = texts("records {first} to {last} of an earlier stream are on no copy any more")
    return HistoryLine(
        tablet_name(row.device),
        grid_name(row.grid, grids),
        says.format(first=row.first_n, last=row.last_n),
        now.moment(row.noted_ms, texts),
    )


def _fork(row: ForkRow, grids: Mapping[str, GridEntry], now: Now, texts: Texts) -> HistoryLine:
    says = texts("goes on in a new stream after record {place}; everything was kept")
    return HistoryLine(
        tablet_name(row.device),
        grid_name(row.grid, grids),
        says.format(place=row.agreed),
        now.moment(row.opened_ms, texts),
    )
