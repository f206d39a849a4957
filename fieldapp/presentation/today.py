"""The home screen's facts in words, and what can be done next."""

from fieldapp.keymap import Need
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.records import place_text
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.syncing import sending_left
from fieldapp.presentation.times import duration
from fieldapp.services.round import BuildingProgress, RoundProgress
from fieldapp.services.shift import ShiftCounts
from fieldapp.services.today import Suggestion, TodayView
from fieldapp.text import N_, _, ngettext

NEXT: dict[Suggestion, str] = {
    "sign_in": N_("Next: sign in"),
    "download": N_("Next: connect once, to fetch the buildings"),
    "start_shift": N_("Next: scan a plate"),
    "end_old_shift": N_("A shift of an earlier day is still open: 6 ends it"),
    "say_normal": N_("Still open: {place}. Enter says normal"),
    "scan": N_("Next: scan a plate. {place} is not seen yet"),
    "sync": N_("Next: 5 sends what waits"),
    "end_shift": N_("The round is done. 6 ends the shift"),
}
"""What to do next, in a sentence."""

NEXT_ACTIONS: dict[Suggestion, str] = {
    "start_shift": "today.start",
    "end_shift": "today.end",
    "end_old_shift": "today.end",
    "sync": "today.outbox",
    "download": "today.outbox",
    "say_normal": "today.normal",
}
"""What Enter does, where it is something else than choosing a place."""

_SMALL_DISK = N_("Little room is left on this tablet: 5 sends, then room comes back")
_WRONG_CLOCK = N_("This tablet's clock is off; records say so")
_SATELLITES_DIFFER = N_("By satellite this tablet's clock is {duration} off; set it")


def round_line(progress: RoundProgress | None) -> str:
    """Return how far the round is, as in ``Round 1: 3 of 12``."""
    if progress is None:
        return _("No open shift")
    if progress.total == 0:
        return _("No buildings loaded yet")
    return _("Round {number}: {seen} of {total}").format(
        number=progress.number, seen=progress.seen, total=progress.total
    )


def building_count(building: BuildingProgress) -> str:
    """Return how many places of a building were seen, as in ``2/4``."""
    return f"{building.seen}/{len(building.places)}"


def counts_line(counts: ShiftCounts) -> str:
    """Return what a shift holds so far."""
    return " · ".join(
        (
            ngettext("{count} check-in", "{count} check-ins", counts.check_ins).format(count=counts.check_ins),
            ngettext("{count} problem", "{count} problems", counts.problems).format(count=counts.problems),
            ngettext("{count} visit", "{count} visits", counts.visits).format(count=counts.visits),
        )
    )


def today_title(view: TodayView) -> str:
    """Return whose day it is, and which round."""
    name = view.person.name if view.person else ""
    if view.round is None:
        return _("{name}, no shift is open").format(name=name)
    return _("Round {number}  {name}").format(number=view.round.number, name=name)


def today_counts(view: TodayView) -> str:
    """Return what the day holds, or what is wrong with the tablet, which is more pressing."""
    if view.disk_is_low:
        return _(_SMALL_DISK)
    if view.clock_is_off:
        return _(_WRONG_CLOCK)
    if view.satellites_off_ms is not None:
        return _(_SATELLITES_DIFFER).format(duration=duration(abs(view.satellites_off_ms) / 1000))
    counts = view.counts
    said = _("Arrived {arrived}  Problems {problems}  Visits {visits}").format(
        arrived=counts.check_ins, problems=counts.problems, visits=counts.visits
    )
    return f"{said}  {progress_text(view.photos)}".rstrip()


def is_nothing_yet(view: TodayView) -> bool:
    """Return whether the counts say nothing: no shift is open, and nothing is wrong with the tablet."""
    is_warning = view.disk_is_low or view.clock_is_off or view.satellites_off_ms is not None
    return view.round is None and not is_warning


def today_next(view: TodayView) -> str:
    """Return what to do next."""
    place = place_text(view.pending.place) if view.pending else _unseen(view)
    if view.next == "scan" and not place:
        return _("Next: scan a plate")
    if view.next == "resume_draft":
        from fieldapp.presentation.half_written import half_written_line

        return half_written_line(view.drafts)
    return _(NEXT[view.next]).format(place=place)


def today_needs(view: TodayView) -> set[Need]:
    """Return which needs of the home screen's actions are met."""
    met = {Need.SHIFT if view.shift else Need.NO_SHIFT}
    if view.grid is not None:
        met.add(Need.PLACES)
    if view.drafts:
        met.add(Need.DRAFT)
    if view.pending:
        met.add(Need.PENDING)
    if view.asked.is_any:
        met.add(Need.TASKS)
    return met


def is_for_today(verb: str, met: set[Need]) -> bool:
    """Return whether the home screen shows an action: one of start and end, and what is begun when something is."""
    hidden = {"start"} if Need.SHIFT in met else {"end"}
    if Need.DRAFT not in met:
        hidden.add("resume")
    if Need.PENDING not in met:
        hidden.add("normal")
    if Need.CAMERA not in met:
        hidden.add("aim")
    if Need.READERS not in met:
        hidden.add("devices")
    if Need.TASKS not in met:
        hidden.add("tasks")
    return verb not in hidden


def shift_lines(view: TodayView, *, but: str) -> list[str]:
    """Return what a shift holds and what still waits, line by line.

    Args:
        but: the form that asks, which does not count as half written.
    """
    lines = [
        round_line(view.round),
        counts_line(view.counts),
        "  ".join(filter(None, (waiting_words(view.summary, view.photos), sending_left(view.sync)))),
        progress_text(view.photos),
    ]
    drafts = [half for half in view.drafts if half.form != but]
    if drafts:
        text = ngettext(
            "{count} form is half written and stays", "{count} forms are half written and stay", len(drafts)
        )
        lines.append(text.format(count=len(drafts)))
    return lines


def _unseen(view: TodayView) -> str:
    for building in view.round.buildings if view.round else ():
        for place in building.places:
            if not place.is_seen:
                return building.name if place.name == building.name else f"{building.name} {place.name}"
    return ""
