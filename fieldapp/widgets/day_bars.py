"""A few numbers as bars, each with its number and its name beneath, so that nothing hangs on the drawing."""

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from fieldapp.widgets.cells import centred, strip_of
from fieldapp.widgets.inks import inked

EIGHTHS = " ▁▂▃▄▅▆▇█"
"""A cell filled from below by none to eight eighths."""

WORD_LINES = 2
"""Lines beneath the bars: the numbers, then the names."""

WIDEST_BAR = 6
"""Cells of a bar where there is room; wider ones look like fields."""


def bar_lines(value: int, peak: int, height: int) -> str:
    """Return a bar from its top to its foot, a character for each line; anything above nothing is seen.

    Args:
        peak: the value that fills all lines.
    """
    if value <= 0 or peak <= 0:
        return EIGHTHS[0] * height
    eighths = min(max(value * height * 8 // peak, 1), height * 8)
    return "".join(EIGHTHS[min(max(eighths - line * 8, 0), 8)] for line in reversed(range(height)))


class DayBars(Widget):
    """Bars side by side."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._values: Sequence[int] = ()
        self._names: Sequence[str] = ()
        self._peak = 0

    def show(self, values: Sequence[int], names: Sequence[str], *, peak: int | None = None) -> None:
        """Show other numbers; `peak` fills the height, the largest of them where none is given."""
        self._values, self._names = values, names
        self._peak = max(values, default=0) if peak is None else peak
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line: of the bars, the numbers or the names."""
        width, height = self.size
        base = inked(self, "ground", "ink", bold=True)
        if not self._values:
            return Strip.blank(width, base)
        column = width // len(self._values)
        bars = height - WORD_LINES
        if y >= bars:
            words = [str(value) for value in self._values] if y == bars else self._names
            style = base if y == bars else inked(self, "ground", "soft_ink")
            return strip_of(*((centred(word, column), style) for word in words), width_cells=width, rest=base)
        bar = min(WIDEST_BAR, max(column - 1, 1))
        # The last one is today's.
        inks = [inked(self, "ground", "soft_ink")] * (len(self._values) - 1) + [inked(self, "ground", "go")]
        pieces = (
            (centred(bar_lines(value, self._peak, bars)[y] * bar, column), ink)
            for value, ink in zip(self._values, inks, strict=True)
        )
        return strip_of(*pieces, width_cells=width, rest=base)
