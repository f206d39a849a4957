"""How far the positions of a stream can be believed, by what its other sentences said before.

GST gives the receiver's own estimate, GSA and GGA the dilution by the geometry of the satellites (HDOP).
"""

from __future__ import annotations

import re
from math import hypot

from msgspec.structs import replace

from devices.position import Fix, SigmaFrom

METRES_PER_HDOP = 5.0
"""Spread that one unit of HDOP stands for: the usual error of a plain receiver under open sky."""

COUNTS_FOR = 20
"""Positions for which one GST or GSA counts; they come once a second, and so do one or two positions."""

_WHOLE = re.compile(r"[0-9]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?")
_GGA_SATELLITES, _GGA_HDOP, _GSA_HDOP, _GST_NORTH, _GST_EAST = 7, 8, 16, 6, 7


class Accuracy:
    """What a stream said of its accuracy lately."""

    __slots__ = ("_estimate", "_hdop", "_satellites")

    def __init__(self) -> None:
        self._estimate = _Said()
        self._hdop = _Said()
        self._satellites = _Said()

    def note(self, name: str, fields: list[str]) -> None:
        """Take in a sentence; one of other matters, or without the figure, changes nothing."""
        match name:
            case "gst":
                self._estimate.say(_together(_positive(fields, _GST_NORTH), _positive(fields, _GST_EAST)))
            case "gsa":
                self._hdop.say(_positive(fields, _GSA_HDOP))
            case "gga":
                self._hdop.say(_positive(fields, _GGA_HDOP))
                used = _field(fields, _GGA_SATELLITES)
                self._satellites.say(float(used) if _WHOLE.fullmatch(used) else None)

    def of(self, fix: Fix) -> Fix:
        """Return a position with what is known of its accuracy."""
        estimate, hdop, satellites = self._estimate.heard(), self._hdop.heard(), self._satellites.heard()
        sigma_m = estimate if estimate is not None else None if hdop is None else hdop * METRES_PER_HDOP
        sigma_from: SigmaFrom = "gst" if estimate is not None else "hdop" if hdop is not None else ""
        used = None if satellites is None else int(satellites)
        return replace(fix, sigma_m=sigma_m, sigma_from=sigma_from, hdop=hdop, satellites=used)


class _Said:
    """A figure that counts for the next positions."""

    __slots__ = ("_left", "_value")

    def __init__(self) -> None:
        self._value: float | None = None
        self._left = 0

    def say(self, value: float | None) -> None:
        if value is not None:
            self._value, self._left = value, COUNTS_FOR

    def heard(self) -> float | None:
        self._left -= 1
        return self._value if self._left >= 0 else None


def _together(north: float | None, east: float | None) -> float | None:
    """Return the spread along the ground of both directions together."""
    return None if north is None or east is None else hypot(north, east)


def _field(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _positive(fields: list[str], index: int) -> float | None:
    text = _field(fields, index)
    return value if _NUMBER.fullmatch(text) and (value := float(text)) > 0 else None
