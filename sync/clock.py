"""Times as a tablet saw them, and how far they can be believed. Order never comes from here.

A tablet's clock may stand in 1970 after a cold night. Every record keeps what the clock said, where the monotonic
clock stood in this boot, and the last known distance to the server's clock; nothing is ever rewritten.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from msgspec import Struct

ClockQuality = Literal["good", "estimated", "unknown"]
"""good: offset learnt in this boot; estimated: in an earlier one; unknown: never, or contradicted."""

GOOD_OFFSET_MS = 120_000
"""An offset of more than two minutes is shown to the inspector as a wrong clock; it never blocks."""


class Stamp(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a tablet knew of time when a record was made.

    Attributes:
        boot: the system's boot id, a UUID, as monotonic time only compares within one boot.
        mono_ms: monotonic milliseconds in that boot.
        offset_ms: last known server time minus tablet time, or None when never learnt.
        offset_boot: whether the offset was learnt in this very boot.
    """

    boot: str
    mono_ms: int
    offset_ms: int | None = None
    offset_boot: bool = False


def quality_of(stamp: Stamp) -> ClockQuality:
    """Return how far the corrected time of a stamp can be believed."""
    if stamp.offset_ms is None:
        return "unknown"
    return "good" if stamp.offset_boot else "estimated"


def format_time(unix_ms: int, utc_offset_minutes: int = 0) -> str:
    """Return RFC 3339 text with milliseconds and an explicit offset, as in ``2026-11-23T08:15:03.120+08:00``."""
    zone = timezone(timedelta(minutes=utc_offset_minutes))
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=unix_ms)
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def parse_time(text: str) -> int:
    """Return milliseconds since 1970 of an RFC 3339 text.

    Raises:
        ValueError: not RFC 3339, or without an offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time without an offset: {text!r}")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def corrected_ms(recorded_at: str, stamp: Stamp) -> int:
    """Return a record's time in server milliseconds since 1970, as well as its stamp allows."""
    return parse_time(recorded_at) + (stamp.offset_ms or 0)
