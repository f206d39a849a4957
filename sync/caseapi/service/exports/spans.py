"""Which days somebody asks for, as a storage reads them."""

from datetime import date, datetime, time, timedelta, tzinfo

from sync.caseapi.errors import InputRefused
from sync.caseapi.storage.exporting import ExportSpan


def span_of(from_day: str, to_day: str, zone: tzinfo) -> ExportSpan:
    """Return a span of whole days, both included; an empty word leaves that end open.

    Raises:
        InputRefused: one is no day, or they are the wrong way round.
    """
    first, last = _day(from_day, "from"), _day(to_day, "to")
    if first and last and first > last:
        raise InputRefused("the first day comes after the last", "from")
    span = ExportSpan()
    return ExportSpan(
        from_ms=_begin_ms(first, zone) if first else span.from_ms,
        to_ms=_begin_ms(last + timedelta(days=1), zone) if last else span.to_ms,
        from_day=first.isoformat() if first else span.from_day,
        to_day=last.isoformat() if last else span.to_day,
    )


def span_words(from_day: str, to_day: str) -> str:
    """Return a span as it is written down; empty for everything."""
    return f"{from_day}..{to_day}" if from_day or to_day else ""


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as exc:
        raise InputRefused("a day is YYYY-MM-DD", field) from exc
    # Calendars end there, and so would the day after the last one.
    if day.isoformat() != text or not 1970 < day.year < 9999:
        raise InputRefused("a day is YYYY-MM-DD", field)
    return day


def _begin_ms(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)
