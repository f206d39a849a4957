"""How far a round or a sync has come: a bar of full blocks, and numbers large enough to read at arm's length."""

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.widgets.cells import centred, fit
from fieldapp.widgets.inks import inked

# Each digit is 6 pixels wide and 8 high with strokes of 2, drawn in half blocks: 6 columns, 4 rows.
_PIXELS = {
    "0": (" #### ", "######", "##  ##", "##  ##", "##  ##", "##  ##", "######", " #### "),
    "1": ("  ##  ", " ###  ", "####  ", "  ##  ", "  ##  ", "  ##  ", "######", "######"),
    "2": ("##### ", "######", "    ##", " #####", "##### ", "##    ", "######", "######"),
    "3": ("##### ", "######", "    ##", " #### ", " #### ", "    ##", "######", "##### "),
    "4": ("##  ##", "##  ##", "##  ##", "######", "######", "    ##", "    ##", "    ##"),
    "5": ("######", "######", "##    ", "##### ", "######", "    ##", "######", "##### "),
    "6": (" #####", "######", "##    ", "##### ", "######", "##  ##", "######", " #### "),
    "7": ("######", "######", "    ##", "   ## ", "  ##  ", "  ##  ", "  ##  ", "  ##  "),
    "8": (" #### ", "######", "##  ##", " #### ", " #### ", "##  ##", "######", " #### "),
    "9": (" #### ", "######", "##  ##", "######", " #####", "    ##", "######", "##### "),
    "/": ("    ##", "    ##", "   ## ", "   ## ", "  ##  ", "  ##  ", " ##   ", " ##   "),
    ":": ("  ", "  ", "##", "##", "  ", "##", "##", "  "),
    " ": ("  ", "  ", "  ", "  ", "  ", "  ", "  ", "  "),
}
_HALVES = {(" ", " "): " ", ("#", " "): "▀", (" ", "#"): "▄", ("#", "#"): "█"}
BIG_ROWS = 4
"""Rows of a big number."""


def big_lines(text: str) -> list[str]:
    """Return the rows of a number of digits and slashes, drawn in blocks; other characters are left out."""
    glyphs = [_PIXELS[char] for char in text if char in _PIXELS]
    rows = [" ".join(glyph[row] for glyph in glyphs) for row in range(BIG_ROWS * 2)]
    return [
        "".join(_HALVES[upper, lower] for upper, lower in zip(rows[row], rows[row + 1], strict=True))
        for row in range(0, BIG_ROWS * 2, 2)
    ]


class BigNumber(Widget):
    """A number like ``12/24`` in blocks."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = text
        self._lines = big_lines(text)

    def show(self, text: str) -> None:
        """Show another number."""
        if text == self._text:
            return
        self._text = text
        self._lines = big_lines(text)
        self.styles.width = self.width_cells
        self.refresh(layout=True)

    @property
    def width_cells(self) -> int:
        """Return how wide the number is."""
        return max((len(line) for line in self._lines), default=0)

    def on_mount(self) -> None:
        """Take the size of the number."""
        self.styles.height = BIG_ROWS
        self.styles.width = self.width_cells

    def render_line(self, y: int) -> Strip:
        """Return one row of blocks."""
        line = self._lines[y] if y < len(self._lines) else ""
        style = inked(self, "ground", "ink")
        return Strip([Segment(line, style)]).adjust_cell_length(self.size.width, style)


class BlockBar(Widget):
    """A bar of full blocks with words on it where given; or words alone, where something is more pressing."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._share = 0.0
        self._words = ""
        self._pressing = ""

    def say_pressing(self, words: str) -> None:
        """Show words in the colour of danger and no share; empty for the share again."""
        if words != self._pressing:
            self._pressing = words
            self.refresh()

    def show(self, done: int, total: int, words: str = "") -> None:
        """Show a share; nothing of nothing is empty."""
        share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
        if (share, words) != (self._share, self._words):
            self._share, self._words = share, words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row: the done part, then the rest; the words stand in the middle row."""
        width, height = self.size
        if self._pressing:
            return Strip([Segment(fit(f" {self._pressing}", width), inked(self, "bad", "bad_ink", bold=True))])
        done, rest = inked(self, "go", "go_ink", bold=True), inked(self, "rail", "ink", bold=True)
        text = centred(self._words, width) if y == height // 2 and self._words else " " * width
        filled = Strip([Segment(text, done)])
        empty = Strip([Segment(text, rest)])
        edge = round(self._share * width)
        if 0 < self._share < 1:
            edge = min(max(edge, 1), width - 1)
        return Strip.join([filled.crop(0, edge), empty.crop(edge, width)])
