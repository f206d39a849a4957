"""Tiles in rows and columns, with one highlighted default that arrow keys move and Enter presses."""

from collections.abc import Sequence
from math import ceil

from msgspec.structs import replace
from textual.geometry import Region

from fieldapp.widgets.tile import Option, Placed, TileField

MIN_ROWS, MAX_ROWS = 2, 9
"""Height of a tile: what still can be pressed, and where more would only be emptiness."""

GAP_COLUMNS, GAP_ROWS = 2, 1
"""Emptiness between tiles."""


class TileGrid(TileField):
    """Shows options as tiles of the same size."""

    def __init__(self, columns: int, *, gap: int = GAP_COLUMNS, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._columns = columns
        self._gap = gap
        self._options: tuple[Option, ...] = ()
        self._highlighted: int | None = None

    def show(self, options: Sequence[Option], *, highlighted: int | None = None, columns: int | None = None) -> None:
        """Show options; `highlighted` is the place of the default, None for no default."""
        self._options = tuple(options)
        self._highlighted = highlighted
        self._columns = columns or self._columns
        self.refresh()

    @property
    def default(self) -> Option | None:
        """Return the highlighted option."""
        return self._options[self._highlighted] if self._highlighted is not None and self._options else None

    def move(self, columns: int, rows: int) -> None:
        """Move the highlight; it stops at the edges."""
        place = 0 if self._highlighted is None else self._highlighted + columns + rows * self._columns
        if 0 <= place < len(self._options):
            self._highlighted = place
            self.refresh()

    def placed(self) -> Sequence[Placed]:
        """Share the width among the columns and the height among the rows."""
        width, height = self.size
        if not width or not height:
            return ()
        rows = max(ceil(len(self._options) / self._columns), 1)
        tile_height = min(max((height - (rows - 1) * GAP_ROWS) // rows, MIN_ROWS), MAX_ROWS)
        room = width - (self._columns - 1) * self._gap
        edges = [room * column // self._columns + column * self._gap for column in range(self._columns + 1)]
        placed: list[Placed] = []
        for place, option in enumerate(self._options):
            row, column = divmod(place, self._columns)
            tile_width = edges[column + 1] - self._gap - edges[column]
            region = Region(edges[column], row * (tile_height + GAP_ROWS), tile_width, tile_height)
            placed.append(Placed(region, self._toned(option, place)))
        return placed

    def _toned(self, option: Option, place: int) -> Option:
        is_default = place == self._highlighted and option.face.tone == "plain"
        return replace(option, face=replace(option.face, tone="go")) if is_default else option
