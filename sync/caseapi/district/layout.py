"""Where the synthetic district lies: streets, communities and grids as rectangles that never overlap.

All measures are whole millionths of a degree, so that neighbours share their border exactly. At 45.6 degrees north
2,568 of them are 200 m from west to east, 1,800 are 200 m from south to north. The place is near Pingfang, Harbin;
the borders are made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from sync.caseapi.district.area import Area, rectangle

ORIGIN = (126_596_000, 45_582_000)
"""South-west corner of the district: its middle is near 126.63 E, 45.60 N."""

STREET_COLUMNS = 3
"""Streets from west to east."""

STREET_SIZE = (23_112, 10_800)
"""One street: three communities of three grids of 200 m, by two communities of three."""

ROAD = (1_284, 900)
"""Between streets: 100 m."""

GRID_ROWS = 3
"""Rows of grids in a community."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle in millionths of a degree, from its south-west corner."""

    west: int
    south: int
    width: int
    height: int

    def area(self) -> Area:
        """Return the rectangle as a polygon in degrees."""
        return rectangle(self.west, self.south, self.west + self.width, self.south + self.height)


def street_cell(place: int, streets: int) -> Cell:
    """Return the cell of a street, counted west to east and north to south."""
    row, column = divmod(place, STREET_COLUMNS)
    rows = -(-streets // STREET_COLUMNS)
    (west, south), (width, height), (road_x, road_y) = ORIGIN, STREET_SIZE, ROAD
    return Cell(west + column * (width + road_x), south + (rows - 1 - row) * (height + road_y), width, height)


def split(cell: Cell, row_sizes: Sequence[int]) -> list[Cell]:
    """Return the parts of a cell, row by row from the north, each row from the west, in rows of such sizes.

    Every border is rounded once, so that parts touch and never overlap.
    """
    parts = []
    top = cell.south + cell.height
    for row, size in enumerate(row_sizes):
        north = top - cell.height * row // len(row_sizes)
        south = top - cell.height * (row + 1) // len(row_sizes)
        borders = [cell.west + cell.width * column // size for column in range(size + 1)]
        parts += [Cell(w, south, e - w, north - south) for w, e in pairwise(borders)]
    return parts


def rows_of(count: int, rows: int) -> list[int]:
    """Return how many parts each row gets: as even as can be, the longer rows first."""
    return [count // rows + (row < count % rows) for row in range(rows)]


def row_of(place: int, row_sizes: Sequence[int]) -> int:
    """Return the row of the part at a place, counted as `split` does."""
    return sum(place >= end for end in accumulate(row_sizes))
