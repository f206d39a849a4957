"""Everything the home screen shows, gathered in one value."""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.casework import Casework, WorkLeft
from fieldapp.services.check_in import CheckIns, Pending
from fieldapp.services.facts import shift_facts
from fieldapp.services.forms import Forms, HalfWritten
from fieldapp.services.places import place_in
from fieldapp.services.ports import Clock, Exchange, Journal, Machine, Media, Reference
from fieldapp.services.position import Positions
from fieldapp.services.round import LAST_ROUND, RoundProgress, Rounds
from fieldapp.services.session import Person, Session
from fieldapp.services.shift import OpenShift, ShiftCounts, Shifts, counts_of
from sync.clock import GOOD_OFFSET_MS, ClockQuality, quality_of
from sync.journal import JournalSummary, MediaProgress, SyncStatus
from sync.reference import GridEntry

LOW_DISK_BYTES = 300 * 1024 * 1024
"""Below this the home screen warns: thirty days offline take about as much."""

LOW_BATTERY_PERCENT = 20
"""At and below this the status line warns, unless the battery is being charged."""


class Battery(Struct, frozen=True):
    """The tablet's battery.

    Attributes:
        percent: how full, 0 to 100.
        is_charging: whether it hangs on its charger.
    """

    percent: int
    is_charging: bool = False

    @property
    def is_low(self) -> bool:
        """Return whether it will end soon."""
        return self.percent <= LOW_BATTERY_PERCENT and not self.is_charging


class Reserves(Struct, frozen=True):
    """What a tablet runs out of by itself.

    Attributes:
        free_bytes: room on the disk that holds the database, None when unknown.
        battery: None where the system tells of none.
    """

    free_bytes: int | None
    battery: Battery | None

    @property
    def disk_is_low(self) -> bool:
        """Return whether the disk is nearly full."""
        return self.free_bytes is not None and self.free_bytes < LOW_DISK_BYTES


class TabletState(Struct, frozen=True):
    """How this tablet itself stands.

    Attributes:
        summary: what is saved, and proven.
        photos: of everything saved on this tablet.
        proven_at_ms: the tablet's wall time of the last proven exchange, or None.
        clock: how far the tablet's time can be believed.
        offset_ms: the server's time minus the tablet's, None before the first exchange; the satellites' where those
            contradict by more than two minutes.
    """

    reserves: Reserves
    summary: JournalSummary
    photos: MediaProgress
    proven_at_ms: int | None
    clock: ClockQuality
    offset_ms: int | None


Suggestion = Literal[
    "sign_in", "download", "resume_draft", "start_shift", "end_old_shift", "say_normal", "scan", "sync", "end_shift"
]
"""What to do next, most pressing first."""


class TodayView(Struct, frozen=True):
    """Today at a glance.

    Attributes:
        grid: None before the first download.
        round: None without an open shift.
        pending: the last arrival, when its result is still to be stated.
        clock: how far the tablet's time can be believed.
        clock_is_off: the clock is more than two minutes from the server's.
        satellites_off_ms: the satellites' time minus the tablet's, where that is more than two minutes, else None.
        free_bytes: None when unknown.
        photos: how far photos have come: those of the shift, or all when earlier ones still wait.
        drafts: what is half written, last touched first.
        links: state of each reader, as passed in, by port or role.
        next: what to do next.
        battery: None where the system tells of none.
        asked: tasks that are open, what a colleague left, what the desk says.
    """

    grid: GridEntry | None
    person: Person | None
    shift: OpenShift | None
    counts: ShiftCounts
    round: RoundProgress | None
    pending: Pending | None
    summary: JournalSummary
    sync: SyncStatus
    clock: ClockQuality
    clock_is_off: bool
    free_bytes: int | None
    drafts: tuple[HalfWritten, ...]
    next: Suggestion
    links: dict[str, str] = {}
    photos: MediaProgress = MediaProgress()
    satellites_off_ms: int | None = None
    battery: Battery | None = None
    asked: WorkLeft = WorkLeft()

    @property
    def disk_is_low(self) -> bool:
        """Return whether the disk is nearly full."""
        return Reserves(self.free_bytes, self.battery).disk_is_low


class Today(Struct, frozen=True):
    """Gathers the view; read it in a worker."""

    journal: Journal
    reference: Reference
    exchange: Exchange
    machine: Machine
    clock: Clock
    session: Session
    shifts: Shifts
    rounds: Rounds
    check_ins: CheckIns
    forms: Forms
    media: Media
    positions: Positions
    battery: Callable[[], Battery | None]
    casework: Casework

    def view(self, links: Mapping[str, str] | None = None) -> TodayView:
        """Return today at a glance.

        Args:
            links: state of each reader as the app knows it.
        """
        person = self.session.state().signed_in
        shift = self.shifts.current()
        grid = self.reference.grid()
        facts = shift_facts(self.journal, shift.id) if shift else []
        round_now = self.rounds.progress_of(shift.id, facts) if shift else None
        pending = self.check_ins.pending_normal() if person and shift else None
        summary = self.journal.summary()
        drafts = self.half_written()
        stamp = self.clock.stamp()
        return TodayView(
            grid=grid[1] if grid else None,
            person=person,
            shift=shift,
            counts=counts_of(facts),
            round=round_now,
            pending=pending,
            summary=summary,
            sync=self.exchange.status(),
            clock=quality_of(stamp),
            clock_is_off=stamp.offset_ms is not None and abs(stamp.offset_ms) > GOOD_OFFSET_MS,
            free_bytes=self.machine.free_bytes(),
            drafts=drafts,
            next=_next(person, grid is not None, shift, round_now, pending, summary, drafts),
            links=dict(links or {}),
            photos=self._photos(shift),
            satellites_off_ms=_large(self.positions.clock_offset_ms()),
            battery=self.battery(),
            asked=self.casework.left() if person else WorkLeft(),
        )

    def reserves(self) -> Reserves:
        """Return what runs out by itself, and nothing else: little to read, for a screen that nobody touches."""
        return Reserves(self.machine.free_bytes(), self.battery())

    def tablet(self) -> TabletState:
        """Return how the tablet itself stands."""
        stamp = self.clock.stamp()
        return TabletState(
            self.reserves(),
            self.journal.summary(),
            self.media.progress(),
            self.exchange.status().proven_at_ms,
            quality_of(stamp),
            _large(self.positions.clock_offset_ms()) or stamp.offset_ms,
        )

    def half_written(self) -> tuple[HalfWritten, ...]:
        """Return the drafts in which somebody filled in something, last touched first, with their places."""
        return tuple(replace(half, place=place_in(self.reference, half.values)) for half in self.forms.half_written())

    def asked(self) -> WorkLeft | None:
        """Return how much is asked of whoever is signed in, None while nobody is."""
        return self.casework.left() if self.session.state().signed_in else None

    def _photos(self, shift: OpenShift | None) -> MediaProgress:
        every = self.media.progress()
        if shift is None or not every.total:
            return every
        own = self.media.progress(shift=shift.id)
        return own if own.waiting == every.waiting else every


def _large(offset_ms: int | None) -> int | None:
    return offset_ms if offset_ms is not None and abs(offset_ms) > GOOD_OFFSET_MS else None


def _next(
    person: Person | None,
    has_reference: bool,
    shift: OpenShift | None,
    round_now: RoundProgress | None,
    pending: Pending | None,
    summary: JournalSummary,
    drafts: tuple[HalfWritten, ...],
) -> Suggestion:
    is_done = shift is not None and round_now is not None and _is_last_round_done(shift, round_now)
    reasons: tuple[tuple[bool, Suggestion], ...] = (
        (not has_reference, "download"),
        (person is None, "sign_in"),
        (bool(drafts), "resume_draft"),
        (shift is None and summary.unsettled > 0, "sync"),
        (shift is None, "start_shift"),
        (shift is not None and shift.is_from_earlier_day, "end_old_shift"),
        (pending is not None, "say_normal"),
        (is_done, "end_shift"),
    )
    return next((suggestion for holds, suggestion in reasons if holds), "scan")


def _is_last_round_done(shift: OpenShift, round_now: RoundProgress) -> bool:
    return round_now.is_complete and round_now.number >= max(1, min(shift.start.rounds_planned, LAST_ROUND))
