"""Tablets that still hold something, or whose shift is open; by tablet and grid, never by person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Chip, Moment, Now, grid_name, tablet_name
from sync.caseapi.storage.rows import TabletRow
from sync.clock import parse_time
from sync.reference import GridEntry
from sync.text import clean_line


@dataclass(frozen=True, slots=True)
class TabletLine:
    """A tablet that is still open.

    Attributes:
        why: what is open about it, in words.
        seen: its last exchange, None when there was none.
        oldest: when its oldest record that is not here yet was made.
    """

    tablet: str
    grid: str
    why: tuple[Chip, ...]
    seen: Moment | None
    oldest: Moment | None
    fault: str
    held: int
    code: str


@dataclass(frozen=True, slots=True)
class TabletsView:
    """The section: tablets still open, and how many others have delivered everything."""

    total: int
    lines: tuple[TabletLine, ...]

    @property
    def settled(self) -> int:
        """Return how many tablets are not open."""
        return self.total - len(self.lines)


def tablets_view(
    tablets: Sequence[TabletRow], grids: Mapping[str, GridEntry], *, now: Now, texts: Texts
) -> TabletsView:
    """Return the section, in the order given."""
    standing = [tablet for tablet in tablets if tablet.status != "erased"]
    lines = [_line(tablet, grids, now, texts) for tablet in standing]
    return TabletsView(len(standing), tuple(line for line in lines if line.why))


def _line(tablet: TabletRow, grids: Mapping[str, GridEntry], now: Now, texts: Texts) -> TabletLine:
    return TabletLine(
        tablet=tablet_name(tablet.device),
        grid=grid_name(tablet.grid, grids),
        why=_why(tablet, texts),
        seen=None if tablet.last_exchange_ms is None else now.moment(tablet.last_exchange_ms, texts),
        oldest=_oldest(tablet, now, texts),
        fault=clean_line(tablet.last_fault or "", max_chars=80),
        held=tablet.held,
        code=clean_line(tablet.receipt_code),
    )


def _why(tablet: TabletRow, texts: Texts) -> tuple[Chip, ...]:
    why: list[Chip] = []
    if tablet.status == "revoked":
        why.append(Chip(texts("revoked, still handing over"), "warn"))
    if tablet.unsettled:
        message = texts.plural("{count} record not here yet", "{count} records not here yet", tablet.unsettled)
        why.append(Chip(message.format(count=tablet.unsettled), "warn"))
    if tablet.quarantined_here:
        count = tablet.quarantined_here
        message = texts.plural("{count} record to be mended", "{count} records to be mended", count)
        why.append(Chip(message.format(count=count), "bad"))
    if tablet.open_shifts:
        message = texts.plural("shift open", "{count} shifts open", tablet.open_shifts)
        why.append(Chip(message.format(count=tablet.open_shifts), "calm"))
    return tuple(why)


def _oldest(tablet: TabletRow, now: Now, texts: Texts) -> Moment | None:
    if not tablet.unsettled or tablet.oldest_unsettled is None:
        return None
    try:
        return now.moment(parse_time(tablet.oldest_unsettled), texts)
    except ValueError:
        return None
