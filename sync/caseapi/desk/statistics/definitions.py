"""What each number of the statistics means: what is counted, over which days, by which clock, what is left out."""

from dataclasses import dataclass

from sync.caseapi.desk.text import N_


@dataclass(frozen=True, slots=True)
class Definition:
    """What a number means, in sentences."""

    id: str
    title: str
    lines: tuple[str, ...]


DEFINITIONS = (
    Definition(
        "all",
        N_("All numbers"),
        (
            N_("Counted are cases, never people. A case belongs to the community of its grid."),
            N_("Months are those of the calendar here. What counts is when the server took it, by the server's clock."),
            N_("A case counts as it stands now: one that is opened again is no longer closed, in its past month, too."),
            N_("A report that its author withdrew before anybody filed it counts nowhere."),
            N_("A number under five is not broken down further, and no share is made of it."),
        ),
    ),
    Definition(
        "received",
        N_("Received"),
        (N_("Cases whose report the server took in these months, from whichever source."),),
    ),
    Definition(
        "filed",
        N_("Filed"),
        (N_("Cases that a desk filed in these months; of a case that was opened again, its first filing."),),
    ),
    Definition(
        "void",
        N_("Void"),
        (N_("Cases that a desk made void in these months. Reasons: not found, out of scope, a test, a duplicate."),),
    ),
    Definition(
        "closed",
        N_("Closed"),
        (N_("Cases closed in these months, those solved on the spot too. Void cases are not closed."),),
    ),
    Definition(
        "in_time",
        N_("Handled in time"),
        (
            N_("Of the cases closed in these months that had a term: those handled before its end."),
            N_("Extensions lengthen the term, and it stands still during a suspension."),
            N_("Left out: cases solved on the spot, and cases for whose year there is no work calendar."),
            N_("An approved appeal changes nothing here."),
        ),
    ),
    Definition(
        "reworked",
        N_("Done again"),
        (N_("Of the cases closed in these months that somebody handled: those that a desk sent back at least once."),),
    ),
    Definition(
        "suspended",
        N_("Suspended"),
        (N_("Cases whose suspension began in these months, whether it still lasts or not."),),
    ),
    Definition(
        "hours",
        N_("Hours until handled"),
        (
            N_("The median over the cases closed in these months that somebody handled: half took no longer."),
            N_("Hours from filing until it was last reported as handled; nights, holidays and suspensions count."),
            N_("Rounded down: to whole hours up to a day, then to 6, after three days to 12, after a week to days."),
        ),
    ),
)
"""In the order of the page."""
