"""The home screen's facts in words."""

from fieldapp.services.round import BuildingProgress, RoundProgress
from fieldapp.services.shift import ShiftCounts
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
