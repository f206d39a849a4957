"""Where a receiver says it is."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

SigmaFrom = Literal["gst", "hdop", ""]
"""Where a spread comes from: the receiver's own estimate, the geometry of the satellites, or nowhere."""


class Fix(Struct, frozen=True):
    """One position as a receiver gave it, and what it said of its accuracy.

    Attributes:
        lat: degrees north, WGS-84 as received, never converted; 7 decimals, a centimetre.
        lon: degrees east, likewise.
        quality: NMEA's digit, never 0: 1 satellites alone, 2 differential, 3 precise service, 4 and 5 real-time
            kinematic, 6 estimated (dead reckoning), 7 entered by hand, 8 simulated. GGA says it; of an RMC it is its
            mode letter, A 1, D 2, P 3, R 4, F 5, E 6, M 7, S 8, and 1 where there is none.
        time: the receiver's time in UTC, RFC 3339: ``2026-01-13T08:15:03Z``, or the time of day alone where no date
            was given, ``08:15:03Z``; a fraction of a second as sent, without closing zeros; empty when unknown.
        sigma_m: spread along the ground in metres, None when the receiver says nothing of it.
        hdop: dilution by the geometry of the satellites, None when unknown.
        satellites: how many were used, None when unknown.
    """

    lat: float
    lon: float
    quality: int
    time: str = ""
    sigma_m: float | None = None
    sigma_from: SigmaFrom = ""
    hdop: float | None = None
    satellites: int | None = None
