"""When something happened, by all that is known of the tablet's clocks, and how far that can be believed. Pure.

What the record says stays in the record. Nothing is refused for its time, and no order follows from it.
"""

from dataclasses import dataclass

from sync.caseapi.storage.judged import ClockSeen
from sync.clock import ClockQuality, Stamp, corrected_ms, parse_time, quality_of

_AHEAD_MS = 24 * 3_600_000
_BEHIND_MS = 60 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class JudgedTime:
    """A moment in the server's time, Unix milliseconds, and its quality."""

    ms: int
    clock: ClockQuality


def judged_time(told_at: str, stamp: Stamp, *, received_ms: int, seen: ClockSeen) -> JudgedTime:
    """Return a record's corrected moment; when the clocks say what cannot be, when it was received.

    Args:
        told_at: the record's time as the tablet told it, RFC 3339.
        received_ms: when the server held the record.
        seen: what exchanges told of the tablet's clocks.
    """
    time = _corrected(told_at, stamp, seen)
    if received_ms - _BEHIND_MS <= time.ms <= received_ms + _AHEAD_MS:
        # Nothing happens after it was received.
        return JudgedTime(min(time.ms, received_ms), time.clock)
    return JudgedTime(received_ms, "unknown")


def _corrected(told_at: str, stamp: Stamp, seen: ClockSeen) -> JudgedTime:
    quality = quality_of(stamp)
    if quality != "good" and seen.server_minus_boot_ms is not None:
        # The boot clock never jumps: an exchange later in the same boot tells the time of what came before it.
        return JudgedTime(seen.server_minus_boot_ms + stamp.mono_ms, "good")
    if quality == "unknown" and seen.server_minus_wall_ms is not None:
        return JudgedTime(parse_time(told_at) + seen.server_minus_wall_ms, "estimated")
    return JudgedTime(corrected_ms(told_at, stamp), quality)
