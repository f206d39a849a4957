"""The tablet's clocks: the wall clock that may be wrong, the boot clock that never jumps, the server's by memory."""

import os
import time
from pathlib import Path
from typing import Protocol

from sync.clock import NO_BOOT, Stamp

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux says which boot this is; monotonic time only compares within one."""


class TabletClock(Protocol):
    """What the exchange needs of the clocks."""

    def now_ms(self) -> int:
        """Return the wall clock, Unix milliseconds."""
        ...

    def stamp(self) -> Stamp:
        """Return what is known of time now."""
        ...

    def random_bytes(self, count: int) -> bytes:
        """Return fresh random bytes."""
        ...

    def learn(self, server_ms: int) -> str:
        """Take the server's present time over; return a text from which `recall` knows it again."""
        ...

    def recall(self, text: str) -> None:
        """Know again what was learnt before the program started; what is no such text is passed over."""
        ...


class SystemClock:
    """The clocks of a Linux system.

    The server's time is kept as its distance to the boot clock, so that somebody who sets the wall clock in the same
    boot spoils nothing; after another boot only the distance to the wall clock is left.
    """

    def __init__(self) -> None:
        self._boot = _boot_id()
        self._server_minus_boot_ms: int | None = None
        self._server_minus_wall_ms: int | None = None

    def now_ms(self) -> int:
        """Return the wall clock, Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def stamp(self) -> Stamp:
        """Return what is known of time now."""
        boot_ms = _boot_ms()
        if self._server_minus_boot_ms is not None:
            return Stamp(self._boot, boot_ms, self._server_minus_boot_ms + boot_ms - self.now_ms(), offset_boot=True)
        return Stamp(self._boot, boot_ms, self._server_minus_wall_ms)

    def random_bytes(self, count: int) -> bytes:
        """Return fresh random bytes of the system."""
        return os.urandom(count)

    def learn(self, server_ms: int) -> str:
        """Take the server's present time over; return a text from which `recall` knows it again."""
        self._server_minus_boot_ms = server_ms - _boot_ms()
        self._server_minus_wall_ms = server_ms - self.now_ms()
        return f"{self._boot} {self._server_minus_boot_ms} {self._server_minus_wall_ms}"

    def recall(self, text: str) -> None:
        """Know again what was learnt before the program started; what is no such text is passed over."""
        try:
            boot, minus_boot, minus_wall = text.split()
            self._server_minus_wall_ms = int(minus_wall)
            self._server_minus_boot_ms = int(minus_boot) if boot == self._boot else None
        except ValueError:
            return


def corrected_now_ms(clock: TabletClock) -> int:
    """Return the server's time now as well as it is known, Unix milliseconds."""
    return clock.now_ms() + (clock.stamp().offset_ms or 0)


def has_ended(ends_at_ms: int | None, clock: TabletClock) -> bool:
    """Tell whether a moment of the server's time is past, as far as it is known; None never is."""
    is_known = ends_at_ms is not None and clock.stamp().offset_ms is not None
    return is_known and corrected_now_ms(clock) > (ends_at_ms or 0)


def _boot_id() -> str:
    try:
        return BOOT_ID_FILE.read_text(encoding="ascii").strip()
    except OSError:
        return NO_BOOT


def _boot_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
