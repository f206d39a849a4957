"""What the sentences of one receiver say together: a fix with its spread and age, and what day it is.

Pure: whoever reads the receiver hands every event of its codec on, with the monotonic time at which it came. Nothing
here sets a clock, keeps a track or outlives the receiver's plug.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import hypot
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from devices.codecs.base import Answer, CodecEvent, Located
from devices.codecs.nmea import fields_of
from devices.position import Fix

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No receiver is read by this program before it was built: an earlier date is a rolled-over week count, or an almanac
not yet received. Moved on with each release."""

METRES_PER_HDOP = 5.0
"""Spread that one unit of HDOP stands for: the usual error of a plain receiver under open sky."""

ACCURACY_KEPT_S = 10.0
"""How long a GST or GSA counts for later positions; receivers send them once a second."""

AGREE_WITHIN_S = 2.0
"""Two dates agree when the time between them is that of the monotonic clock, give or take the wait for the line."""

_WHOLE = re.compile(r"[0-9]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?")

SigmaFrom = Literal["gst", "hdop", ""]
"""Where a spread comes from: the receiver's own estimate, the geometry of the satellites, or nowhere."""


class Standing(Struct, frozen=True):
    """Where a receiver stands, as far as it can be believed.

    Attributes:
        fix: the newest position, with its date where one is known.
        sigma_m: spread in metres along the ground, None when the receiver says nothing of it.
        hdop: dilution by the geometry of the satellites, None when unknown.
        satellites: how many were used, None when unknown.
        age_s: seconds since it arrived, by the monotonic clock.
    """

    fix: Fix
    sigma_m: float | None
    sigma_from: SigmaFrom
    hdop: float | None
    satellites: int | None
    age_s: float


class Dating:
    """Gives times of day the date that the same stream named last."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def dated(self, fix: Fix) -> Fix:
        """Return the fix with a date, or as it is when none is known."""
        moment = moment_of(fix.time)
        if moment is None and self._latest is not None and fix.time:
            fix = replace(fix, time=f"{_nearest_day(fix.time, self._latest)}T{fix.time}")
            moment = moment_of(fix.time)
        self._latest = moment or self._latest
        return fix


class GnssTracker:
    """Follows one receiver; a new one, or `reset`, after each plugging.

    Args:
        not_before: earliest date that is believed.
    """

    __slots__ = ("_agreed", "_dated", "_dating", "_gst", "_hdop", "_latest", "_not_before", "_satellites")

    def __init__(self, not_before: datetime = BUILT) -> None:
        self._not_before = not_before
        self.reset()

    def reset(self) -> None:
        """Forget everything, as after a new connection."""
        self._dating = Dating()
        self._latest: tuple[Fix, float] | None = None
        self._gst: tuple[float, float] | None = None
        self._hdop: tuple[float, float] | None = None
        self._satellites: int | None = None
        self._dated: tuple[datetime, float] | None = None
        self._agreed: tuple[datetime, float] | None = None

    def take(self, event: CodecEvent, now: float) -> None:
        """Note what a sentence says; faults and sentences of other matters change nothing.

        Args:
            now: monotonic seconds, never before those of an earlier call.
        """
        match event:
            case Located():
                self._locate(event, now)
            case Answer(name="gst"):
                self._gst = _at(_gst_sigma(fields_of(event.data)), now) or self._gst
            case Answer(name="gsa"):
                self._hdop = _at(_positive(_field(fields_of(event.data), 16)), now) or self._hdop

    def standing(self, now: float) -> Standing | None:
        """Return the newest position, None when there was none since the receiver was plugged in."""
        if self._latest is None:
            return None
        fix, came = self._latest
        gst, hdop = _recent(self._gst, came), _recent(self._hdop, came)
        sigma_from: SigmaFrom = "gst" if gst is not None else "hdop" if hdop is not None else ""
        sigma_m = gst if gst is not None else None if hdop is None else hdop * METRES_PER_HDOP
        return Standing(fix, sigma_m, sigma_from, hdop, self._satellites, max(0.0, now - came))

    def utc(self, now: float) -> datetime | None:
        """Return what time it is by two agreeing dates that can be, None without them; to compare, never to set."""
        if self._agreed is None:
            return None
        said, came = self._agreed
        return said + timedelta(seconds=now - came)

    def _locate(self, event: Located, now: float) -> None:
        fields = fields_of(event.raw)
        if fields[0].endswith("GGA"):
            self._hdop = _at(_positive(_field(fields, 8)), now) or self._hdop
            self._satellites = int(fields[7]) if _WHOLE.fullmatch(fields[7]) else None
        elif (said := moment_of(event.fix.time)) is not None:
            self._compare(said, now)
        self._latest = (self._dating.dated(event.fix), now)

    def _compare(self, said: datetime, now: float) -> None:
        before, self._dated = self._dated, (said, now)
        agrees = before is not None and before[0] >= self._not_before and _agree(before, self._dated)
        self._agreed = self._dated if agrees else None


def moment_of(time: str) -> datetime | None:
    """Return the moment that a fix's time names, None without a date; a leap second is the second after."""
    day, _, time_of_day = time.partition("T")
    return _moment(day, time_of_day) if time_of_day else None


def _moment(day: str, time_of_day: str) -> datetime:
    is_leap = time_of_day[6:8] == "60"
    shown = f"{time_of_day[:6]}59{time_of_day[8:]}" if is_leap else time_of_day
    return datetime.fromisoformat(f"{day}T{shown}") + timedelta(seconds=is_leap)


def _nearest_day(time_of_day: str, latest: datetime) -> str:
    """Return the date at which a time of day lies nearest to another moment: midnight may lie between them."""
    days = [(latest.date() + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    return min(days, key=lambda day: abs(_moment(day, time_of_day) - latest))


def _agree(first: tuple[datetime, float], second: tuple[datetime, float]) -> bool:
    said_s, waited_s = (second[0] - first[0]).total_seconds(), second[1] - first[1]
    return said_s > 0 and abs(said_s - waited_s) <= AGREE_WITHIN_S


def _gst_sigma(fields: list[str]) -> float | None:
    """Return the spread along the ground of north and east together."""
    north, east = _positive(_field(fields, 6)), _positive(_field(fields, 7))
    return None if north is None or east is None else hypot(north, east)


def _field(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _positive(text: str) -> float | None:
    return value if _NUMBER.fullmatch(text) and (value := float(text)) > 0 else None


def _at(value: float | None, now: float) -> tuple[float, float] | None:
    return None if value is None else (value, now)


def _recent(noted: tuple[float, float] | None, now: float) -> float | None:
    return noted[0] if noted is not None and now - noted[1] <= ACCURACY_KEPT_S else None
