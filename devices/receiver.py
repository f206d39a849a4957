"""What the GNSS receivers of a tablet say, kept for whoever asks, from any thread; it outlives their plugs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from devices.gnss import GnssTracker, Standing
from devices.position import Fix


class Receivers:
    """The newest position of all receivers. Only the newest: there is no track.

    Args:
        clock: monotonic seconds, the clock of the links.
        wall: what the tablet takes for the time, in UTC.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._trackers: dict[str, GnssTracker] = {}

    def take(self, receiver: str, fix: Fix, at_s: float) -> None:
        """Note a position of a receiver, told by its name, and the clock's time of it."""
        with self._lock:
            self._trackers.setdefault(receiver, GnssTracker()).take(fix, at_s, self._wall())

    def whereabouts(self) -> Standing | None:
        """Return the newest position, None when there was none."""
        now = self._clock()
        with self._lock:
            found = [standing for tracker in self._trackers.values() if (standing := tracker.standing(now))]
        return min(found, key=lambda standing: standing.age_s, default=None)

    def clock_offset_ms(self) -> int | None:
        """Return the satellites' time minus the tablet's, None unless a receiver's dates agree."""
        now = self._clock()
        with self._lock:
            said = [tracker.clock_offset_ms(now) for tracker in self._trackers.values()]
        return next((offset_ms for offset_ms in said if offset_ms is not None), None)
