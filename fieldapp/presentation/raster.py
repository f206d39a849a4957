"""Dots in terminal cells: lines and filled areas, eight dots a cell, as the braille characters of Unicode draw them."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor

DOTS_WIDE, DOTS_HIGH = 2, 4
"""Dots of one cell; a cell is twice as high as wide, so that dots are square."""

EMPTY = 0x2800
"""The braille character without a dot; the others follow it, one bit a dot."""

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

Dot = tuple[float, float]
"""A place on the canvas: dots from the left and from the top."""

Fill = Callable[[int, int, int], Sequence[int]]
"""Gives the dots of a row that are drawn, from the row and the first and last dot that lie inside."""


class Canvas:
    """A rectangle of cells that is drawn on; what lies outside is left out. Each cell knows who drew on it last."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._dots_wide, self._dots_high = width * DOTS_WIDE, height * DOTS_HIGH
        self.bits = bytearray(width * height)
        self.owners = [-1] * (width * height)

    def line(self, start: Dot, end: Dot, owner: int, *, every: int = 1) -> None:
        """Draw a line, or only every n-th of its dots."""
        part = clipped(start, end, self._dots_wide, self._dots_high)
        if part is None:
            return
        (x1, y1), (x2, y2) = part
        steps = max(ceil(max(abs(x2 - x1), abs(y2 - y1))), 1)
        step_x, step_y = (x2 - x1) / steps, (y2 - y1) / steps
        wide, high, bits, owners = self._dots_wide, self._dots_high, self.bits, self.owners
        for place in range(0, steps + 1, every):
            x, y = int(x1 + step_x * place), int(y1 + step_y * place)
            if x < wide and y < high:
                cell = (y >> 2) * self.width + (x >> 1)
                bits[cell] |= _BITS[y & 3][x & 1]
                owners[cell] = owner

    def area(self, rings: Sequence[Sequence[Dot]], fill: Fill, owner: int) -> None:
        """Fill what lies inside an odd number of closed rings."""
        heights = [y for ring in rings for _x, y in ring]
        if not heights:
            return
        for row in range(max(floor(min(heights)), 0), min(ceil(max(heights)), self._dots_high)):
            crossings = sorted(_crossings(rings, row + 0.5))
            for left, right in zip(crossings[::2], crossings[1::2], strict=False):
                first, last = max(ceil(left - 0.5), 0), min(floor(right - 0.5), self._dots_wide - 1)
                start, row_bits = (row >> 2) * self.width, _BITS[row & 3]
                for column in fill(row, first, last):
                    cell = start + (column >> 1)
                    self.bits[cell] |= row_bits[column & 1]
                    self.owners[cell] = owner

    def rows(self) -> list[list[str]]:
        """Return the cells row by row."""
        cells = [chr(EMPTY + bits) if bits else " " for bits in self.bits]
        return [cells[start : start + self.width] for start in range(0, len(cells), self.width or 1)]


def clipped(start: Dot, end: Dot, width: float, height: float) -> tuple[Dot, Dot] | None:
    """Return the part of a line that lies in a rectangle at the origin, None for none (Liang and Barsky's way)."""
    (x1, y1), (x2, y2) = start, end
    if 0 <= x1 <= width and 0 <= x2 <= width and 0 <= y1 <= height and 0 <= y2 <= height:
        return start, end
    run, rise = x2 - x1, y2 - y1
    first, last = 0.0, 1.0
    for towards, room in ((-run, x1), (run, width - x1), (-rise, y1), (rise, height - y1)):
        if towards == 0:
            if room < 0:
                return None
            continue
        share = room / towards
        if towards < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first > last:
        return None
    return (x1 + first * run, y1 + first * rise), (x1 + last * run, y1 + last * rise)


def _crossings(rings: Sequence[Sequence[Dot]], height: float) -> list[float]:
    """Return where a level line crosses the rings."""
    return [
        x1 + (height - y1) * (x2 - x1) / (y2 - y1)
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > height) != (y2 > height)
    ]
