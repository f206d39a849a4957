"""An emulated GM65 scan engine: it keeps settings, answers with a counted check, and scans by itself or by command."""

from __future__ import annotations

from pathlib import Path

from devices.codecs.base import Answer
from devices.codecs.gm65 import ALIVE, Gm65Codec, reply
from devices.dialogues.gm65 import MODE, TRIGGER, VERSION
from devices.emulator.asked_reader import AskedReader

WITHOUT_END, BY_COMMAND = 0xD6, 0xD5
"""Register 0000: lights and sound on, scanning without end or by command."""

_FACTORY = {MODE: WITHOUT_END, 0x0006: 0x32, 0x0013: 0x85, 0x002A: 0x39, 0x002B: 0x01, VERSION: 0x69}
_RESTORE = 0xD9
_HOW = 0x03


class EmulatedGm65(AskedReader):
    """Answers as the engine does; a code that is held before it while it waits for a command is read at the next one.

    Args:
        is_commanded: whether it leaves the factory waiting for the command to scan.
        end: what it sends behind a text.
    """

    def __init__(
        self,
        stable_path: Path | None = None,
        *,
        is_commanded: bool = False,
        end: bytes = b"\r",
        encoding: str = "utf-8",
    ) -> None:
        self._saved = _FACTORY | {MODE: BY_COMMAND if is_commanded else WITHOUT_END}
        self._end = end
        self._encoding = encoding
        super().__init__(stable_path)

    def power_up(self) -> None:
        """Take up the settings that were saved."""
        self._codec = Gm65Codec()
        self._registers = dict(self._saved)

    def tag_of(self, value: str) -> bytes:
        """Return the bytes of a code's text."""
        if not value:
            raise ValueError("a code without text is no tag")
        return value.encode(self._encoding)

    def scan(self, text: str) -> None:
        """Hold a code before the engine until it is read; returns at once."""
        self._bring([text], 1)

    def tap(self, value: str) -> None:
        """Hold a code before the engine until it is read; returns at once."""
        self.scan(value)

    def garble(self) -> None:
        """Send one reply with a byte damaged on the way."""
        self.send(reply(b"\x00")[:-1] + b"\x30")

    def hear(self, data: bytes) -> None:
        """Obey the commands in what the program wrote; one whose check is wrong is not answered."""
        with self._lock:
            for event in self._codec.feed(data):
                if isinstance(event, Answer):
                    self._obey(event)

    def arrived(self) -> None:
        """Read the code, unless the command to scan is waited for."""
        is_waiting = self._registers[MODE] & _HOW == BY_COMMAND & _HOW
        if self.is_plugged and (not is_waiting or self._registers.get(TRIGGER, 0) & 1):
            self._read()

    def _read(self) -> None:
        codes = self.near()
        if codes:
            self._registers[TRIGGER] = 0
            self.send(codes[0] + self._end)

    def _obey(self, asked: Answer) -> None:
        address, data = int.from_bytes(asked.data[:2], "big"), asked.data[2:]
        match asked.name:
            case "get":
                self.send(reply(bytes(self._registers.get(address + place, 0) for place in range(data[0]))))
            case "set":
                self._registers |= {address + place: value for place, value in enumerate(data)}
                self.send(reply(b"\x00"))
                self.arrived()
            case "save":
                self._saved = _FACTORY.copy() if data[:1] == bytes((_RESTORE,)) else self._registers | {TRIGGER: 0}
                self.send(reply(b"\x00"))
            case "ask_alive":
                self.send(reply(b"\x00", start=ALIVE))
