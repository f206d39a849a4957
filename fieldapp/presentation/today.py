"""The home screen's facts in words."""

from fieldapp.presentation.sizes import size_text
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import SUGGESTIONS, word
from fieldapp.services.round import BuildingProgress, RoundProgress
from fieldapp.services.shift import ShiftCounts
from fieldapp.services.today import TodayView
from fieldapp.text import _, ngettext


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


def clock_words(view: TodayView) -> tuple[str, Tone]:
    """Return how far the clock can be believed."""
    if view.clock_is_off:
        return _("Clock wrong, times are corrected"), "warn"
    words = {"good": _("Clock checked"), "estimated": _("Clock estimated"), "unknown": _("Clock not checked")}
    return words[view.clock], "plain"


def disk_words(view: TodayView) -> tuple[str, Tone]:
    """Return how much room the disk has."""
    if view.free_bytes is None:
        return "", "plain"
    free = _("{size} free").format(size=size_text(view.free_bytes))
    return free, "warn" if view.disk_is_low else "plain"


def suggestion_words(view: TodayView) -> str:
    """Return what to do next."""
    return word(SUGGESTIONS, view.next)
