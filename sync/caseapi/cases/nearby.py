"""Which cases may be the same one: one category, one place, one day. Pure; the desk decides."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

from sync.caseapi.cases.timers import DAY_MS

NEAR_M = 50.0
"""How far apart two reports of one thing may lie, metres."""

SAME_MS = DAY_MS
"""How far apart in time."""

_EARTH_M = 6_371_000.0


class Sighting(Struct, frozen=True):
    """Where and when a case was reported; of what category the asker knows.

    Attributes:
        building: id of the building, empty where none was named.
        point: latitude and longitude in degrees, of the report or else of its building.
    """

    case: str
    at_ms: int
    building: str = ""
    point: tuple[float, float] | None = None


def likely_same(one: Sighting, others: Iterable[Sighting]) -> tuple[str, ...]:
    """Return those of other cases of the category that may be the same one, the nearest in time first."""
    near = [each for each in others if each.case != one.case and _is_near(one, each)]
    return tuple(each.case for each in sorted(near, key=lambda each: (abs(each.at_ms - one.at_ms), each.case)))


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points on the earth, metres."""
    (lat, lon), (other_lat, other_lon) = (map(radians, one), map(radians, other))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))


def _is_near(one: Sighting, other: Sighting) -> bool:
    if abs(one.at_ms - other.at_ms) > SAME_MS:
        return False
    if one.building and one.building == other.building:
        return True
    return one.point is not None and other.point is not None and distance_m(one.point, other.point) <= NEAR_M
