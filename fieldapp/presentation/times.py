"""Moments and durations in words; 24 hours, the zone of the streets."""

from datetime import date, datetime, tzinfo

from fieldapp.services.moments import CHINA, local_time
from fieldapp.text import N_, _, ngettext

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def clock_time(moment: datetime) -> str:
    """Return hours and minutes, as in ``08:42``."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def day_and_time(unix_ms: int, now_ms: int, zone: tzinfo = CHINA) -> tuple[str, str]:
    """Return month and day of a moment, empty when that is today, and its hours and minutes."""
    moment = local_time(unix_ms, zone)
    is_today = moment.date() == local_time(now_ms, zone).date()
    return "" if is_today else f"{moment.month:02d}-{moment.day:02d}", clock_time(moment)


def short_moment(unix_ms: int, now_ms: int, zone: tzinfo = CHINA) -> str:
    """Return hours and minutes, with month and day in front where it was not today."""
    return " ".join(day_and_time(unix_ms, now_ms, zone)).strip()


def date_text(moment: datetime) -> str:
    """Return the date, in Chinese with the characters for year, month and day."""
    return _("{year}-{month:02d}-{day:02d}").format(year=moment.year, month=moment.month, day=moment.day)


def weekday(day: date) -> str:
    """Return the day of the week, short."""
    return _(_WEEKDAYS[day.weekday()])


def date_line(moment: datetime) -> str:
    """Return date, day of the week and time on one line."""
    return f"{date_text(moment)} {weekday(moment)} {clock_time(moment)}"


def date_line_of_ms(unix_ms: int, zone: tzinfo = CHINA) -> str:
    """Return the date line of a moment in Unix milliseconds."""
    return date_line(local_time(unix_ms, zone))


def duration(seconds: float) -> str:
    """Return a duration in its largest fitting unit, rounded down."""
    whole = max(0, int(seconds))
    if whole < _MINUTE_S:
        return ngettext("{count} s", "{count} s", whole).format(count=whole)
    if whole < _HOUR_S:
        return ngettext("{count} min", "{count} min", whole // _MINUTE_S).format(count=whole // _MINUTE_S)
    if whole < _DAY_S:
        return ngettext("{count} hour", "{count} hours", whole // _HOUR_S).format(count=whole // _HOUR_S)
    return ngettext("{count} day", "{count} days", whole // _DAY_S).format(count=whole // _DAY_S)


def ago(seconds: float | None) -> str:
    """Return how long ago something was; None, from clocks that contradict each other, is said to be unknown."""
    if seconds is None:
        return _("some time ago")
    if seconds < 1:
        return _("just now")
    return _("{duration} ago").format(duration=duration(seconds))


def countdown(seconds: float) -> str:
    """Return a remaining time as minutes and seconds, as in ``0:30``."""
    whole = max(0, int(seconds) + (seconds > int(seconds)))
    return f"{whole // _MINUTE_S}:{whole % _MINUTE_S:02d}"
