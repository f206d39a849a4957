"""Areas on the map: polygons in degrees, longitude first, as in GeoJSON."""

from itertools import combinations, pairwise

Point = tuple[float, float]
"""Longitude and latitude in decimal degrees, CGCS2000 or WGS-84."""

Ring = tuple[Point, ...]
"""A closed line: the last point repeats the first."""

Area = tuple[Ring, ...]
"""A polygon: its outer ring, then its holes."""

MAX_RING_POINTS = 2_000
"""Most points of one ring: the check for crossings is quadratic, and survey grids have a few dozen."""

CHINA_LON = (73.0, 136.0)
CHINA_LAT = (3.0, 54.0)
"""The bounds in which a coordinate can be meant; swapped pairs fall outside."""


def ring_fault(ring: Ring) -> str | None:
    """Return what is wrong with a ring, in words, or None when it is closed, in bounds and crosses nowhere."""
    if len(ring) < 4 or ring[0] != ring[-1]:
        return "a ring needs at least four points, the last like the first"
    if len(ring) > MAX_RING_POINTS:
        return f"a ring has at most {MAX_RING_POINTS} points, this one {len(ring)}"
    for point in ring:
        fault = point_fault(point)
        if fault:
            return fault
    if len(set(ring)) != len(ring) - 1:
        return "a ring passes through the same point twice"
    return "a ring crosses itself" if crosses_itself(ring) else None


def point_fault(point: Point) -> str | None:
    """Return what is wrong with a point, in words, or None when it can lie in China."""
    lon, lat = point
    if CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]:
        return None
    if CHINA_LON[0] <= lat <= CHINA_LON[1] and CHINA_LAT[0] <= lon <= CHINA_LAT[1]:
        return f"longitude comes first, then latitude: {lon}, {lat} looks swapped"
    return f"{lon}, {lat} is no longitude and latitude in China"


def contains(area: Area, point: Point) -> bool:
    """Tell whether a point lies in an area and in none of its holes; on a border either answer may come."""
    outer, *holes = area
    return _in_ring(outer, point) and not any(_in_ring(hole, point) for hole in holes)


def crosses_itself(ring: Ring) -> bool:
    """Tell whether two sides of a ring that are no neighbours cross."""
    sides = list(pairwise(ring))
    last = len(sides) - 1
    return any(
        _cross(first, second)
        for (at, first), (other, second) in combinations(enumerate(sides), 2)
        if other - at > 1 and not (at == 0 and other == last)
    )


def rectangle(west: int, south: int, east: int, north: int) -> Area:
    """Return the area of a rectangle given in millionths of a degree, counter-clockwise as GeoJSON asks."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return (tuple((x / 1e6, y / 1e6) for x, y in corners),)


def _in_ring(ring: Ring, point: Point) -> bool:
    lon, lat = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _cross(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = first, second
    return _side(a, b, c) != _side(a, b, d) and _side(c, d, a) != _side(c, d, b)


def _side(start: Point, end: Point, point: Point) -> int:
    turn = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return (turn > 0) - (turn < 0)
