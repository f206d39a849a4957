"""Times as a tablet saw them, and how far they can be believed. Order never comes from here.

A tablet's clock may stand in 1970 after a cold night. Every record keeps what the clock said, where the monotonic
clock stood in this boot, and the last known distance to the server's clock; nothing is ever rewritten.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Literal

from msgspec import Meta, Struct

ClockQuality = Literal["good", "estimated", "unknown"]
"""good: offset learnt in this boot; estimated: in an earlier one; unknown: never, or contradicted."""

GOOD_OFFSET_MS = 120_000
"""An offset of more than two minutes is shown to the inspector as a wrong clock; it never blocks."""

NO_BOOT = "00000000-0000-0000-0000-000000000000"
"""Boot id where the system has none; it is never the same boot."""

MAX_BOOT_CHARS = 64
"""Longest boot id."""

MAX_WHOLE = 2**53
"""Largest whole number a message or record may hold: exact in every JSON reader, and storable in every database."""

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A day short of the years 1 and 9999, so that every offset still fits.
_EARLIEST_MS = -62_135_510_400_000
_LATEST_MS = 253_402_214_399_999


class Stamp(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a tablet knew of time when a record was made.

    Attributes:
        boot: the system's boot id, a UUID, as monotonic time only compares within one boot.
        mono_ms: monotonic milliseconds in that boot.
        offset_ms: last known server time minus tablet time, or None when never learnt.
        offset_boot: whether the offset was learnt in this very boot.
    """

    boot: Annotated[str, Meta(max_length=MAX_BOOT_CHARS)]
    mono_ms: Annotated[int, Meta(ge=0, le=MAX_WHOLE)]
    offset_ms: Annotated[int, Meta(ge=-MAX_WHOLE, le=MAX_WHOLE)] | None = None
    offset_boot: bool = False


def quality_of(stamp: Stamp) -> ClockQuality:
    """Return how far the corrected time of a stamp can be believed."""
    if stamp.offset_ms is None:
        return "unknown"
    return "good" if stamp.offset_boot else "estimated"


def format_time(unix_ms: int, utc_offset_minutes: int = 0) -> str:
    """Return RFC 3339 text with milliseconds and an explicit offset, as in ``2026-11-23T08:15:03.120+08:00``.

    A clock beyond the years 1 to 9999 is clamped, not refused.
    """
    zone = timezone(timedelta(minutes=utc_offset_minutes))
    moment = _EPOCH + timedelta(milliseconds=min(max(unix_ms, _EARLIEST_MS), _LATEST_MS))
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def parse_time(text: str) -> int:
    """Return milliseconds since 1970 of an RFC 3339 text.

    Raises:
        ValueError: not RFC 3339, or without an offset.
    """
    # fromisoformat alone also takes week dates, and any character at all between date and time.
    if _RFC_3339.fullmatch(text) is None:
        raise ValueError(f"not an RFC 3339 time with an offset: {text[:40]!r}")
    return round((datetime.fromisoformat(text) - _EPOCH) / timedelta(milliseconds=1))


def corrected_ms(recorded_at: str, stamp: Stamp) -> int:
    """Return a record's time in server milliseconds since 1970, as well as its stamp allows."""
    return parse_time(recorded_at) + (stamp.offset_ms or 0)
