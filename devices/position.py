"""Where a receiver says it is."""

from __future__ import annotations

from msgspec import Struct


class Fix(Struct, frozen=True):
    """One position as a receiver gave it.

    Attributes:
        lat: degrees north, WGS-84 as received, never converted.
        lon: degrees east.
        quality: the receiver's word: GGA's quality digit, or 1 for a valid RMC; never 0.
        time: the receiver's time, RFC 3339 in UTC; the time of day alone where no date was given; empty when unknown.
    """

    lat: float
    lon: float
    quality: int
    time: str = ""
