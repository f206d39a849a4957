"""An emulated Parallax badge reader: no check, and a held card is repeated."""

from __future__ import annotations

from pathlib import Path

from devices.emulator.em4100 import EmulatedBadgeReader, card_bytes


class EmulatedParallax(EmulatedBadgeReader):
    """Sends cards as Parallax readers do; a damaged digit is no hex digit, as nothing else would be noticed."""

    def __init__(self, stable_path: Path | None = None) -> None:
        super().__init__(stable_path)

    def frame_of(self, value: str) -> bytes:
        """Return the frame by which this reader says a card; ValueError when there is no such card."""
        return b"\n" + card_bytes(value).hex().upper().encode("ascii") + b"\r"

    def garble(self, value: str = "62E3086CED") -> None:
        """Send one frame of a card with a digit damaged on the way."""
        frame = bytearray(self.frame_of(value))
        frame[5] |= 0x80
        self.send(bytes(frame))
