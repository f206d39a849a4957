"""UUIDv7 identifiers (RFC 9562): time first, so that rows made together lie together on disk."""

import uuid

RANDOM_BYTES = 10
"""Random bytes that `uuid7_at` takes; 74 of their 80 bits reach the id."""

_MAX_UNIX_MS = (1 << 48) - 1


def uuid7_at(unix_ms: int, random_bytes: bytes) -> uuid.UUID:
    """Return the UUIDv7 of a moment.

    The time is a hint for locality, never an order: a tablet's clock may be wrong.

    Args:
        unix_ms: milliseconds since 1970; a clock outside 48 bits is clamped, not refused.
        random_bytes: exactly `RANDOM_BYTES` bytes of a good source.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"uuid7_at needs {RANDOM_BYTES} random bytes, got {len(random_bytes)}")
    time_part = min(max(unix_ms, 0), _MAX_UNIX_MS)
    noise = int.from_bytes(random_bytes, "big")
    value = (time_part << 80) | (0x7 << 76) | ((noise >> 64 & 0xFFF) << 64) | (0b10 << 62) | (noise & ((1 << 62) - 1))
    return uuid.UUID(int=value)
