"""Tiles: actions as large keys that can be pressed by digit, finger or glove; the whole of a tile is the target."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.events import Click, MouseDown
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.touches import touches_of
from fieldapp.widgets.cells import CERTAIN, centred, fit, spread, width_of, wrapped
from fieldapp.widgets.inks import inked

Look = Literal["plain", "shaded", "go", "good", "warn", "bad", "off", "urgent"]
"""How a tile looks: usual, usual beside one that it touches, the highlighted default, three colours that a word always
explains, not available now, usual with a key column that calls for attention."""

CHIP_CELLS = 5
"""Width of the key column of a wide tile."""

NARROW_CHIP_CELLS = 3
"""Width of the key column where there is little room."""

NARROW_TILE_CELLS = 20
"""Below this width a tile takes the narrow key column."""


MOST_NOTE_LINES = 2
"""Rows of a tile that its note may take."""

KEPT_FACES = 256
"""Tiles whose broken lines are remembered, for every line of a tile is drawn by itself."""


class Face(Struct, frozen=True):
    """What a tile shows.

    Attributes:
        key: the digit or letter that presses it.
        label: what it does, a few words.
        note: a second line; of a tile that is off, the reason.
    """

    key: str = ""
    label: str = ""
    note: str = ""
    tone: Look = "plain"


class Option(Struct, frozen=True):
    """One tile: what pressing it means, and its face."""

    press: str
    face: Face


class Placed(Struct, frozen=True):
    """A tile and where it lies in its field."""

    region: Region
    option: Option


class TileField(Widget):
    """Draws tiles by itself and says which one was touched: one widget, however many tiles."""

    class Pressed(Message):
        """A finger pressed a tile; the touch began at a moment of the app's clock."""

        def __init__(self, press: str, began_s: float) -> None:
            super().__init__()
            self.press = press
            self.began_s = began_s

    each_counts = False
    """Whether two quick touches at one spot are two; elsewhere a double tap is one touch."""

    _aimed_at = ""

    def placed(self) -> Sequence[Placed]:
        """Return the tiles where they lie, from left to right in each row."""
        return ()

    def press_at(self, x: int, y: int) -> str:
        """Return what is pressed at a cell, empty for nothing."""
        return next((placed.option.press for placed in self.placed() if placed.region.contains(x, y)), "")

    def render_line(self, y: int) -> Strip:
        """Return one line across all tiles."""
        ground = inked(self, "ground", "ink")
        pieces: list[Strip] = []
        column = 0
        for placed in self.placed():
            region = placed.region
            if region.y <= y < region.bottom:
                pieces += [Strip.blank(region.x - column, ground), self._tile_line(placed, y - region.y)]
                column = region.right
        return Strip.join([*pieces, Strip.blank(max(self.size.width - column, 0), ground)])

    @on(MouseDown)
    def _aim(self, event: MouseDown) -> None:
        self._aimed_at = self.press_at(event.x, event.y)

    @on(Click)
    def _press(self, event: Click) -> None:
        event.stop()
        press = self.press_at(event.x, event.y)
        if press and press == self._aimed_at:
            self.post_message(self.Pressed(press, touches_of(self.app).began_s(event.screen_x, event.screen_y)))

    def _tile_line(self, placed: Placed, y: int) -> Strip:
        face, width, height = placed.option.face, placed.region.width, placed.region.height
        chip, label, note = self._styles(face.tone)
        chip_cells = 0 if not face.key else NARROW_CHIP_CELLS if width < NARROW_TILE_CELLS else CHIP_CELLS
        # In little room the text goes to the edge, so that four Chinese characters stand on one line.
        text_cells = max(width - chip_cells - (1 if width < NARROW_TILE_CELLS else 2), 1)
        lines = _text_lines(face, text_cells, height, self.app.has_class("-large"))
        top = max((height - len(lines)) // 2, 0)
        text, is_label = lines[y - top] if top <= y < top + len(lines) else ("", False)
        key = centred(face.key, chip_cells) if y == top else " " * chip_cells
        shown = f" {fit(text, text_cells)}" if chip_cells else centred(text, width)
        return Strip([Segment(key, chip), Segment(shown, label if is_label else note)]).adjust_cell_length(width, note)

    def _styles(self, tone: Look) -> tuple[Style, Style, Style]:
        """Return the styles of the key column, the label and the note."""
        match tone:
            case "plain" | "urgent":
                ground = "warn" if tone == "urgent" else "chip"
                label = inked(self, "tile", "tile_ink", bold=True)
                return inked(self, ground, f"{ground}_ink", bold=True), label, inked(self, "tile", "tile_soft_ink")
            case "shaded":
                bold = inked(self, "chip", "chip_ink", bold=True)
                return bold, bold, inked(self, "chip", "chip_ink")
            case "go":
                chip = inked(self, "go_chip", "go_chip_ink", bold=True)
                return chip, inked(self, "go", "go_ink", bold=True), inked(self, "go", "go_ink")
            case "off":
                style = inked(self, "off", "off_ink")
                return style, style, style
            case _:
                bold = inked(self, tone, f"{tone}_ink", bold=True)
                return bold, bold, inked(self, tone, f"{tone}_ink")


def _without_spaces(lines: Sequence[str]) -> str:
    return "".join("".join(lines).split()).translate(CERTAIN)


@lru_cache(KEPT_FACES)
def _text_lines(face: Face, width: int, height: int, is_large: bool) -> tuple[tuple[str, bool], ...]:
    """Return the lines of a tile, each with whether it is of the label."""
    label = spread(face.label) if is_large and width_of(spread(face.label)) <= width else face.label
    room = height - len(wrapped(label, width, height))
    room_for_notes = min(max(room, 1 if face.tone == "off" else 0), height - 1, MOST_NOTE_LINES)
    notes = wrapped(face.note, width, room_for_notes) if room_for_notes else []
    if face.tone != "off" and _without_spaces(notes) != _without_spaces([face.note]):
        # Half a remark says nothing; a reason is worth its beginning, and pressing the tile says all of it.
        notes = []
    labels = wrapped(label, width, height - len(notes))
    return (*((line, True) for line in labels), *((line, False) for line in notes))
