"""Tiles in rows and columns, with one highlighted default that arrow keys move and Enter presses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from textual.app import ComposeResult
from textual.containers import Grid

from fieldapp.widgets.tile import Face, Tile

MIN_ROWS, MAX_ROWS = 2, 7
"""Height of a tile: what still can be pressed, and where more would only be emptiness."""

MAX_TILES = 9
"""Most tiles of a grid: one for each digit."""


@dataclass(frozen=True, slots=True)
class Option:
    """One tile of a grid: what pressing it means, and its face."""

    press: str
    face: Face


class TileGrid(Grid):
    """Shows options as tiles; the same widgets are used again whatever is shown, so a change costs one repaint."""

    def __init__(self, columns: int, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._columns = columns
        self._options: list[Option] = []
        self._highlighted: int | None = None

    def compose(self) -> ComposeResult:
        """Lay out all tiles once; those without an option are hidden."""
        self.styles.grid_size_columns = self._columns
        for _place in range(MAX_TILES):
            tile = Tile()
            tile.display = False
            yield tile

    def show(self, options: Sequence[Option], *, highlighted: int | None = None, columns: int | None = None) -> None:
        """Show at most `MAX_TILES` options; `highlighted` is the place of the default, None for no default."""
        if columns is not None and columns != self._columns:
            self._columns = columns
            self.styles.grid_size_columns = columns
        self._options = list(options[:MAX_TILES])
        self._highlighted = highlighted
        if self.is_mounted:
            self._paint()

    def on_mount(self) -> None:
        """Show what was given before the tiles were there."""
        self._paint()

    def on_resize(self) -> None:
        """Share the height among the rows."""
        self._measure()

    @property
    def options(self) -> Sequence[Option]:
        """Return what is shown, in order."""
        return tuple(self._options)

    @property
    def default(self) -> Option | None:
        """Return the highlighted option."""
        return self._options[self._highlighted] if self._highlighted is not None and self._options else None

    def move(self, columns: int, rows: int) -> None:
        """Move the highlight; it stops at the edges."""
        if not self._options:
            return
        place = 0 if self._highlighted is None else self._highlighted + columns + rows * self._columns
        if 0 <= place < len(self._options):
            self._highlighted = place
            self._paint()

    def _measure(self) -> None:
        rows = max(ceil(len(self._options) / self._columns), 1)
        share = (self.size.height - (rows - 1)) // rows
        self.styles.grid_rows = str(min(max(share, MIN_ROWS), MAX_ROWS))

    def _paint(self) -> None:
        self._measure()
        with self.app.batch_update():
            for place, tile in enumerate(self.query_children(Tile)):
                tile.display = place < len(self._options)
                if tile.display:
                    option = self._options[place]
                    tile.show(self._toned(option.face, place), press=option.press)

    def _toned(self, face: Face, place: int) -> Face:
        is_default = place == self._highlighted and face.tone == "plain"
        return replace(face, tone="go") if is_default else face
