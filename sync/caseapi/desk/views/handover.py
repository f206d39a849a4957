"""The reconciliation at the end of a shift: every tablet and grid, what is not here yet and why; never people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.words import Chip, Moment, Now, grid_name, tablet_name
from sync.caseapi.storage.rows import QuarantinedRow, TabletRow
from sync.clock import GOOD_OFFSET_MS, parse_time
from sync.reference import GridEntry
from sync.text import clean_line

TABLETS_SHOWN = 60
"""Most tablets listed while no community is chosen; when there are more, those that hand over something come first."""

REASONS = {
    "unknown_kind": N_("of a kind this server does not know yet"),
    "bad_shape": N_("not filled in as its form wants"),
    "unknown_ref": N_("refers to something that is not here"),
    "not_allowed": N_("about somebody else's record"),
    "id_reused": N_("its number belongs to another record"),
    "bad_amend": N_("corrects a record of another kind"),
    "damaged": N_("damaged on the tablet's disk"),
    "revoked": N_("sent after the tablet was revoked"),
    "not_judged": N_("the server failed by it, its log says why"),
}
"""What the closed list of reasons says to people."""

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One tablet.

    Attributes:
        seen: its last exchange, None when there was none.
        oldest: when its oldest record that is not here yet was made.
        kept_apart: one chip for each reason why records of it wait to be mended.
        clock: how its clock stood, None when nothing is known.
    """

    tablet: str
    states: tuple[Chip, ...]
    seen: Moment | None
    unsettled: int
    oldest: Moment | None
    kept_apart: tuple[Chip, ...]
    photos: int
    clock: Chip | None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing of it is left to hand over."""
        return not (self.unsettled or self.kept_apart or self.photos or self.states)


@dataclass(frozen=True, slots=True)
class HandoverGrid:
    """A grid with those of its tablets that are listed, and the sums over all of them."""

    name: str
    lines: tuple[HandoverLine, ...]
    tablets: int
    unsettled: int
    kept_apart: int
    photos: int


@dataclass(frozen=True, slots=True)
class CommunityHandover:
    """A community: how many of its tablets have handed everything over."""

    id: str
    name: str
    tablets: int
    settled: int


@dataclass(frozen=True, slots=True)
class HandoverView:
    """The section.

    Attributes:
        settled: tablets that have handed everything over, in the whole district.
        left_out: tablets that are not listed.
        chosen: name of the chosen community, or empty.
    """

    tablets: int
    settled: int
    grids: tuple[HandoverGrid, ...]
    communities: tuple[CommunityHandover, ...]
    left_out: int
    chosen: str


def handover_view(
    tablets: Sequence[TabletRow],
    quarantined: Sequence[QuarantinedRow],
    grids: Mapping[str, GridEntry],
    *,
    community: str,
    now: Now,
    texts: Texts,
) -> HandoverView:
    """Return the section, by grid; an unknown community counts as none chosen."""
    reasons: dict[UUID, list[QuarantinedRow]] = {}
    for row in quarantined:
        reasons.setdefault(row.device, []).append(row)
    standing = [row for row in tablets if row.status != "erased"]
    lines = {row.device: _line(row, reasons.get(row.device, ()), now, texts) for row in standing}
    communities = _communities(standing, lines, grids)
    chosen = next((each.name for each in communities if each.id == community), "")
    shown = [row for row in standing if _is_shown(row, lines[row.device], community if chosen else "", grids)]
    if not chosen and len(standing) <= TABLETS_SHOWN:
        shown = standing
    return HandoverView(
        tablets=len(standing),
        settled=sum(line.is_settled for line in lines.values()),
        grids=_grids(standing, shown, lines, reasons, grids),
        communities=communities,
        left_out=0 if chosen else len(standing) - len(shown),
        chosen=chosen,
    )


def _is_shown(row: TabletRow, line: HandoverLine, community: str, grids: Mapping[str, GridEntry]) -> bool:
    return _community_of(row, grids) == community if community else not line.is_settled


def _community_of(row: TabletRow, grids: Mapping[str, GridEntry]) -> str:
    entry = grids.get(row.grid)
    return entry.community if entry else ""


def _grids(
    standing: Sequence[TabletRow],
    shown: Sequence[TabletRow],
    lines: Mapping[UUID, HandoverLine],
    reasons: Mapping[UUID, Sequence[QuarantinedRow]],
    grids: Mapping[str, GridEntry],
) -> tuple[HandoverGrid, ...]:
    of_grid = {grid: list(rows) for grid, rows in groupby(standing, key=lambda row: row.grid)}
    made = []
    for grid, rows in groupby(shown, key=lambda row: row.grid):
        everything = of_grid[grid]
        made.append(
            HandoverGrid(
                name=grid_name(grid, grids),
                lines=tuple(lines[row.device] for row in rows),
                tablets=len(everything),
                unsettled=sum(row.unsettled for row in everything),
                kept_apart=sum(each.records for row in everything for each in reasons.get(row.device, ())),
                photos=sum(row.media_owed for row in everything),
            )
        )
    return tuple(made)


def _communities(
    standing: Sequence[TabletRow], lines: Mapping[UUID, HandoverLine], grids: Mapping[str, GridEntry]
) -> tuple[CommunityHandover, ...]:
    """Return the communities by id, never by how far they are."""
    counts: dict[str, list[int]] = {}
    for row in standing:
        count = counts.setdefault(_community_of(row, grids), [0, 0])
        count[0] += 1
        count[1] += lines[row.device].is_settled
    names = {entry.community: clean_line(entry.community_name) for entry in grids.values()}
    return tuple(CommunityHandover(id_, names[id_], *counts[id_]) for id_ in sorted(counts) if id_ in names)


def _line(row: TabletRow, reasons: Sequence[QuarantinedRow], now: Now, texts: Texts) -> HandoverLine:
    return HandoverLine(
        tablet=tablet_name(row.device),
        states=_states(row, texts),
        seen=None if row.last_exchange_ms is None else now.moment(row.last_exchange_ms, texts),
        unsettled=row.unsettled,
        oldest=_oldest(row, now, texts),
        kept_apart=tuple(_kept_apart(each, texts) for each in reasons),
        photos=row.media_owed,
        clock=_clock(row.clock_offset_ms, texts),
    )


def _kept_apart(row: QuarantinedRow, texts: Texts) -> Chip:
    word = texts(REASONS[row.reason]) if row.reason in REASONS else clean_line(row.reason)
    return Chip(f"{word} {row.records}" if row.records > 1 else word, "bad")


def _states(row: TabletRow, texts: Texts) -> tuple[Chip, ...]:
    states: list[Chip] = []
    if row.is_wiped:
        states.append(Chip(texts("to be wiped at its next contact"), "bad"))
    elif row.status == "revoked":
        states.append(Chip(texts("revoked, still handing over"), "warn"))
    if row.open_shifts:
        message = texts.plural("shift open", "{count} shifts open", row.open_shifts)
        states.append(Chip(message.format(count=row.open_shifts), "calm"))
    return tuple(states)


def _oldest(row: TabletRow, now: Now, texts: Texts) -> Moment | None:
    if not row.unsettled or row.oldest_unsettled is None:
        return None
    try:
        return now.moment(parse_time(row.oldest_unsettled), texts)
    except ValueError:
        return None


def _clock(offset_ms: int | None, texts: Texts) -> Chip | None:
    if offset_ms is None:
        return None
    if abs(offset_ms) < GOOD_OFFSET_MS:
        return Chip(texts("right"), "good")
    minutes = abs(offset_ms) // _MINUTE_MS
    message = texts("{count} min fast") if offset_ms > 0 else texts("{count} min slow")
    return Chip(message.format(count=minutes), "warn")
