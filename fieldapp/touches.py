"""Which touches count, for fingers in gloves: a double tap is one, and nobody aims at what was not yet to be seen.

A key says what was meant: it is read off the picture before it is pressed, may be typed ahead, and is taken in its
order. A finger only says where: what lies there may have changed while it was coming down. So a touch keeps the moment
in which it began, and whoever acts on it asks whether what it means now was to be seen then.
"""

import math
import time
from collections import deque
from collections.abc import Callable

SEEN_S = 0.3
"""How long a picture must have stood before a touch can be meant for it: an eye and a hand take 250 ms to answer a
change, and painting takes its share. A touch that comes sooner was on its way to what stood there before."""

DOUBLED_S = 0.4
"""A second touch at the same spot within so many seconds is the same one: a glove bounces, an old hand taps twice."""

SPOT_CELLS, SPOT_ROWS = 6, 2
"""How far apart two touches of one finger land at most: half of the smallest tile."""

_KEPT = 8
"""Touches whose beginning is remembered: those under way, and a few more."""


class Touches:
    """Every touch of the app as it begins and ends.

    Args:
        now: the monotonic clock in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._last: tuple[int, int, float] | None = None
        self._is_counted = True
        self._began: deque[tuple[int, int, float]] = deque(maxlen=_KEPT)

    def begins(self, x: int, y: int, at_s: float, *, each_counts: bool = False) -> bool:
        """Take a finger that came down at a cell of the screen; return whether it counts.

        Args:
            each_counts: two quick touches at this spot are two, as on the keys of a PIN.
        """
        is_second = not each_counts and self._last is not None and _is_same_spot(self._last, x, y, at_s)
        self._is_counted = not is_second
        if self._is_counted:
            self._last = (x, y, at_s)
        return self._is_counted

    def ends(self, x: int, y: int) -> bool:
        """Take the finger that was lifted at a cell; return whether its touch counts."""
        if self._is_counted and self._last is not None:
            self._began.append((x, y, self._last[2]))
        return self._is_counted

    def began_s(self, x: int, y: int) -> float:
        """Return when the touch began that ended at a cell, now for one that nobody told of."""
        return next((at_s for *cell, at_s in reversed(self._began) if cell == [x, y]), self.now())


class Picture:
    """What stands on the stage, and since when it was to be seen.

    Args:
        now: the clock of the touches.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._about: object = None
        self._since_s = self._undo_since_s = -math.inf

    def shows(self, about: object) -> bool:
        """Note what will be painted next; the same as before changes nothing. Return whether it is something else."""
        is_new = about != self._about
        if is_new:
            self._about = about
            self.changes()
        return is_new

    def changes(self) -> None:
        """Note that something else is about to be painted: until it is, no touch can be meant for it."""
        self._since_s = math.inf

    def painted(self) -> None:
        """Note that what is shown was painted; what was painted before stands since then."""
        if self._since_s == math.inf:
            self._since_s = self._now()
        if self._undo_since_s == math.inf:
            self._undo_since_s = self._now()

    def offers_undo(self) -> None:
        """Note that undo means another record as soon as that is painted."""
        self._undo_since_s = math.inf

    def was_seen(self, began_s: float, *, is_undo: bool = False) -> bool:
        """Return whether a touch that began at a moment can have been meant for what stands there now."""
        since_s = max(self._since_s, self._undo_since_s) if is_undo else self._since_s
        return began_s - since_s >= SEEN_S


def touches_of(app: object) -> Touches:
    """Return the touches that an app keeps; of one that keeps none each touch is new."""
    kept = getattr(app, "touches", None)
    return kept if isinstance(kept, Touches) else Touches()


def _is_same_spot(last: tuple[int, int, float], x: int, y: int, at_s: float) -> bool:
    last_x, last_y, last_s = last
    return at_s - last_s < DOUBLED_S and abs(x - last_x) <= SPOT_CELLS and abs(y - last_y) <= SPOT_ROWS
