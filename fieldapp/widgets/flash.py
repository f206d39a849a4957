"""A word over the whole width for a moment: accepted, already, unknown. It takes no keys; a touch takes it away.

A good word flashes by. One that explains stays to be read, at most until somebody goes on: what lies beneath it is
never covered for who has read it, or need not.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.events import Click
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from fieldapp.presentation.tones import Tone
from fieldapp.widgets.cells import centred, spread, uncut, width_of
from fieldapp.widgets.inks import inked

FLASH_S = 0.6
"""How long a good word stays, and every other one at least."""

READ_S = 3.0
"""How long an explanation stays at least: an eye finds it, reads ten characters and looks back."""

READ_CELL_S = 0.08
"""Time to read a cell: six Chinese characters a second, in the cold, at arm's length."""

MOST_READ_S = 6.0
"""How long the longest explanation stays."""

FLASH_ROWS = 5
"""Height of the band."""


@runtime_checkable
class Rings(Protocol):
    """An app that sounds."""

    def ring(self, tone: Tone) -> None:
        """Sound for a big word."""


def stay_s(word: str, line: str, tone: Tone) -> float:
    """Return how many seconds a word with a line is to be seen while nobody goes on."""
    if tone == "good" or (tone in {"plain", "muted"} and not line):
        return FLASH_S
    return min(max(READ_CELL_S * (width_of(word) + width_of(line)), READ_S), MOST_READ_S)


class Flash(Widget):
    """Shows a big word with a line beneath it on a band of the tone's colour, and rings once or twice."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._word = ""
        self._line = ""
        self._tone: Tone = "good"
        self._timer: Timer | None = None
        self._is_seen = self._makes_way = False

    def on_mount(self) -> None:
        """Begin unseen."""
        self.display = False

    def show(self, word: str, line: str = "", *, tone: Tone = "good", seconds: float | None = None) -> None:
        """Show a word now; it replaces one that is still there. One bell means saved, two mean look at the screen.

        Args:
            seconds: how long it stays, whatever is pressed; None for as long as it takes to read it.
        """
        self._word, self._line, self._tone = word, line, "plain" if tone == "muted" else tone
        self._is_seen = self._makes_way = False
        if seconds is None:
            left_s = stay_s(word, line, tone) - FLASH_S
            self._wait(FLASH_S, lambda: self._seen(left_s))
        else:
            self._wait(seconds, self.hide)
        self.display = True
        self.refresh()
        if isinstance(self.app, Rings):
            self.app.ring(tone)

    def show_first(self, word: str, line: str = "", *, tone: Tone = "good") -> None:
        """Show a word and paint it before this returns, ahead of whatever else has changed: a band, not a screen."""
        was_shown = self.display
        self.show(word, line, tone=tone)
        if was_shown:
            self.screen._compositor.update_widgets({self})
            self.screen._compositor_refresh()
        else:
            self.screen._refresh_layout()

    def hide(self) -> None:
        """Take the word away."""
        self.display = False

    def make_way(self) -> None:
        """Go, for somebody goes on; a word that has only just come is to be seen first."""
        if self._is_seen:
            self.hide()
        self._makes_way = True

    def _seen(self, left_s: float) -> None:
        if left_s <= 0 or self._makes_way:
            self.hide()
            return
        self._is_seen = True
        self._wait(left_s, self.hide)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, then)

    @on(Click)
    def _touched(self, event: Click) -> None:
        # Whatever lies beneath could not be read, so it was not meant.
        event.stop()
        self.hide()

    @property
    def word(self) -> str:
        """Return the word being shown, empty when none is."""
        return self._word if self.display else ""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows that fit what lies beneath now: its edges may have moved since they were drawn."""
        self._styles_cache.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return one row of the band: the word in the middle, the line two rows below."""
        width, height = self.size
        ground = "bar" if self._tone == "plain" else self._tone
        style = inked(self, ground, f"{ground}_ink", bold=True)
        middle = (height - 1) // 2
        if y == middle - (1 if self._line else 0):
            return self._row(spread(self._word), y, width, style)
        return self._row(self._line if y == middle + 1 else "", y, width, style)

    def _row(self, text: str, y: int, width: int, style: Style) -> Strip:
        if not text:
            return Strip.blank(width, style)
        cuts = self.screen._compositor.cuts[self.region.y + y]
        return Strip([Segment(uncut(centred(text, width), cuts), style)]).adjust_cell_length(width, style)
