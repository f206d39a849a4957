"""The line that is always there: grid, network, what waits, what is proven, clock, disk, battery, readers, the time."""

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

GAP_CELLS, LEAST_GAP_CELLS = 2, 1
"""Emptiness between words, and what it shrinks to before a word is left out."""


def words_that_fit(words: Sequence[StatusWord], width_cells: int) -> list[StatusWord]:
    """Return the words, shortened by rank, then set closer, then left out by rank, until they fit the width."""
    kept = [word for word in words if word.text]
    for place in sorted(range(len(kept)), key=lambda place: -kept[place].rank):
        if _width(kept) <= width_cells:
            return kept
        word = kept[place]
        kept[place] = StatusWord(word.short or word.text, "", word.rank, word.tone)
    if _width(kept, LEAST_GAP_CELLS) <= width_cells:
        return kept
    return _most_important(kept, width_cells)


def gap_of(words: Sequence[StatusWord], width_cells: int) -> int:
    """Return how many cells lie between words in a bar of this width."""
    return GAP_CELLS if _width(words) <= width_cells else LEAST_GAP_CELLS


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
        gap = " " * gap_of(words, width - 2)
        segments = [Segment(" ", base)]
        for word in left:
            segments.append(Segment(fit(word.text, width_of(word.text)), self._style(word)))
            segments.append(Segment(gap, base))
        used = sum(width_of(segment.text) for segment in segments)
        room = max(width - used - width_of(last.text) - 1, 0)
        segments += [Segment(" " * room, base), Segment(fit(last.text, width_of(last.text)), self._style(last))]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, word: StatusWord) -> Style:
        if word.tone in {"good", "warn", "bad"}:
            return inked(self, "bar", f"bar_{word.tone}", bold=True)
        return inked(self, "bar", "bar_ink")


def _most_important(words: Sequence[StatusWord], width_cells: int) -> list[StatusWord]:
    """Return the lowest rank, and of the others, one after the other, what still finds room beside it."""
    by_rank = sorted(range(len(words)), key=lambda place: (words[place].rank, -place))
    places = by_rank[:1]
    for place in by_rank[1:]:
        together = sorted([*places, place])
        if _width([words[kept] for kept in together], LEAST_GAP_CELLS) <= width_cells:
            places = together
    return [words[place] for place in places]


def _width(words: Sequence[StatusWord], gap_cells: int = GAP_CELLS) -> int:
    return sum(width_of(word.text) for word in words) + gap_cells * max(len(words) - 1, 0)
