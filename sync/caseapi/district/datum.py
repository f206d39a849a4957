"""Coordinates of map vendors brought back to the earth.

GCJ-02, which Chinese map services use, lies some hundred metres off: by the public formula, its values are WGS-84 plus
a shift that depends on the place. The formula has no inverse; going back three times comes within a centimetre. In the
district of Pingfang the shift is 217 to 231 m north and 458 to 475 m east, eight times a building's radius, so that
nothing is taken without its datum.
"""

from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Literal

from sync.caseapi.district.area import Point
from sync.caseapi.district.model import Datum
from sync.caseapi.district.tables import Row

Source = Literal["CGCS2000", "WGS84", "GCJ02"]
"""Datums in which coordinates may be handed over; GCJ02 is kept as WGS84."""

DECIMALS = 7
"""Digits that a converted coordinate keeps: a centimetre."""

_SOURCES: tuple[Source, ...] = ("CGCS2000", "WGS84", "GCJ02")
_BAIDU = "BD09"
_AXIS_M = 6_378_245.0
_SQUARED_ECCENTRICITY = 0.00669342162296594323
_MIDDLE_LON, _MIDDLE_LAT = 105.0, 35.0
_STEPS_BACK = 3


def source_of(row: Row) -> Source:
    """Return the datum that a row names, however it is written: ``wgs84``, ``GCJ-02``."""
    said = row.optional("datum")
    name = said.upper().replace("-", "").replace("_", "").replace(" ", "")
    for source in _SOURCES:
        if source == name:
            return source
    if not said:
        row.fail("datum", "is empty: say CGCS2000, WGS84 or GCJ02; a wrong guess puts a building 500 m away")
    elif name == _BAIDU:
        row.fail("datum", "BD-09 is not converted: have the coordinates exported as CGCS2000, WGS84 or GCJ02")
    else:
        row.fail("datum", "must be CGCS2000, WGS84 or GCJ02")
    return "CGCS2000"


def grounded(point: Point, source: Source) -> tuple[Point, Datum]:
    """Return a point in a datum that receivers use, and which one: GCJ-02 is converted, all else is left as it is."""
    return (gcj02_to_wgs84(point), "WGS84") if source == "GCJ02" else (point, source)


def gcj02_to_wgs84(point: Point) -> Point:
    """Return where a point of a Chinese map really lies."""
    lon, lat = point
    for _ in range(_STEPS_BACK):
        east, north = _shift(lon, lat)
        lon, lat = point[0] - east, point[1] - north
    return round(lon, DECIMALS), round(lat, DECIMALS)


def bd09_to_gcj02(point: Point) -> Point:
    """Return where other Chinese maps show a point of Baidu's, by the public formula: to tell a wrong datum by.

    It is good to some metres, which says what coordinates are and not where a door is.
    """
    x, y = point[0] - 0.0065, point[1] - 0.006
    radius = hypot(x, y) - 0.00002 * sin(y * pi * 3000.0 / 180.0)
    angle = atan2(y, x) - 0.000003 * cos(x * pi * 3000.0 / 180.0)
    return radius * cos(angle), radius * sin(angle)


def wgs84_to_bd09(point: Point) -> Point:
    """Return about where Baidu's map shows a point, good to some metres."""
    lon, lat = wgs84_to_gcj02(point)
    back = bd09_to_gcj02((lon + 0.0065, lat + 0.006))
    return 2 * lon - back[0] + 0.0065, 2 * lat - back[1] + 0.006


def wgs84_to_gcj02(point: Point) -> Point:
    """Return where a Chinese map shows a point."""
    lon, lat = point
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def _shift(lon: float, lat: float) -> tuple[float, float]:
    """Return the shift east and north in degrees by the public formula."""
    x, y = lon - _MIDDLE_LON, lat - _MIDDLE_LAT
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north_m += _waves(
        (20.0, 6.0 * x), (20.0, 2.0 * x), (20.0, y), (40.0, y / 3.0), (160.0, y / 12.0), (320.0, y / 30.0)
    )
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east_m += _waves((20.0, 6.0 * x), (20.0, 2.0 * x), (20.0, x), (40.0, x / 3.0), (150.0, x / 12.0), (300.0, x / 30.0))
    radians = lat / 180.0 * pi
    flattening = 1.0 - _SQUARED_ECCENTRICITY * sin(radians) ** 2
    meridian_m = _AXIS_M * (1.0 - _SQUARED_ECCENTRICITY) / (flattening * sqrt(flattening))
    parallel_m = _AXIS_M / sqrt(flattening) * cos(radians)
    return east_m * 180.0 / (parallel_m * pi), north_m * 180.0 / (meridian_m * pi)


def _waves(*waves: tuple[float, float]) -> float:
    """Return the sum of waves, each given by its height and by its place in half turns."""
    return sum(height * sin(half_turns * pi) for height, half_turns in waves) * 2.0 / 3.0
