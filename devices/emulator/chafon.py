"""Emulated UHF readers of the Chafon protocol, in both layouts."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from devices.codecs.chafon import (
    BROADCAST,
    INFO,
    INVENTORY,
    MORE_FRAMES,
    NO_TAG,
    OK,
    SET_POWER,
    SET_SCAN_TIME,
    SINGLE_INVENTORY,
    crc,
    frame,
)
from devices.emulator.asked_reader import AskedReader

_FINISHED = 0x01
_WRONG_LENGTH, _ILLEGAL, _WRONG_PARAMETER = 0xFD, 0xFE, 0xFF
_SET_BUZZER, _SET_MODE_18, _SET_MODE_288 = 0x40, 0x35, 0x76
_CHINA_920 = (0x13, 0x40)
"""Highest and lowest channel, with the band in the two top bits of each."""
_LARGEST_POWER = 30
_TAGS_IN_A_FRAME = 2
"""More are said in frames of their own; a real reader fills some 250 bytes first."""


class _EmulatedChafon(AskedReader):
    """What both kinds share: the frame, the settings, the inventory in one or more frames."""

    kind = 0
    parameters = range(1)
    """How many bytes an inventory may carry."""

    def power_up(self) -> None:
        """Start at full power, a second for each inventory, address 0."""
        self._power, self._scan_time = _LARGEST_POWER, 10

    def tag_of(self, value: str) -> bytes:
        """Return the EPC of a tag: one to thirty-one words."""
        epc = bytes.fromhex(value)
        if not 2 <= len(epc) <= 62 or len(epc) % 2:
            raise ValueError(f"{value!r} is no EPC: it has 2 to 62 bytes, an even number")
        return epc

    def garble(self, value: str = "49440000000000000A000334") -> None:
        """Send one inventory reply with a byte damaged on the way."""
        reply = bytearray(self._reply(INVENTORY, _FINISHED, self.listed([self.tag_of(value)])))
        reply[-4] ^= 0x10
        self.send(bytes(reply))

    def hear(self, data: bytes) -> None:
        """Obey the commands in what the program wrote in one go; a gap of 15 ms breaks a command, and so does this."""
        with self._lock:
            while data and len(data) > data[0]:
                size = data[0] + 1
                self._take(data[:size])
                data = data[size:]

    @abstractmethod
    def listed(self, tags: list[bytes]) -> bytes:
        """Return the data of an inventory reply, as this kind lays it out."""

    def _take(self, command: bytes) -> None:
        if len(command) < 5 or crc(command[:-2]) != int.from_bytes(command[-2:], "little"):
            return
        if command[1] in (0, BROADCAST):
            self._obey(command[2], command[3:-2])

    def _obey(self, command: int, data: bytes) -> None:
        if command in (INVENTORY, SINGLE_INVENTORY):
            self._look_around(command, data)
        elif command == INFO:
            info = bytes((0x03, 0x01, self.kind, 0x03, *_CHINA_920, self._power, self._scan_time))
            self.send(self._reply(INFO, OK, info))
        elif command == SET_POWER and len(data) == 1:
            self._settle(command, is_allowed=data[0] <= _LARGEST_POWER)
            self._power = min(data[0], _LARGEST_POWER)
        elif command == SET_SCAN_TIME and len(data) == 1:
            self._settle(command, is_allowed=data[0] >= 3)
            self._scan_time = max(3, data[0])
        elif command in (_SET_BUZZER, _SET_MODE_18, _SET_MODE_288):
            self._settle(command, is_allowed=True)
        else:
            self.send(self._reply(command, _ILLEGAL))

    def _settle(self, command: int, *, is_allowed: bool) -> None:
        self.send(self._reply(command, OK if is_allowed else _WRONG_PARAMETER))

    def _look_around(self, command: int, data: bytes) -> None:
        if command == INVENTORY and len(data) not in self.parameters:
            self.send(self._reply(command, _WRONG_LENGTH))
            return
        tags = self.near()
        if not tags:
            self.send(self._reply(command, NO_TAG))
        while tags:
            now, tags = tags[:_TAGS_IN_A_FRAME], tags[_TAGS_IN_A_FRAME:]
            self.send(self._reply(command, MORE_FRAMES if tags else _FINISHED, self.listed(now)))

    def _reply(self, command: int, status: int, data: bytes = b"") -> bytes:
        return frame(bytes((0, command, status)) + data)


class EmulatedChafon18(_EmulatedChafon):
    """A UHFReader18: the number of tags, then length and EPC of each."""

    kind = 0x09
    parameters = range(0, 3, 2)

    def listed(self, tags: list[bytes]) -> bytes:
        """Return number, lengths and EPCs."""
        return bytes((len(tags),)) + b"".join(bytes((len(epc),)) + epc for epc in tags)


class EmulatedChafon288(_EmulatedChafon):
    """A UHFReader288: the antenna before, the RSSI behind each EPC.

    Args:
        takes_parameters: whether it understands an inventory that says session and antenna; simple ones do not.
    """

    kind = 0x0C

    def __init__(self, stable_path: Path | None = None, *, takes_parameters: bool = True) -> None:
        self.parameters = range(10) if takes_parameters else range(1)
        super().__init__(stable_path)

    def listed(self, tags: list[bytes]) -> bytes:
        """Return antenna, number, lengths, EPCs and RSSIs."""
        return bytes((0x01, len(tags))) + b"".join(bytes((len(epc),)) + epc + b"\x6b" for epc in tags)
