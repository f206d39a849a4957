"""The last seven days: which buildings were looked at on which day, and how much was sent. Never who did it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct

from fieldapp.services.moments import CHINA, local_time, offset_minutes
from fieldapp.services.ports import Clock, Journal, Media, Reference
from sync.clock import format_time, parse_time
from sync.journal import JournalSummary, MediaProgress
from sync.reference import BuildingEntry

DAYS = 7
"""Days that are looked back on, today included."""

_SECOND_MS = 1000


class BuildingWeek(Struct, frozen=True):
    """One building's week.

    Attributes:
        looked_at: for each of the days, oldest first, whether somebody was there.
    """

    id: str
    entry: BuildingEntry
    looked_at: tuple[bool, ...]

    @property
    def count(self) -> int:
        """Return on how many of the days somebody was there."""
        return sum(self.looked_at)


class RoundWeek(Struct, frozen=True):
    """The week's rounds as this tablet recorded them.

    Attributes:
        days: the days, oldest first; the last one is today.
        rows: the buildings in the order of the patrol.
    """

    days: tuple[date, ...]
    rows: tuple[BuildingWeek, ...] = ()

    @property
    def per_day(self) -> tuple[int, ...]:
        """Return how many buildings were looked at on each day."""
        return tuple(sum(row.looked_at[place] for row in self.rows) for place in range(len(self.days)))


class SentDay(Struct, frozen=True):
    """One day's sending.

    Attributes:
        records: how many records the server proved to hold that day for the first time.
        times: in how many exchanges it proved them.
    """

    day: date
    records: int = 0
    times: int = 0


class SentWeek(Struct, frozen=True):
    """How much was sent on which day, by the server's time, and what waits.

    Attributes:
        days: oldest first; the last one is today.
        waiting_since: when the oldest record that waits was made, None when none does.
    """

    days: tuple[SentDay, ...]
    summary: JournalSummary
    photos: MediaProgress
    waiting_since: datetime | None = None


class Weeks:
    """Looks back on a week; ask it in a worker."""

    def __init__(
        self, journal: Journal, reference: Reference, media: Media, clock: Clock, *, zone: tzinfo = CHINA
    ) -> None:
        self._journal = journal
        self._reference = reference
        self._media = media
        self._clock = clock
        self._zone = zone

    def rounds(self) -> RoundWeek:
        """Return which buildings of the grid were looked at on which day."""
        days, first_ms = self._days()
        since = format_time(first_ms, offset_minutes(first_ms, self._zone))
        seen = {(building, self._day(parse_time(at))) for building, at in self._journal.looked_at(since)}
        rows = (
            BuildingWeek(building, entry, tuple((building, day) in seen for day in days))
            for building, entry in self._reference.buildings().items()
        )
        return RoundWeek(days, tuple(rows))

    def sent(self) -> SentWeek:
        """Return how much was sent on which day, and what waits."""
        days, first_ms = self._days()
        summary = self._journal.summary()
        oldest = summary.oldest_unsettled_at
        return SentWeek(
            _sent_days(days, self._settled(first_ms)),
            summary,
            self._media.progress(),
            local_time(parse_time(oldest), self._zone) if oldest is not None else None,
        )

    def _settled(self, first_ms: int) -> list[tuple[date, int]]:
        rows = self._journal.settled_since(first_ms // _SECOND_MS)
        return [(self._day(at_s * _SECOND_MS), records) for at_s, records in rows]

    def _days(self) -> tuple[tuple[date, ...], int]:
        """Return the days, and when the first one began, in Unix milliseconds."""
        now = local_time(self._clock.now_ms(), self._zone)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight - timedelta(days=DAYS - 1)
        days = tuple((first + timedelta(days=ahead)).date() for ahead in range(DAYS))
        return days, int(first.timestamp() * _SECOND_MS)

    def _day(self, unix_ms: int) -> date:
        return local_time(unix_ms, self._zone).date()


def _sent_days(days: Iterable[date], settled: Iterable[tuple[date, int]]) -> tuple[SentDay, ...]:
    records: Counter[date] = Counter()
    times: Counter[date] = Counter()
    for day, count in settled:
        records[day] += count
        times[day] += 1
    return tuple(SentDay(day, records[day], times[day]) for day in days)
