"""A reader on a pseudo-terminal that can be pulled out and put back."""

from __future__ import annotations

import os
import threading
import tty
from pathlib import Path
from typing import Self


class EmulatedReader:
    """Base of the emulated readers: the cable; each kind adds what it sends. Safe to use from any thread.

    Args:
        stable_path: where a link to the port is kept, as the system keeps one for a real reader; it exists
            only while the reader is plugged in. Without it ``path`` is another one after each plugging.
    """

    def __init__(self, stable_path: Path | None = None) -> None:
        self._stable_path = stable_path
        self._lock = threading.RLock()
        self._master: int | None = None
        self._slave = -1
        self._device = ""
        self.plug()

    def __enter__(self) -> Self:
        """Use the reader; it is unplugged for good at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The port to connect to; the one it last had while unplugged."""
        return str(self._stable_path or self._device)

    @property
    def is_plugged(self) -> bool:
        """Whether the reader is plugged in."""
        return self._master is not None

    def plug(self) -> None:
        """Put the plug in; nothing happens when it is in."""
        with self._lock:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            # A serial line neither echoes nor translates, not even before a program has set it up.
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._device = os.ttyname(self._slave)
            if self._stable_path is not None:
                _point(self._stable_path, self._device)

    def unplug(self) -> None:
        """Pull the plug: whoever has the port open sees it hang up; nothing happens when it is out."""
        with self._lock:
            if self._master is None:
                return
            if self._stable_path is not None:
                self._stable_path.unlink(missing_ok=True)
            os.close(self._master)
            os.close(self._slave)
            self._master = None

    def close(self) -> None:
        """Put the reader away; may be called again."""
        self.unplug()

    def tap(self, value: str) -> None:
        """Hold what says this near for a moment; a bare cable says it as it is. Returns at once."""
        self.send(value.encode("utf-8"))

    def present(self, value: str) -> None:
        """Hold a tag near until it is removed; a reader that says a tag once takes it as a tap."""
        self.tap(value)

    def remove(self) -> None:
        """Take the tag away."""

    def send(self, data: bytes) -> None:
        """Send bytes as they are; lost when unplugged or when nobody takes them, as on a real line."""
        with self._lock:
            if self._master is None:
                return
            try:
                os.write(self._master, data)
            except BlockingIOError:
                return


def _point(link: Path, target: str) -> None:
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
