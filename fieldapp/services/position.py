"""Where the tablet stands, as far as it is worth saying: at a building, not there, or unknown. Nothing of it is kept.

A position is asked for when something is recorded and is forgotten with the answer. It never refuses and is never
waited for: between the blocks of a yard a receiver is easily thirty metres off.
"""

from collections.abc import Mapping
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import Protocol

from msgspec import Struct

from fieldapp.services.places import Place
from fieldapp.services.ports import Reference
from sync.records.shared import Geofence
from sync.reference import BuildingEntry

FRESH_S = 10.0
"""Oldest position that still says where the tablet is: in ten seconds somebody walks fifteen metres."""

WIDEST_SIGMA_M = 50.0
"""Widest spread that still says something about a building."""

SEEN_QUALITIES = range(1, 6)
"""NMEA's qualities that come from satellites; estimated, entered and simulated positions say nothing."""

EARTH_M = 6_371_008.8
"""Mean radius of the earth, metres."""

_SIGMAS = 2


class Whereabouts(Protocol):
    """The newest position of a receiver, in WGS-84 or CGCS2000."""

    @property
    def lat(self) -> float:
        """Return degrees north."""

    @property
    def lon(self) -> float:
        """Return degrees east."""

    @property
    def quality(self) -> int:
        """Return NMEA's quality digit."""

    @property
    def sigma_m(self) -> float | None:
        """Return the spread along the ground in metres, None when unknown."""

    @property
    def age_s(self) -> float:
        """Return how long ago it came, by a clock that nobody sets."""


class PositionSource(Protocol):
    """A receiver, asked from any thread; it answers at once."""

    def whereabouts(self) -> Whereabouts | None:
        """Return the newest position, None when there was none."""

    def clock_offset_ms(self) -> int | None:
        """Return the satellites' time minus the tablet's, None unless two dates agree."""


class NoReceiver:
    """What a tablet without a receiver knows of its place: nothing."""

    def whereabouts(self) -> None:
        """Return None."""

    def clock_offset_ms(self) -> None:
        """Return None."""


class Away(Struct, frozen=True):
    """How far away a building is: metres, and degrees clockwise from north."""

    distance_m: float
    bearing: float


class Positions:
    """Says what a position means for the buildings of the grid."""

    def __init__(self, source: PositionSource, reference: Reference) -> None:
        self._source = source
        self._reference = reference

    def geofence(self, place: Place) -> Geofence:
        """Return whether the tablet is at a place's building, or unknown."""
        here = self._believable()
        building = self._reference.buildings().get(place.building)
        if here is None or building is None:
            return "unknown"
        away = _away(here, building)
        if away is None:
            return "unknown"
        nearest_m = away.distance_m - _SIGMAS * (here.sigma_m or 0.0)
        return "inside" if nearest_m <= building.radius_m else "outside"

    def buildings_away(self) -> Mapping[str, Away]:
        """Return how far away each building is, nearest first; empty without a position that can be believed."""
        here = self._believable()
        if here is None:
            return {}
        measured = [(key, away) for key, entry in self._reference.buildings().items() if (away := _away(here, entry))]
        return dict(sorted(measured, key=lambda row: row[1].distance_m))

    def here(self) -> tuple[float, float] | None:
        """Return longitude and latitude of a position that can be believed, to be shown and kept nowhere."""
        here = self._believable()
        return (here.lon, here.lat) if here is not None else None

    def clock_offset_ms(self) -> int | None:
        """Return the satellites' time minus the tablet's, None when they say nothing sure; no clock is set by it."""
        return self._source.clock_offset_ms()

    def _believable(self) -> Whereabouts | None:
        here = self._source.whereabouts()
        if here is None or here.sigma_m is None:
            return None
        is_seen = here.quality in SEEN_QUALITIES
        return here if is_seen and here.age_s <= FRESH_S and here.sigma_m <= WIDEST_SIGMA_M else None


def _away(here: Whereabouts, building: BuildingEntry) -> Away | None:
    """Return how far away a building is, None for one whose place nobody gave."""
    if building.lat is None or building.lon is None:
        return None
    lat, other_lat = radians(here.lat), radians(building.lat)
    east = radians(building.lon - here.lon)
    haversine = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin(east / 2) ** 2
    distance_m = 2 * EARTH_M * asin(sqrt(min(1.0, haversine)))
    ahead = cos(lat) * sin(other_lat) - sin(lat) * cos(other_lat) * cos(east)
    return Away(distance_m, degrees(atan2(sin(east) * cos(other_lat), ahead)) % 360)
