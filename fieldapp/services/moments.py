"""Moments that can be compared although the wall clock may be wrong: monotonic time within one boot."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from msgspec import Struct

from fieldapp.services.ports import Clock
from sync.clock import corrected_ms, parse_time
from sync.records import Envelope

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of the streets where this runs; it has had no summer time since 1991."""


class Moment(Struct, frozen=True):
    """A moment as the tablet's clocks knew it.

    Attributes:
        wall_ms: Unix milliseconds by the wall clock.
        boot: id of the system's boot.
        mono_ms: monotonic milliseconds in that boot.
    """

    wall_ms: int
    boot: str
    mono_ms: int

    def encoded(self) -> str:
        """Return the moment as text for the settings."""
        return f"{self.wall_ms} {self.mono_ms} {self.boot}"


def now_of(clock: Clock) -> Moment:
    """Return the present moment."""
    stamp = clock.stamp()
    return Moment(clock.now_ms(), stamp.boot, stamp.mono_ms)


def moment_of(record: Envelope) -> Moment:
    """Return when a record was made."""
    return Moment(parse_time(record.at), record.clock.boot, record.clock.mono_ms)


def decoded_moment(text: str | None) -> Moment | None:
    """Return the moment of a settings text, or None when there is none or it is unreadable."""
    parts = (text or "").split(" ", 2)
    try:
        return Moment(int(parts[0]), parts[2], int(parts[1]))
    except (ValueError, IndexError):
        return None


def elapsed_s(earlier: Moment, later: Moment) -> float | None:
    """Return the seconds between two moments, or None when the clocks contradict each other.

    Within one boot the monotonic clock decides; across boots only the wall clock is left.
    """
    same_boot = earlier.boot == later.boot
    passed_ms = later.mono_ms - earlier.mono_ms if same_boot else later.wall_ms - earlier.wall_ms
    return passed_ms / 1000 if passed_ms >= 0 else None


def local_time(unix_ms: int, zone: tzinfo) -> datetime:
    """Return a moment as the wall clock of a zone shows it; a clock beyond the calendar shows its edge."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=unix_ms)).astimezone(zone)
    except OverflowError:
        return datetime(9999, 12, 31, tzinfo=UTC) if unix_ms > 0 else datetime(1970, 1, 1, tzinfo=UTC)


def record_time(record: Envelope, zone: tzinfo) -> datetime:
    """Return when a record was made, corrected as well as its stamp allows."""
    return local_time(corrected_ms(record.at, record.clock), zone)


def offset_minutes(unix_ms: int, zone: tzinfo) -> int:
    """Return a zone's distance to UTC at a moment."""
    offset = local_time(unix_ms, zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)
