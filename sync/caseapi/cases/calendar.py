"""Work days and work hours. Pure; the days off are data (`district/data/work_calendar.csv`), never reckoned.

The State Council announces each year's days off, and the weekend days worked instead, in the autumn before. A year
without data is refused: a deadline that was guessed is worse than one that waits for the file.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import count

from msgspec import Struct

SLOTS = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
"""Minutes of a work day in which the work clock runs: 8 to 12, 14 to 18."""

_SATURDAY = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarMissing(ValueError):
    """A deadline falls into a year whose days off are not known.

    Attributes:
        year: the year.
    """

    def __init__(self, year: int) -> None:
        super().__init__(f"the work calendar has no year {year}; import it: caseapi import work-calendar FILE")
        self.year = year


class WorkCalendar(Struct, frozen=True):
    """Which days are worked.

    Attributes:
        zone: where the work is.
        years: years whose data are whole.
        days_off: weekdays that are free.
        days_on: weekend days that are worked.
        slots: minutes of the day in which the work clock runs, in order.
    """

    zone: tzinfo
    years: frozenset[int]
    days_off: frozenset[date]
    days_on: frozenset[date]
    slots: tuple[tuple[int, int], ...] = SLOTS

    def is_work_day(self, day: date) -> bool:
        """Return whether a day is worked.

        Raises:
            CalendarMissing: nothing is known of its year.
        """
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        return day in self.days_on or (day.weekday() < _SATURDAY and day not in self.days_off)

    @property
    def day_ms(self) -> int:
        """Return how long the work clock runs on a work day."""
        return sum(end - start for start, end in self.slots) * 60_000

    def work_spans(self, from_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the spans in which the work clock runs, from a moment on, without end.

        Raises:
            CalendarMissing: they reach a year of which nothing is known.
        """
        first = (_EPOCH + timedelta(milliseconds=from_ms)).astimezone(self.zone).date()
        for offset in count():
            day = first + timedelta(days=offset)
            if not self.is_work_day(day):
                continue
            midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
            for start, end in self.slots:
                start_ms, end_ms = (_ms(midnight + timedelta(minutes=minutes)) for minutes in (start, end))
                if end_ms > from_ms:
                    yield max(start_ms, from_ms), end_ms


def _ms(moment: datetime) -> int:
    return int((moment - _EPOCH) / timedelta(milliseconds=1))
