"""A reader on a pseudo-terminal that says nothing until it is asked."""

from __future__ import annotations

import os
import select
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from devices.emulator.pty_reader import EmulatedReader

TAP_QUESTIONS = 3
"""Questions that a tapped tag answers before it is gone; a card is near for about a third of a second."""

HELD = 1 << 30
"""Questions that a held tag answers."""


class _Near(Struct):
    """Tags that are near together, and how many more questions they answer."""

    tags: list[bytes]
    questions: int


class AskedReader(EmulatedReader, ABC):
    """Base of the emulated readers that answer: hears what the program writes, and knows what is near.

    Each kind takes the bytes in ``hear`` and answers by ``send``; ``power_up`` puts it as it leaves the factory. What
    is tapped while nobody asks waits for the next questions, one tap after another.
    """

    def __init__(self, stable_path: Path | None = None) -> None:
        self._field: deque[_Near] = deque()
        self._listening: threading.Thread | None = None
        self._stop = -1
        super().__init__(stable_path)

    @abstractmethod
    def hear(self, data: bytes) -> None:
        """Take what the program wrote; called in a thread of the reader's own."""

    @abstractmethod
    def power_up(self) -> None:
        """Forget all that was said before the plug was pulled."""

    @abstractmethod
    def tag_of(self, value: str) -> bytes:
        """Return the bytes of a tag; ValueError when this reader can read none like it."""

    @abstractmethod
    def garble(self) -> None:
        """Send one reply about a tag with a byte damaged on the way."""

    def tap(self, value: str) -> None:
        """Hold a tag near for a few questions; returns at once."""
        self._bring([value], TAP_QUESTIONS)

    def present(self, value: str, *others: str) -> None:
        """Hold one or more tags near until they are removed or others are presented."""
        with self._lock:
            self.remove()
            self._bring([value, *others], HELD)

    def remove(self) -> None:
        """Take away whatever is near."""
        with self._lock:
            self._field.clear()

    def arrived(self) -> None:
        """Hear that a tag came near; a reader that was asked long ago may answer now."""

    def near(self) -> list[bytes]:
        """Return the tags that answer this question."""
        with self._lock:
            if not self._field:
                return []
            first = self._field[0]
            first.questions -= 1
            if first.questions == 0:
                self._field.popleft()
            return first.tags

    def plug(self) -> None:
        """Put the plug in and begin to hear; nothing happens when it is in."""
        with self._lock:
            if self.is_plugged:
                return
            self.power_up()
            super().plug()
            stopped, self._stop = os.pipe()
            self._listening = threading.Thread(target=_listen, args=(self._master, stopped, self.hear), daemon=True)
            self._listening.start()

    def unplug(self) -> None:
        """Pull the plug; nothing happens when it is out."""
        with self._lock:
            listening, self._listening = self._listening, None
            if listening is not None:
                os.close(self._stop)
        # Not under the lock: the thread may be waiting for it to send an answer.
        if listening is not None:
            listening.join()
        super().unplug()

    def _bring(self, values: list[str], questions: int) -> None:
        near = _Near([self.tag_of(value) for value in values], questions)
        with self._lock:
            self._field.append(near)
            self.arrived()


def _listen(master: int, stopped: int, hear: Callable[[bytes], None]) -> None:
    """Hand on what the program writes until the other end of the pipe is closed."""
    try:
        while True:
            ready, _, _ = select.select([master, stopped], [], [])
            if stopped in ready:
                return
            hear(os.read(master, 4096))
    finally:
        os.close(stopped)
