"""An emulated badge reader: RDM6300, which repeats a held card, or ID-12LA, which says it once."""

from __future__ import annotations

import threading
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Literal

from devices.emulator.pty_reader import EmulatedReader

REPEAT_S = 0.065
"""Seconds between two frames of an RDM6300 while a card is near."""

TAP_FRAMES = 3
"""Frames of one tap; a card is near for about a fifth of a second."""

Framing = Literal["rdm6300", "id12la"]


class EmulatedBadgeReader(EmulatedReader):
    """Sends EM4100 frames; while a card is present an RDM6300 repeats it."""

    def __init__(self, stable_path: Path | None = None, *, framing: Framing = "rdm6300") -> None:
        super().__init__(stable_path)
        self._framing = framing
        self._repeats = framing == "rdm6300"
        self._card = threading.Lock()
        self._left = threading.Event()
        self._repeating: threading.Thread | None = None

    def frame_of(self, value: str) -> bytes:
        """Return the frame by which this reader says a card; ValueError when there is no such card."""
        return em4100_frame(value, self._framing)

    def tap(self, value: str) -> None:
        """Hold a card near for a moment, given by its ten hex digits; returns at once."""
        self.send(self.frame_of(value) * (TAP_FRAMES if self._repeats else 1))

    def present(self, value: str) -> None:
        """Hold a card near until it is removed or another one is presented."""
        frame = self.frame_of(value)
        with self._card:
            self._stop_repeating()
            self.send(frame)
            if self._repeats:
                self._left = left = threading.Event()
                self._repeating = threading.Thread(target=self._repeat, args=(frame, left), daemon=True)
                self._repeating.start()

    def remove(self) -> None:
        """Take the card away; no frame follows once this returns."""
        with self._card:
            self._stop_repeating()

    def garble(self, value: str = "62E3086CED") -> None:
        """Send one frame of a card with a digit damaged on the way."""
        frame = bytearray(self.frame_of(value))
        frame[5] = ord("0") if frame[5] != ord("0") else ord("1")
        self.send(bytes(frame))

    def close(self) -> None:
        """Put the reader away; may be called again."""
        self.remove()
        super().close()

    def _stop_repeating(self) -> None:
        self._left.set()
        if self._repeating is not None:
            self._repeating.join()
            self._repeating = None

    def _repeat(self, frame: bytes, left: threading.Event) -> None:
        while not left.wait(REPEAT_S):
            self.send(frame)


def em4100_frame(value: str, framing: Framing = "rdm6300") -> bytes:
    """Return the frame by which a reader says this card."""
    data = card_bytes(value)
    digits = f"{data.hex()}{reduce(xor, data):02x}".upper().encode("ascii")
    tail = b"\r\n" if framing == "id12la" else b""
    return b"\x02" + digits + tail + b"\x03"


def card_bytes(value: str) -> bytes:
    """Return the five bytes of a card; ValueError when there is no such card."""
    data = bytes.fromhex(value)
    if len(data) != 5:
        raise ValueError(f"{value!r} is no EM4100 card: it has five bytes, ten hex digits")
    return data
