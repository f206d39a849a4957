"""The map of the grid as cells: ground plans of the buildings, what was found there today, the border, oneself.

A state is a pattern and a sign, never a colour alone. Coordinates are of buildings and borders; where the tablet
stands is a mark on the screen and is kept nowhere.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, radians
from unicodedata import east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.presentation.buildings import LOOKS
from fieldapp.presentation.outside import shown
from fieldapp.presentation.raster import DOTS_HIGH, DOTS_WIDE, Canvas, Dot, Fill
from fieldapp.services.buildings import BuildingRow, State
from sync.reference import Ring

METRES_A_DEGREE = 111_195.0
"""Of latitude."""

BOX_M = 8.0
"""Half the side of a building whose ground plan nobody drew."""

LEAST_ROOM_M = 60.0
"""A grid of one building is not drawn larger than this across."""

MOST_POINTS = 20_000
"""Corners that are drawn; beyond them buildings become boxes, so that no feed makes the map slow."""

CLOSEST_M, FARTHEST_M = 0.2, 200.0
"""Metres a dot at the ends of the zoom."""

ZOOM = 1.6
"""How much closer one step is."""

HERE = "@"
"""Where the tablet stands."""

_NUMBER = re.compile(r"[0-9]+")
_MARGIN = 1.06
_NEAR_CELLS = 4.0
"""A finger that comes down this near to a building means it."""

Point = tuple[float, float]
"""Metres east and south of the plan's origin."""

BORDER = -2
"""Owner of the border's cells; other owners are places in the plan's shapes, -1 is nobody."""


class Shape(Struct, frozen=True):
    """A building on the plan: closed rings in metres, and its label with the point at which it stands."""

    row: BuildingRow
    rings: tuple[tuple[Point, ...], ...]
    middle: Point
    label: str


class Plan(Struct, frozen=True):
    """What can be drawn.

    Attributes:
        origin: longitude and latitude of the point from which metres count.
        lacking: buildings of which nobody said where they are.
    """

    origin: Point = (0.0, 0.0)
    shapes: tuple[Shape, ...] = ()
    border: tuple[tuple[Point, ...], ...] = ()
    lacking: int = 0

    def place_of(self, lon: float, lat: float) -> Point:
        """Return a place on the earth in metres."""
        return _metres(self.origin, lon, lat)


class Lens(Struct, frozen=True):
    """What part of the plan is seen: its middle, and how many metres a dot is."""

    middle: Point = (0.0, 0.0)
    metres: float = 1.0

    def nearer(self, steps: int) -> "Lens":
        """Return the lens some steps closer, or farther where negative; it stops at both ends."""
        return replace(self, metres=min(max(self.metres / ZOOM**steps, CLOSEST_M), FARTHEST_M))

    def moved(self, east: float, south: float) -> "Lens":
        """Return the lens moved by so many dots."""
        x, y = self.middle
        return replace(self, middle=(x + east * self.metres, y + south * self.metres))


class Frame(Struct, frozen=True):
    """What is painted: characters cell by cell, and the owner of each cell.

    Attributes:
        labels: cells that hold letters; the cell right of a wide character is empty.
    """

    rows: list[list[str]]
    owners: list[int]
    labels: frozenset[int]


def plan_of(rows: Iterable[BuildingRow], border: Sequence[Ring]) -> Plan:
    """Return the plan of some buildings and a border; what lies nowhere on earth is left out."""
    rows = list(rows)
    edges = [ring for ring in border if _is_on_earth(ring)]
    placed = [row for row in rows if _ground(row, has_room=True)]
    points = [point for ring in edges for point in ring] or [
        point for row in placed for ring in _ground(row, has_room=True) for point in ring
    ]
    if not points:
        return Plan(lacking=len(rows))
    origin = (_between([lon for lon, _lat in points]), _between([lat for _lon, lat in points]))
    has_room = sum(len(ring) for row in placed for ring in row.entry.outline) + len(points) <= MOST_POINTS
    shapes = []
    for row in placed:
        rings = tuple(tuple(_metres(origin, *point) for point in ring) for ring in _ground(row, has_room=has_room))
        middle = (_between([x for x, _y in rings[0]]), _between([y for _x, y in rings[0]]))
        shapes.append(Shape(row, rings, middle, label_of(row)))
    drawn = edges if sum(map(len, edges)) <= MOST_POINTS else []
    around = tuple(tuple(_metres(origin, *point) for point in ring) for ring in drawn)
    return Plan(origin, tuple(shapes), around, len(rows) - len(placed))


def whole(plan: Plan, width: int, height: int) -> Lens:
    """Return the lens that shows everything in so many cells."""
    rings = [*plan.border, *(ring for shape in plan.shapes for ring in shape.rings)]
    points = [point for ring in rings for point in ring] or [(0.0, 0.0)]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    across = max(max(xs) - min(xs), LEAST_ROOM_M) * _MARGIN / max(width * DOTS_WIDE, 1)
    down = max(max(ys) - min(ys), LEAST_ROOM_M) * _MARGIN / max(height * DOTS_HIGH, 1)
    return Lens((_between(xs), _between(ys)), min(max(across, down, CLOSEST_M), FARTHEST_M))


def drawn(
    plan: Plan, lens: Lens, size: tuple[int, int], *, selected: int | None = None, here: Point | None = None
) -> Frame:
    """Return what is seen through the lens in so many cells.

    Args:
        selected: place of the building that is chosen.
        here: where the tablet stands, in metres, None where that is not known.
    """
    canvas = Canvas(*size)
    for ring in plan.border:
        dots = [_dot(lens, size, point) for point in ring]
        for start, end in pairwise(dots):
            canvas.line(start, end, BORDER, every=3)
    for place, shape in enumerate(plan.shapes):
        lines = [[_dot(lens, size, point) for point in ring] for ring in shape.rings]
        if _is_in_sight(lines, size):
            canvas.area(lines, _FILLS[shape.row.state], place)
            for line in lines:
                for start, end in pairwise(line):
                    canvas.line(start, end, place)
    frame = Frame(canvas.rows(), canvas.owners, frozenset())
    return _labelled(frame, plan, lens, size, selected, here)


def touched(plan: Plan, lens: Lens, size: tuple[int, int], cell: tuple[int, int]) -> int | None:
    """Return the place of the building under a cell or just beside it, the nearest one; None for none."""
    column, row = cell
    near: list[tuple[float, int]] = []
    for place, shape in enumerate(plan.shapes):
        dots = [_dot(lens, size, point) for ring in shape.rings for point in ring]
        left, right = min(x for x, _y in dots) / DOTS_WIDE, max(x for x, _y in dots) / DOTS_WIDE
        top, bottom = min(y for _x, y in dots) / DOTS_HIGH, max(y for _x, y in dots) / DOTS_HIGH
        beside = max(left - column - 1, column - right, 0.0), 2 * max(top - row - 1, row - bottom, 0.0)
        if max(beside) <= _NEAR_CELLS:
            middle_x, middle_y = (left + right) / 2 - column, (top + bottom) - 2 * row
            near.append((1000 * max(beside) + abs(middle_x) + abs(middle_y), place))
    return min(near)[1] if near else None


def is_seen(lens: Lens, size: tuple[int, int], point: Point) -> bool:
    """Return whether a point lies in what is seen."""
    x, y = _dot(lens, size, point)
    return 0 <= x < size[0] * DOTS_WIDE and 0 <= y < size[1] * DOTS_HIGH


def label_of(row: BuildingRow) -> str:
    """Return what stands on a building: its state's sign and the last number of its name, else its first letter."""
    name = shown(row.entry.name, max_chars=80)
    numbers = _NUMBER.findall(name)
    first = name[:1] if name[:1].isalnum() else ""
    return LOOKS[row.state].sign + (numbers[-1][-4:] if numbers else first)


def _labelled(
    frame: Frame, plan: Plan, lens: Lens, size: tuple[int, int], selected: int | None, here: Point | None
) -> Frame:
    taken: set[int] = set()
    width, height = size
    order = sorted(range(len(plan.shapes)), key=lambda place: place != selected)
    wanted = [(HERE, here, BORDER)] if here is not None else []
    for place in order:
        text = plan.shapes[place].label
        wanted.append((f"[{text}]" if place == selected else text, plan.shapes[place].middle, place))
    for text, point, owner in wanted:
        x, y = _dot(lens, size, point)
        cells = sum(map(_width, text))
        column, row = round(x / DOTS_WIDE - cells / 2), int(y // DOTS_HIGH)
        spots = range(row * width + column, row * width + column + cells)
        if 0 <= row < height and 0 <= column <= width - cells and taken.isdisjoint(spots):
            _write(frame, text, row, column, owner)
            taken.update(spots)
    return replace(frame, labels=frozenset(taken))


def _write(frame: Frame, text: str, row: int, column: int, owner: int) -> None:
    line = frame.rows[row]
    for char in text:
        cells = _width(char)
        line[column : column + cells] = [char, *[""] * (cells - 1)]
        start = row * len(line) + column
        frame.owners[start : start + cells] = [owner] * cells
        column += cells


def _width(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 1


def _ground(row: BuildingRow, *, has_room: bool) -> tuple[Ring, ...]:
    """Return a building's rings in degrees: its ground plan, else a box; nothing where nobody said where it is."""
    entry = row.entry
    if has_room and entry.outline and all(_is_on_earth(ring) for ring in entry.outline):
        return entry.outline
    if entry.lat is None or entry.lon is None or not _is_on_earth(((entry.lon, entry.lat),)):
        return ()
    high = BOX_M / METRES_A_DEGREE
    wide = high / max(cos(radians(entry.lat)), 0.01)
    west, east, south, north = entry.lon - wide, entry.lon + wide, entry.lat - high, entry.lat + high
    return (((west, south), (east, south), (east, north), (west, north), (west, south)),)


def _is_on_earth(ring: Ring) -> bool:
    return bool(ring) and all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)


def _is_in_sight(rings: Sequence[Sequence[Dot]], size: tuple[int, int]) -> bool:
    xs, ys = [x for ring in rings for x, _y in ring], [y for ring in rings for _x, y in ring]
    return min(xs) < size[0] * DOTS_WIDE and max(xs) >= 0 and min(ys) < size[1] * DOTS_HIGH and max(ys) >= 0


def _between(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2


def _metres(origin: Point, lon: float, lat: float) -> Point:
    lon_0, lat_0 = origin
    return (lon - lon_0) * METRES_A_DEGREE * cos(radians(lat_0)), (lat_0 - lat) * METRES_A_DEGREE


def _dot(lens: Lens, size: tuple[int, int], point: Point) -> Dot:
    (x, y), (middle_x, middle_y) = point, lens.middle
    return (
        (x - middle_x) / lens.metres + size[0] * DOTS_WIDE / 2,
        (y - middle_y) / lens.metres + size[1] * DOTS_HIGH / 2,
    )


def _every(step: int, slant: int = 0) -> Fill:
    """Return a pattern of every n-th column, moved by so much from row to row."""
    return lambda row, first, last: range(first + (row * slant - first) % step, last + 1, step)


def _dotted(row: int, first: int, last: int) -> Sequence[int]:
    return range(first + -first % 4, last + 1, 4) if row % 4 == 0 else ()


_FILLS: dict[State, Fill] = {
    "unseen": lambda _row, _first, _last: (),
    "arrived": _dotted,
    "normal": _every(1),
    "issue": _every(3, slant=1),
    "no_access": _every(3),
}
"""Empty, a few dots, full, slanting lines, upright lines."""
