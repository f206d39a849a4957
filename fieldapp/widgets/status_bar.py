"""The line that is always there: which grid, online or not, what waits, what is proven, the readers, the time."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.events import Click
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.messages import StatusTouched
from fieldapp.presentation.status import StatusWord
from fieldapp.widgets.cells import fit, width_of
from fieldapp.widgets.inks import inked

GAP = "  "


def words_that_fit(words: Sequence[StatusWord], width_cells: int) -> list[StatusWord]:
    """Return the words, shortened and then dropped by rank, until they fit the width."""
    kept = [word for word in words if word.text]
    for place in sorted(range(len(kept)), key=lambda place: -kept[place].rank):
        if _width(kept) <= width_cells:
            return kept
        word = kept[place]
        kept[place] = StatusWord(word.short or word.text, "", word.rank, word.tone)
    while _width(kept) > width_cells and len(kept) > 1:
        kept.remove(max(kept, key=lambda word: word.rank))
    return kept


class StatusBar(Widget):
    """One row in the colours of the bar; the last word stands at the right end."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._words: tuple[StatusWord, ...] = ()

    def show(self, words: Sequence[StatusWord]) -> None:
        """Show other words."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self.refresh()

    @property
    def words(self) -> Sequence[StatusWord]:
        """Return all words, also those that find no room."""
        return self._words

    @on(Click)
    def _touched(self, event: Click) -> None:
        event.stop()
        self.post_message(StatusTouched())

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        width = self.size.width
        base = inked(self, "bar", "bar_ink")
        if y or not self._words:
            return Strip([Segment(" " * width, base)])
        words = words_that_fit(self._words, width - 2)
        left, last = words[:-1], words[-1]
        segments = [Segment(" ", base)]
        for word in left:
            segments.append(Segment(fit(word.text, width_of(word.text)), self._style(word)))
            segments.append(Segment(GAP, base))
        used = sum(width_of(segment.text) for segment in segments)
        room = max(width - used - width_of(last.text) - 1, 0)
        segments += [Segment(" " * room, base), Segment(fit(last.text, width_of(last.text)), self._style(last))]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, word: StatusWord) -> Style:
        if word.tone in {"good", "warn", "bad"}:
            return inked(self, "bar", f"bar_{word.tone}", bold=True)
        return inked(self, "bar", "bar_ink")


def _width(words: Sequence[StatusWord]) -> int:
    return sum(width_of(word.text) for word in words) + len(GAP) * max(len(words) - 1, 0)
