"""Moments as the district says them."""

from datetime import UTC, datetime, tzinfo


def moment(at_ms: int, zone: tzinfo) -> str:
    """Return Unix milliseconds as RFC 3339 in the district's time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).isoformat(timespec="seconds")
