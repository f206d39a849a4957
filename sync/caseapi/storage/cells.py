"""Cells of a thousandth of a degree, by which cases near a place are looked up. Pure.

A cell is some 111 m high; at 46° north 77 m wide. A case stands in the cell of its point, and in one of its own for its
building, so that two of one building are found whether anybody knows where it stands or not.
"""

from collections.abc import Iterator
from math import ceil, cos, floor, radians
from uuid import UUID

CELLS_A_DEGREE = 1000

_METRES_A_DEGREE = 111_000.0
"""A little less than a degree is anywhere, so that the cells looked into are rather too many."""

_NEXT_TO_THE_POLE = 0.01

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def cell_of(point: Point) -> str:
    """Return the cell of a point."""
    return "{}.{}".format(*(floor(degrees * CELLS_A_DEGREE) for degrees in point))


def cell_of_building(building: UUID) -> str:
    """Return the cell of a building, wherever it stands."""
    return f"b.{building.hex}"


def cells_around(point: Point, within_m: float) -> Iterator[str]:
    """Yield every cell that has a point within so many metres, and some that have none."""
    reach = within_m / _METRES_A_DEGREE * CELLS_A_DEGREE
    rows = ceil(reach)
    columns = ceil(reach / max(cos(radians(abs(point[0])) + reach / CELLS_A_DEGREE / 57), _NEXT_TO_THE_POLE))
    row, column = (floor(degrees * CELLS_A_DEGREE) for degrees in point)
    for north in range(row - rows, row + rows + 1):
        yield from (f"{north}.{east}" for east in range(column - columns, column + columns + 1))
