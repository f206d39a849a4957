"""What a case counts for in the statistics: months, each with what is counted. Pure.

Months are those in which the server took an event, where the district is; a tablet's clock has no say. A case counts by
where it stands now: one that is opened again is no longer closed, and the figures of a past month change with it.

What is counted:

``received``    the case's report, in the month in which it came.
``withdrawn``   nothing: a report that its author took back before anybody filed it counts nowhere.
``filed``       its filing; of a case that was opened again, the first one.
``void``        a case that is void, in the month in which it was made so; ``void_REASON`` beside it.
``closed``      a case that is closed, in the month of its close; ``self`` beside it when it was solved on the spot.
``due``         a closed case that had a term; ``in_time`` beside it when it was handled before its end.
``handled``     a closed case that somebody handled; ``reworked`` beside it when it had to be done again.
``suspended``   a case whose suspension began in the month.
``hN``          a closed case that somebody handled, by the hours from its filing to its handling, see `hours_bucket`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.life import CaseLife
from sync.caseapi.cases.limits import Due
from sync.caseapi.cases.states import VOID_REASONS

HOUR_MS = 3_600_000
DAY_HOURS = 24
_STEPS = ((DAY_HOURS, 1), (3 * DAY_HOURS, 6), (7 * DAY_HOURS, 12), (30 * DAY_HOURS, DAY_HOURS), (360 * DAY_HOURS, 720))
"""Up to so many hours, steps of so many: hours, six of them, half days, days, months of 30 days."""


def figures_of(events: Sequence[CaseEvent], life: CaseLife, due: Due, zone: tzinfo) -> tuple[str, ...]:
    """Return what a case counts for, in order, each once.

    Args:
        events: those of which its life is made.
        zone: where the district is.
    """
    if not events or (life.state == "void" and not any(event.action == "void" for event in events)):
        return ()
    counted = _counted(events, life, due)
    return tuple(sorted({f"{_month(at_ms, zone)}.{what}" for at_ms, what in counted}))


def hours_bucket(hours: int) -> int:
    """Return hours as they are counted: exact for a day, then rounded down, the coarser the more they are."""
    for most, step in _STEPS:
        if hours <= most:
            return max(hours // step * step, 0)
    return _STEPS[-1][0]


def median_hours(counts: Mapping[str, int]) -> int | None:
    """Return the middle one of the hours counted, the lower one of two; None where none are."""
    hours = sorted((int(what[1:]), count) for what, count in counts.items() if what[:1] == "h" and what[1:].isdigit())
    total, seen = sum(count for _, count in hours), 0
    for bucket, count in hours:
        seen += count
        if seen * 2 >= total:
            return bucket
    return None


def _counted(events: Sequence[CaseEvent], life: CaseLife, due: Due) -> Iterator[tuple[int, str]]:
    yield events[0].received_ms, "received"
    yield from ((event.received_ms, "filed") for event in [each for each in events if each.action == "file"][:1])
    yield from ((event.received_ms, "suspended") for event in events if event.action == "suspend")
    if life.ended_ms is None:
        return
    if life.state == "void":
        reason = next((event.reason for event in reversed(events) if event.action == "void"), "")
        yield life.ended_ms, "void"
        if reason in VOID_REASONS:
            yield life.ended_ms, f"void_{reason}"
    if life.state == "closed":
        yield from ((life.ended_ms, what) for what in _closed(life, due))


def _closed(life: CaseLife, due: Due) -> Iterator[str]:
    yield "closed"
    if life.handled_ms is None:
        if life.is_self_resolved:
            yield "self"
        return
    yield "handled"
    if life.reworks:
        yield "reworked"
    if due.case_ms is not None:
        yield "due"
        if life.handled_ms <= due.case_ms:
            yield "in_time"
    if life.filed_ms is not None:
        yield f"h{hours_bucket((life.handled_ms - life.filed_ms) // HOUR_MS)}"


def _month(at_ms: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%Y-%m}"
