"""The row of large keys at the foot of every screen: back at the left, what can be done here, undo at the right."""

from collections.abc import Sequence
from math import ceil

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer

from fieldapp.text import _
from fieldapp.widgets.tile import Face, Tile
from fieldapp.widgets.tile_grid import Option

MAX_ACTIONS = 6
"""Most tiles besides undo: what still is a finger wide on 80 columns."""

UNDO_KEY = "U"
UNDO_PRESS = "undo"
TICK_S = 1.0


class UndoTile(Tile):
    """Offers to take the last save back and counts its seconds down; unseen when there is nothing to take back."""

    class Lapsed(Message):
        """The time is over."""

    def __init__(self) -> None:
        super().__init__(press=UNDO_PRESS, classes="-undo")
        self._left_s = 0.0
        self._what = ""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Begin unseen."""
        self.display = False

    def offer(self, what: str, seconds: float) -> None:
        """Offer undo for so many seconds; 0 takes the offer away."""
        self._what, self._left_s = what, seconds
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if seconds > 0:
            self._timer = self.set_interval(TICK_S, self._tick)
        self._paint()

    @property
    def is_offered(self) -> bool:
        """Return whether there is something to take back."""
        return self._left_s > 0

    def _tick(self) -> None:
        self._left_s = max(self._left_s - TICK_S, 0)
        if not self._left_s:
            self.offer("", 0)
            self.post_message(self.Lapsed())
        self._paint()

    def _paint(self) -> None:
        self.display = self.is_offered
        label = _("Undo {seconds} s").format(seconds=ceil(self._left_s))
        self.show(Face(UNDO_KEY, label, self._what))


class ActionBar(Horizontal):
    """Shows options in one row; the undo tile has its own place, so that nothing moves when it comes and goes."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._options: tuple[Option, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out all tiles once."""
        for _place in range(MAX_ACTIONS):
            tile = Tile(classes="-action")
            tile.display = False
            yield tile
        yield UndoTile()

    def show(self, options: Sequence[Option]) -> None:
        """Show at most `MAX_ACTIONS` options."""
        self._options = tuple(options[:MAX_ACTIONS])
        with self.app.batch_update():
            for place, tile in enumerate(self.query(".-action").results(Tile)):
                tile.display = place < len(self._options)
                if tile.display:
                    option = self._options[place]
                    tile.show(option.face, press=option.press)

    @property
    def options(self) -> Sequence[Option]:
        """Return what is shown, without undo."""
        return self._options

    @property
    def undo(self) -> UndoTile:
        """Return the undo tile."""
        return self.query_one(UndoTile)
