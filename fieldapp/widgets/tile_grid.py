"""Tiles in rows and columns, with one highlighted default that arrow keys move and Enter presses."""

from collections.abc import Iterator, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace
from textual.geometry import Region, Size

from fieldapp.widgets.tile import Look, Option, Placed, TileField

MIN_ROWS, MAX_ROWS = 2, 9
"""Height of a tile: what still can be pressed, and where more would only be emptiness."""

GAP_COLUMNS, GAP_ROWS = 2, 1
"""Emptiness between tiles."""

LEAST_CELLS, LEAST_ROWS = 12, 3
"""Least size of what a finger in a glove presses; where it does not fit otherwise, tiles stand in other columns."""


class Shape(Struct, frozen=True):
    """How tiles stand: in how many columns, and with how much emptiness between them."""

    columns: int
    gap_columns: int = GAP_COLUMNS
    gap_rows: int = GAP_ROWS

    def rows_for(self, count: int) -> int:
        """Return the rows of so many tiles."""
        return max(ceil(count / self.columns), 1)

    def shades(self, row: int, column: int) -> bool:
        """Tell whether a tile is shaded, so that it is told from those that it touches."""
        touching = (0 if self.gap_rows else row) + (0 if self.gap_columns else column)
        return touching % 2 == 1

    def tile_size(self, count: int, room: Size) -> Size:
        """Return the size of the narrowest of so many tiles."""
        rows = self.rows_for(count)
        width = (room.width - (self.columns - 1) * self.gap_columns) // self.columns
        return Size(width, (room.height - (rows - 1) * self.gap_rows) // rows)


def shape_for(count: int, room: Size, wanted: Shape, *, keeps_columns: bool = False) -> Shape:
    """Return the wanted shape, or the next one in which every tile is large enough; the wanted one where none is.

    Tiles stay in their columns as long as a cell lies between them, then stand in others; only where that does not
    help either do they touch one another, shaded in turn.
    """
    for shape in _shapes(wanted, keeps_columns=keeps_columns):
        width, height = shape.tile_size(count, room)
        if width >= LEAST_CELLS and height >= LEAST_ROWS:
            return shape
    return wanted


def _shapes(wanted: Shape, *, keeps_columns: bool) -> Iterator[Shape]:
    others = [] if keeps_columns else [wanted.columns - 1, wanted.columns + 1]
    columns = [many for many in (wanted.columns, *others) if many > 0]
    closer = (wanted.gap_columns, min(wanted.gap_columns, 1))
    for many in columns:
        yield from (Shape(many, gap_columns, GAP_ROWS) for gap_columns in closer)
    for many in columns:
        yield Shape(many, 0, GAP_ROWS)
        yield from (Shape(many, gap_columns, 0) for gap_columns in (*closer, 0))


class TileGrid(TileField):
    """Shows options as tiles of the same size."""

    keeps_columns = False
    """Whether tiles never stand in other columns: digits are where a telephone has them."""

    def __init__(self, columns: int, *, gap: int = GAP_COLUMNS, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._wanted = Shape(columns, gap)
        self._options: tuple[Option, ...] = ()
        self._highlighted: int | None = None

    def show(self, options: Sequence[Option], *, highlighted: int | None = None, columns: int | None = None) -> None:
        """Show options; `highlighted` is the place of the default, None for no default."""
        self._options = tuple(options)
        self._highlighted = highlighted
        self._wanted = replace(self._wanted, columns=columns or self._wanted.columns)
        self.refresh()

    @property
    def default(self) -> Option | None:
        """Return the highlighted option."""
        return self._options[self._highlighted] if self._highlighted is not None and self._options else None

    def move(self, columns: int, rows: int) -> None:
        """Move the highlight; it stops at the edges."""
        place = 0 if self._highlighted is None else self._highlighted + columns + rows * self._shape.columns
        if 0 <= place < len(self._options):
            self._highlighted = place
            self.refresh()

    def placed(self) -> Sequence[Placed]:
        """Share the width among the columns and the height among the rows."""
        width, height = self.size
        if not width or not height:
            return ()
        shape = self._shape
        rows, columns, gap = shape.rows_for(len(self._options)), shape.columns, shape.gap_columns
        tile_height = min(max((height - (rows - 1) * shape.gap_rows) // rows, MIN_ROWS), MAX_ROWS)
        room = width - (columns - 1) * gap
        edges = [room * column // columns + column * gap for column in range(columns + 1)]
        placed: list[Placed] = []
        for place, option in enumerate(self._options):
            row, column = divmod(place, columns)
            tile_width = edges[column + 1] - gap - edges[column]
            region = Region(edges[column], row * (tile_height + shape.gap_rows), tile_width, tile_height)
            is_shaded = shape.shades(row, column)
            placed.append(Placed(region, self._toned(option, place, is_shaded=is_shaded)))
        return placed

    @property
    def _shape(self) -> Shape:
        return shape_for(len(self._options), self.size, self._wanted, keeps_columns=self.keeps_columns)

    def _toned(self, option: Option, place: int, *, is_shaded: bool) -> Option:
        if option.face.tone != "plain" or not (is_shaded or place == self._highlighted):
            return option
        tone: Look = "go" if place == self._highlighted else "shaded"
        return replace(option, face=replace(option.face, tone=tone))
