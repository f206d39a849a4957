"""A tile: one action as a large key that can be pressed by digit, finger or glove; the whole of it is the target."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from textual import on
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.widgets.cells import centred, fit, spread, width_of, wrapped

Look = Literal["plain", "go", "good", "warn", "bad", "off"]
"""How a tile looks: usual, the highlighted default, three colours that a word always explains, not available now."""

CHIP_CELLS = 5
"""Width of the key column of a wide tile."""

NARROW_CHIP_CELLS = 3
"""Width of the key column where there is little room."""

NARROW_TILE_CELLS = 20
"""Below this width a tile takes the narrow key column."""


@dataclass(frozen=True, slots=True)
class Face:
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


class Tile(Widget):
    """Shows a face and says when it was pressed; it never takes the focus."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tile--chip", "tile--label", "tile--note"}

    class Pressed(Message):
        """A finger pressed the tile."""

        def __init__(self, tile: "Tile") -> None:
            super().__init__()
            self.tile = tile

        @property
        def control(self) -> "Tile":
            """Return the tile."""
            return self.tile

    def __init__(self, face: Face | None = None, *, press: str = "", id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._face = Face()
        self.press = press
        self.show(face or Face(), press=press)

    @property
    def face(self) -> Face:
        """Return what the tile shows."""
        return self._face

    def show(self, face: Face, *, press: str | None = None) -> None:
        """Show another face; `press` names what pressing it means."""
        if press is not None:
            self.press = press
        if face == self._face:
            return
        self.remove_class(f"-{self._face.tone}")
        self.add_class(f"-{face.tone}")
        self._face = face
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line: the key column, then the label or a line of the note."""
        chip, label, note = (self.get_component_rich_style(f"tile--{part}") for part in ("chip", "label", "note"))
        width, height = self.size
        chip_cells = self._chip_cells(width)
        text_cells = max(width - chip_cells - 2, 1)
        lines = self._text_lines(text_cells, height)
        top = max((height - len(lines)) // 2, 0)
        is_text = top <= y < top + len(lines)
        text, is_label = lines[y - top] if is_text else ("", False)
        key = centred(self._face.key, chip_cells) if y == top else " " * chip_cells
        shown = f" {fit(text, text_cells)}" if chip_cells else centred(text, width)
        return Strip([Segment(key, chip), Segment(shown, label if is_label else note)]).adjust_cell_length(width, note)

    def _chip_cells(self, width: int) -> int:
        if not self._face.key:
            return 0
        return NARROW_CHIP_CELLS if width < NARROW_TILE_CELLS else CHIP_CELLS

    def _text_lines(self, width: int, height: int) -> list[tuple[str, bool]]:
        label, note = self._face.label, self._face.note
        if self.app.has_class("-large") and width_of(spread(label)) <= width:
            label = spread(label)
        room_for_notes = min(height - 1, 2) if note and height > 1 else 0
        labels = wrapped(label, width, height - 1 if room_for_notes else height)
        notes = wrapped(note, width, min(room_for_notes, height - len(labels)))
        return [(line, True) for line in labels] + [(line, False) for line in notes]

    @on(Click)
    def _press(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Pressed(self))
