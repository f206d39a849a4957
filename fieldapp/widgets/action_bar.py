"""The row of large keys at the foot of every screen: back at the left, what can be done here, undo at the right."""

from collections.abc import Sequence
from math import ceil

from textual.geometry import Region
from textual.timer import Timer

from fieldapp.text import _
from fieldapp.touches import touches_of
from fieldapp.widgets.tile import Face, Option, Placed, TileField

MOST_TILE_CELLS = 22
"""A tile of the bar is not wider: the keys stay where the thumb expects them."""

LEAST_TILE_CELLS = 12
"""A tile of the bar is not narrower: what finds no room waits behind the last tile, and its key goes on to work."""

MORE_PRESSES = frozenset({"today.more", "everywhere.more"})
"""What the last tile says when some are left out; where all have room it is not shown."""

UNDO_CELLS = 24
"""Width of the undo tile, whose place is its own, so that nothing moves when it comes."""

UNDO_KEY = "U"
UNDO_PRESS = "everywhere.undo"

TICK_S = 1.0
"""How often the seconds of undo are painted; they are counted by the clock of the app."""


def that_fit(options: Sequence[Option], most: int, turn: int = 0) -> list[Option]:
    """Return the options that a bar of so many tiles shows; the one for the others only where some are left out.

    Args:
        turn: how often the others were asked for; after the last of them come the first ones again.
    """
    more = [option for option in options if option.press in MORE_PRESSES]
    others = [option for option in options if option.press not in MORE_PRESSES]
    if len(others) <= most:
        return others
    room = max(most - len(more), 1)
    first = turn % ceil(len(others) / room) * room
    return [*others[first : first + room], *more][:most]


class ActionBar(TileField):
    """Shows options in one row, and undo with its seconds while there is something to take back."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._options: tuple[Option, ...] = ()
        self._turn = 0
        self._undo_what = ""
        self._undo_until_s = 0.0
        self._timer: Timer | None = None

    def show(self, options: Sequence[Option]) -> None:
        """Show options, undo apart; other ones from their first."""
        if [option.press for option in options] != [option.press for option in self._options]:
            self._turn = 0
        if tuple(options) != self._options:
            self._options = tuple(options)
            self.refresh()

    def turn(self) -> None:
        """Show what found no room, in the place of what did."""
        self._turn += 1
        self.refresh()

    def offer_undo(self, what: str, seconds: float) -> None:
        """Offer undo for so many seconds; 0 takes the offer away."""
        self._undo_what = what
        self._undo_until_s = touches_of(self.app).now() + seconds
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(TICK_S, self._tick) if seconds > 0 else None
        self.refresh()

    def placed(self) -> Sequence[Placed]:
        """Place the options from the left and undo at the right."""
        width, height = self.size
        # Only a tick takes it away: what is touched lies where it was painted.
        has_undo = self._timer is not None
        room = width - (UNDO_CELLS + 1 if has_undo else 0)
        shown = that_fit(self._options, max((room + 1) // (LEAST_TILE_CELLS + 1), 1), self._turn)
        tile_cells = min((room + 1) // max(len(shown), 1) - 1, MOST_TILE_CELLS)
        placed = [
            Placed(Region(place * (tile_cells + 1), 0, tile_cells, height), option)
            for place, option in enumerate(shown)
        ]
        if has_undo:
            label = _("Undo {seconds} s").format(seconds=max(ceil(self._undo_left_s()), 1))
            undo = Option(UNDO_PRESS, Face(UNDO_KEY, label, self._undo_what, "urgent"))
            placed.append(Placed(Region(width - UNDO_CELLS, 0, UNDO_CELLS, height), undo))
        return placed

    def _tick(self) -> None:
        if self._undo_left_s() <= 0:
            self.offer_undo("", 0)
        self.refresh()

    def _undo_left_s(self) -> float:
        return self._undo_until_s - touches_of(self.app).now()
