"""An emulated scan engine in line mode."""

from __future__ import annotations

from pathlib import Path

from devices.emulator.pty_reader import EmulatedReader


class EmulatedScanEngine(EmulatedReader):
    """Sends what a code says as one line of text."""

    def __init__(self, stable_path: Path | None = None, *, end: bytes = b"\r\n", encoding: str = "utf-8") -> None:
        super().__init__(stable_path)
        self._end = end
        self._encoding = encoding

    def tap(self, value: str) -> None:
        """Read a code, as a reader of tags is tapped."""
        self.scan(value)

    def scan(self, text: str) -> None:
        """Read a code that says this text; returns at once."""
        self.send(text.encode(self._encoding) + self._end)

    def garble(self, text: str = "XG1") -> None:
        """Send a line with a byte damaged on the way to a control character."""
        self.send(text.encode(self._encoding) + b"\x00\x1b" + self._end)
