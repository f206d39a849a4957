"""Borders and points on paper: degrees become places of an SVG picture. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

Ring = Sequence[Point]
Area = Sequence[Ring]

WIDTH = 1000
"""Width of a picture, in its own units."""

MOST_HEIGHT, LEAST_HEIGHT = 1000, 320
MARGIN = 28
_LEAST_SPAN = 1e-5
"""Degrees; one metre: a single building has a place, too."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of the earth, as wide as the picture, north on top.

    Attributes:
        height: of the picture, in its own units.
    """

    west: float
    north: float
    x_per_degree: float
    y_per_degree: float
    left: float
    top: float
    height: int

    def place(self, point: Point) -> tuple[int, int]:
        """Return where a point lies in the picture."""
        lon, lat = point
        x = self.left + (lon - self.west) * self.x_per_degree
        return round(x), round(self.top + (self.north - lat) * self.y_per_degree)

    def path(self, areas: Iterable[Area]) -> str:
        """Return areas as one SVG path, holes included; whole units, and no corner that falls on the one before."""
        return "".join(self._ring(ring) for area in areas for ring in area)

    def box(self, areas: Iterable[Area]) -> tuple[int, int, int, int]:
        """Return the left, top, right and bottom of the box around areas."""
        west, south, east, north = _box([point for area in areas for point in area[0]])
        return *self.place((west, north)), *self.place((east, south))

    def _ring(self, ring: Ring) -> str:
        places = [self.place(point) for point in ring]
        kept = [place for place, before in zip(places, [None, *places], strict=False) if place != before]
        return f"M{'L'.join(f'{x} {y}' for x, y in kept)}Z" if len(kept) > 2 else ""


def paper_for(areas: Iterable[Area], points: Iterable[Point]) -> Paper | None:
    """Return the paper that all of it fits on, or None where there is nothing to draw."""
    corners = [*(point for area in areas for ring in area for point in ring), *points]
    if not corners:
        return None
    west, south, east, north = _box(corners)
    squeeze = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, _LEAST_SPAN), max(north - south, _LEAST_SPAN)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / tall)
    height = max(round(tall * scale) + 2 * MARGIN, LEAST_HEIGHT)
    return Paper(
        west=west,
        north=north,
        x_per_degree=scale * squeeze,
        y_per_degree=scale,
        left=(WIDTH - (east - west) * squeeze * scale) / 2,
        top=(height - (north - south) * scale) / 2,
        height=height,
    )


def _box(points: Sequence[Point]) -> tuple[float, float, float, float]:
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return min(lons), min(lats), max(lons), max(lats)
