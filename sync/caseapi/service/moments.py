"""Moments as the district says them."""

from datetime import UTC, date, datetime, tzinfo


def moment(at_ms: int, zone: tzinfo) -> str:
    """Return Unix milliseconds as RFC 3339 in the district's time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).isoformat(timespec="seconds")


def is_day(text: str) -> bool:
    """Return whether a text is a day, as in 2026-10-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
