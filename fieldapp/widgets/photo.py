"""A photo in terminal cells: two pixels in each cell, or shades of grey where there are few colours."""

from collections.abc import Callable
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.widgets.cells import centred
from fieldapp.widgets.inks import inked
from sync.imaging.photos import Pixels

SHADES = " .:-=+*#%@"
"""From dark to light, in letters that every terminal has."""

FEW_COLOURS = ("standard", "windows", None)
"""Colour systems in which a photo would be a riddle."""

_UPPER_HALF = "▀"
_BYTES = 3


class PhotoView(Widget):
    """Shows pixels in the middle of its room, or a sentence while there are none.

    Args:
        on_room: called with columns and rows of cells whenever the room changes.
    """

    def __init__(self, on_room: Callable[[int, int], None], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._on_room = on_room
        self._pixels: Pixels | None = None
        self._words = ""

    def show(self, pixels: Pixels | None, words: str = "") -> None:
        """Show a photo, or words in its place."""
        self._pixels, self._words = pixels, words
        self.refresh()

    def on_resize(self) -> None:
        """Say how much room there is now."""
        self._on_room(self.size.width, self.size.height)

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, height = self.size
        ground = inked(self, "ground", "ink")
        pixels = self._pixels
        if pixels is None:
            return Strip([Segment(centred(self._words, width) if y == height // 2 else " " * width, ground)])
        row = y - max((height - (pixels.height + 1) // 2) // 2, 0)
        if not 0 <= row * 2 < pixels.height:
            return Strip.blank(width, ground)
        has_colours = self.app.console.color_system not in FEW_COLOURS
        cells = _coloured(pixels, row, ground) if has_colours else _shaded(pixels, row, ground)
        left = max((width - pixels.width) // 2, 0)
        return Strip([Segment(" " * left, ground), *cells]).adjust_cell_length(width, ground)


def _coloured(pixels: Pixels, row: int, ground: Style) -> list[Segment]:
    upper, lower = _line(pixels, row * 2), _line(pixels, row * 2 + 1)
    if not lower:
        return [
            Segment(_UPPER_HALF, Style(color=_colour(*upper[at : at + _BYTES]), bgcolor=ground.bgcolor))
            for at in _starts(upper)
        ]
    return [Segment(_UPPER_HALF, _style(*upper[at : at + _BYTES], *lower[at : at + _BYTES])) for at in _starts(upper)]


def _shaded(pixels: Pixels, row: int, ground: Style) -> list[Segment]:
    upper = _line(pixels, row * 2)
    lower = _line(pixels, row * 2 + 1) or upper
    # Ink on a light ground darkens, on a dark one it lightens.
    shades = SHADES if _is_dark(ground) else SHADES[::-1]
    text = "".join(
        shades[(sum(upper[at : at + _BYTES]) + sum(lower[at : at + _BYTES])) * len(shades) // (6 * 256)]
        for at in _starts(upper)
    )
    return [Segment(text, ground)]


def _is_dark(ground: Style) -> bool:
    return ground.bgcolor is not None and sum(ground.bgcolor.get_truecolor()) < 3 * 128


def _line(pixels: Pixels, row: int) -> bytes:
    return pixels.data[row * pixels.width * _BYTES : (row + 1) * pixels.width * _BYTES]


def _starts(line: bytes) -> range:
    return range(0, len(line), _BYTES)


def _colour(red: int, green: int, blue: int) -> Color:
    return Color.from_rgb(red, green, blue)


@lru_cache(maxsize=8192)
def _style(*channels: int) -> Style:
    return Style(color=_colour(*channels[:_BYTES]), bgcolor=_colour(*channels[_BYTES:]))
