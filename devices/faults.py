"""When damaged frames mean a faulty reader, not a badly held card."""

from __future__ import annotations

from collections import deque

EQUAL_FRAMES = 5
"""Equal damaged frames in a row; some copies of readers always send the same wrong check for one card."""

FRAMES_IN_WINDOW = 20
"""Damaged frames within the window, equal or not."""

WINDOW_S = 60.0
"""Length of the window in seconds."""


class FaultWatch:
    """Counts the damaged frames of one link."""

    __slots__ = ("_equal", "_latest", "_times_s", "is_faulty")

    def __init__(self) -> None:
        self._times_s: deque[float] = deque(maxlen=FRAMES_IN_WINDOW)
        self._latest = b""
        self._equal = 0
        self.is_faulty = False

    @property
    def count(self) -> int:
        """Damaged frames counted, at most those that decide."""
        return max(self._equal, len(self._times_s))

    def bad(self, sample: bytes, now: float) -> bool:
        """Count a damaged frame and say whether it made the reader faulty; true only once until it recovers."""
        self._equal = self._equal + 1 if sample == self._latest else 1
        self._latest = sample
        self._times_s.append(now)
        if self.is_faulty:
            return False
        full_window = len(self._times_s) == FRAMES_IN_WINDOW and now - self._times_s[0] <= WINDOW_S
        self.is_faulty = self._equal >= EQUAL_FRAMES or full_window
        return self.is_faulty

    def good(self) -> bool:
        """Note a good frame and say whether a faulty reader recovered by it."""
        recovered = self.is_faulty
        if recovered:
            self.clear()
        self._equal = 0
        return recovered

    def clear(self) -> None:
        """Forget all, as when another reader may have been plugged in."""
        self._times_s.clear()
        self._latest, self._equal, self.is_faulty = b"", 0, False
