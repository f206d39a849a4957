"""When a case is due. Pure.

Every limit is an amount of running time; what differs is when its clock runs: always (`urgent_hour`, `natural_day`), or
in the slots of work days (`work_hour`, `work_day`; a work day is as long as its slots). A pause takes its span out.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, get_args

from msgspec import Struct

from sync.caseapi.cases.calendar import WorkCalendar

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

TimerType = Literal["urgent_hour", "work_hour", "work_day", "natural_day"]

TIMER_TYPES: tuple[TimerType, ...] = get_args(TimerType)

_Span = tuple[int, int]


class Limit(Struct, frozen=True):
    """How long something may take: a whole, positive number of one type of time."""

    type: TimerType
    amount: int

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a limit of {self.amount} {self.type}: at least 1")

    @property
    def is_work_time(self) -> bool:
        """Return whether nights and days off do not count."""
        return self.type in ("work_hour", "work_day")

    def length_ms(self, calendar: WorkCalendar) -> int:
        """Return how long its clock has to run."""
        unit_ms = {
            "urgent_hour": HOUR_MS,
            "work_hour": HOUR_MS,
            "work_day": calendar.day_ms,
            "natural_day": DAY_MS,
        }
        return self.amount * unit_ms[self.type]


def due_ms(start_ms: int, limit: Limit, calendar: WorkCalendar, pauses: Sequence[tuple[int, int]] = ()) -> int:
    """Return the moment at which a limit that began at a moment is used up, Unix milliseconds.

    Args:
        pauses: spans in which the clock stood; they may overlap.

    Raises:
        CalendarMissing: it reaches a year whose days off are not known.
    """
    left_ms = limit.length_ms(calendar)
    spans = calendar.work_spans(start_ms) if limit.is_work_time else iter([(start_ms, _FOREVER_MS)])
    for begin, end in _without(spans, pauses):
        if left_ms <= end - begin:
            return begin + left_ms
        left_ms -= end - begin
    raise AssertionError("spans have no end")


def running_ms(
    start_ms: int, end_ms: int, limit: Limit, calendar: WorkCalendar, pauses: Sequence[tuple[int, int]] = ()
) -> int:
    """Return how long the limit's clock ran between two moments, in milliseconds."""
    spans = calendar.work_spans(start_ms) if limit.is_work_time else iter([(start_ms, max(start_ms, end_ms))])
    ran_ms = 0
    for begin, end in _without(_until(spans, end_ms), pauses):
        ran_ms += end - begin
    return ran_ms


_FOREVER_MS = 1 << 53
"""Later than any moment; still exact in a double."""


def _until(spans: Iterable[_Span], end_ms: int) -> Iterator[_Span]:
    for begin, end in spans:
        if begin >= end_ms:
            return
        yield begin, min(end, end_ms)


def _without(spans: Iterable[_Span], pauses: Iterable[_Span]) -> Iterator[_Span]:
    """Yield spans with the pauses cut out of them."""
    ordered = sorted(pauses)
    for begin, end in spans:
        at = begin
        for pause_from, pause_to in ordered:
            if pause_to <= at:
                continue
            if pause_from >= end:
                break
            if pause_from > at:
                yield at, pause_from
            at = max(at, pause_to)
        if at < end:
            yield at, end
