"""Small words that several sections use: moments, chips, names of grids and tablets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal
from uuid import UUID

from sync.caseapi.desk.text import N_, Texts
from sync.reference import GridEntry
from sync.text import clean_line

Tone = Literal["good", "warn", "bad", "calm"]
"""Colour of a chip; its words say the same."""

SOON_MS = 2 * 3_600_000
"""A term that is nearer than this is shown as urgent."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
# A tablet's clock may say anything; the year 9999 is where calendars end.
_LAST_MS = 253_370_764_800_000
_STATES: dict[str, tuple[str, Tone]] = {
    "reported": (N_("Reported"), "calm"),
    "verifying": (N_("Being verified"), "calm"),
    "filed": (N_("Filed"), "calm"),
    "dispatched": (N_("Dispatched"), "calm"),
    "handling": (N_("Being handled"), "calm"),
    "suspended": (N_("Suspended"), "warn"),
    "handled": (N_("Handled"), "good"),
    "rechecking": (N_("Being rechecked"), "calm"),
    "closed": (N_("Closed"), "good"),
    "void": (N_("Withdrawn"), "warn"),
}


_CLOCKS = {"estimated": N_("time estimated"), "unknown": N_("time unproven")}


@dataclass(frozen=True, slots=True)
class Chip:
    """A short word with a colour."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as people read it, and as machines do."""

    iso: str
    absolute: str
    relative: str


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of a reading, where the district is."""

    ms: int
    zone: tzinfo

    @property
    def local(self) -> datetime:
        """Return the moment on the district's clocks."""
        return datetime.fromtimestamp(self.ms / 1000, self.zone)

    @property
    def day(self) -> str:
        """Return the district's day as ``YYYY-MM-DD``."""
        return self.local.date().isoformat()

    def moment(self, unix_ms: int, texts: Texts) -> Moment:
        """Return a moment relative to this one."""
        at = datetime.fromtimestamp(min(max(unix_ms, 0), _LAST_MS) / 1000, self.zone)
        clock = f"{at:%H:%M}"
        absolute = clock if at.date() == self.local.date() else f"{day_words(at, self, texts)} {clock}"
        return Moment(at.isoformat(timespec="seconds"), absolute, ago(self.ms - unix_ms, texts))


def day_words(at: datetime, now: Now, texts: Texts) -> str:
    """Return a day in words; the year only where it is not this one."""
    template = texts("{day} {month}") if at.year == now.local.year else texts("{day} {month} {year}")
    return template.format(day=at.day, month=_MONTHS[at.month - 1], number=at.month, year=at.year)


def ago(passed_ms: int, texts: Texts) -> str:
    """Return how long ago something was, in the largest whole unit."""
    if passed_ms < _MINUTE_MS:
        return texts("just now")
    if passed_ms < _HOUR_MS:
        count = passed_ms // _MINUTE_MS
        return texts.plural("{count} minute ago", "{count} minutes ago", count).format(count=count)
    if passed_ms < _DAY_MS:
        count = passed_ms // _HOUR_MS
        return texts.plural("{count} hour ago", "{count} hours ago", count).format(count=count)
    count = passed_ms // _DAY_MS
    return texts.plural("{count} day ago", "{count} days ago", count).format(count=count)


def grid_name(grid: str, grids: Mapping[str, GridEntry]) -> str:
    """Return community and name of a grid, or its id when it is not imported."""
    entry = grids.get(grid)
    return clean_line(f"{entry.community_name} {entry.name}" if entry else grid)


def tablet_name(device: UUID) -> str:
    """Return the last four hex digits of a device's id: enough to tell the tablets of a grid apart."""
    return str(device)[-4:].upper()


def state_chip(state: str, texts: Texts) -> Chip:
    """Return a case's state in words; one that is not known as it is written."""
    message, tone = _STATES.get(state, (clean_line(state), "calm"))
    return Chip(texts(message), tone)


def clock_words(clock: str, texts: Texts) -> str:
    """Return how far a tablet's time can be believed, in words; nothing where it is good."""
    message = _CLOCKS.get(clock, "")
    return texts(message) if message else ""


def time_left(left_ms: int, texts: Texts) -> Chip:
    """Return how long there is until a term, or how long it has passed, in the largest whole unit."""
    is_late, span_ms = left_ms < 0, abs(left_ms)
    if span_ms < _HOUR_MS:
        count = span_ms // _MINUTE_MS
        text = (
            texts.plural("{count} minute late", "{count} minutes late", count)
            if is_late
            else texts.plural("{count} minute left", "{count} minutes left", count)
        )
    elif span_ms < _DAY_MS:
        count = span_ms // _HOUR_MS
        text = (
            texts.plural("{count} hour late", "{count} hours late", count)
            if is_late
            else texts.plural("{count} hour left", "{count} hours left", count)
        )
    else:
        count = span_ms // _DAY_MS
        text = (
            texts.plural("{count} day late", "{count} days late", count)
            if is_late
            else texts.plural("{count} day left", "{count} days left", count)
        )
    tone: Tone = "bad" if is_late else "warn" if span_ms < SOON_MS else "calm"
    return Chip(text.format(count=count), tone)
