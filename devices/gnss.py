"""What the positions of one receiver say together: the newest with its age, what day it is, and what time.

Pure: whoever hears the receiver hands every position on, with the monotonic time at which it came. Nothing here sets a
clock or keeps a track.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from devices.position import Fix

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No receiver is read by this program before it was built: an earlier date is a rolled-over week count, or an almanac
not yet received. Moved on with each release."""

AGREE_WITHIN_S = 2.0
"""Two dates agree when the time between them is that of the monotonic clock, give or take the wait for the line."""

OFFSET_COUNTS_S = 60.0
"""How long a distance to the satellites' time counts; a receiver that is heard measures it anew each second."""


class Standing(Struct, frozen=True):
    """Where a receiver stands: its newest position, and how many seconds ago it came by the monotonic clock."""

    fix: Fix
    age_s: float

    @property
    def lat(self) -> float:
        """Return degrees north."""
        return self.fix.lat

    @property
    def lon(self) -> float:
        """Return degrees east."""
        return self.fix.lon

    @property
    def quality(self) -> int:
        """Return NMEA's quality digit."""
        return self.fix.quality

    @property
    def sigma_m(self) -> float | None:
        """Return the spread along the ground in metres, None when unknown."""
        return self.fix.sigma_m


class Dating:
    """Gives times of day the date that the same stream named last."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def dated(self, fix: Fix) -> Fix:
        """Return the fix with a date, or as it is when none is known."""
        moment = moment_of(fix.time)
        if moment is None and self._latest is not None and fix.time:
            fix = replace(fix, time=f"{_nearest_day(fix.time, self._latest)}T{fix.time}")
            moment = moment_of(fix.time)
        self._latest = moment or self._latest
        return fix


class GnssTracker:
    """Follows one receiver.

    Args:
        not_before: earliest date that is believed.
    """

    __slots__ = ("_dated", "_dating", "_latest", "_not_before", "_offset")

    def __init__(self, not_before: datetime = BUILT) -> None:
        self._not_before = not_before
        self._dating = Dating()
        self._latest: tuple[Fix, float] | None = None
        self._dated: tuple[datetime, float] | None = None
        self._offset: tuple[int, float] | None = None

    def take(self, fix: Fix, now: float, wall: datetime) -> None:
        """Note a position.

        Args:
            now: monotonic seconds, never before those of an earlier call.
            wall: what the tablet takes for the time now, in UTC.
        """
        said = moment_of(fix.time)
        if said is not None:
            before, self._dated = self._dated, (said, now)
            agrees = before is not None and before[0] >= self._not_before and _agree(before, self._dated)
            self._offset = ((said - wall) // timedelta(milliseconds=1), now) if agrees else None
        self._latest = (self._dating.dated(fix), now)

    def standing(self, now: float) -> Standing | None:
        """Return the newest position, None when there was none yet."""
        return None if self._latest is None else Standing(self._latest[0], max(0.0, now - self._latest[1]))

    def clock_offset_ms(self, now: float) -> int | None:
        """Return the satellites' time minus the tablet's by two agreeing dates that can be, None without them.

        It is there to be told, never to set a clock by.
        """
        if self._offset is None or now - self._offset[1] > OFFSET_COUNTS_S:
            return None
        return self._offset[0]


def moment_of(time: str) -> datetime | None:
    """Return the moment that a fix's time names, None without a date; a leap second is the second after."""
    day, _, time_of_day = time.partition("T")
    return _moment(day, time_of_day) if time_of_day else None


def _moment(day: str, time_of_day: str) -> datetime:
    is_leap = time_of_day[6:8] == "60"
    shown = f"{time_of_day[:6]}59{time_of_day[8:]}" if is_leap else time_of_day
    return datetime.fromisoformat(f"{day}T{shown}") + timedelta(seconds=is_leap)


def _nearest_day(time_of_day: str, latest: datetime) -> str:
    """Return the date at which a time of day lies nearest to another moment: midnight may lie between them."""
    days = [(latest.date() + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    return min(days, key=lambda day: abs(_moment(day, time_of_day) - latest))


def _agree(first: tuple[datetime, float], second: tuple[datetime, float]) -> bool:
    said_s, waited_s = (second[0] - first[0]).total_seconds(), second[1] - first[1]
    return said_s > 0 and abs(said_s - waited_s) <= AGREE_WITHIN_S
