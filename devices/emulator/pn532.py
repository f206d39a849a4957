"""An emulated PN532 board: asleep until it is woken, and as patient with cards as it is told to be."""

from __future__ import annotations

from pathlib import Path

from devices.codecs.base import Answer
from devices.codecs.pn532 import CHIP, SYNTAX_ERROR, Pn532Codec, frame
from devices.emulator.asked_reader import AskedReader

ACK = b"\x00\x00\xff\x00\xff\x00"
FIRMWARE = bytes((0x32, 0x01, 0x06, 0x07))
"""PN532, version 1.6, all of 14443-A, 14443-B and 18092."""
_WAKES = (b"\x55", bytes(5))
"""Five rising edges wake the chip: one 55, or the stop bits of five zeros."""
_FOREVER = 0xFF
_TIMED_OUT = 0x01
_NOTHING_TO_SAY = (0x08, 0x0E, 0x10, 0x12, 0x14, 0x32)
"""WriteRegister, WriteGPIO, SetSerialBaudRate, SetParameters, SAMConfiguration, RFConfiguration."""
_ATQA_AND_SAK = {4: b"\x00\x04\x08", 7: b"\x00\x44\x00", 10: b"\x00\x84\x00"}


class EmulatedPn532(AskedReader):
    """Answers as the chip does: an acknowledgement at once, the reply when there is one, which a later one aborts.

    Args:
        reply_first: send the reply before the acknowledgement, as some boards do.
    """

    def __init__(self, stable_path: Path | None = None, *, reply_first: bool = False) -> None:
        self._reply_first = reply_first
        super().__init__(stable_path)

    def power_up(self) -> None:
        """Fall asleep, with the tries for a card at their default: without end."""
        self._codec = Pn532Codec()
        self._is_awake = False
        self._tries = _FOREVER
        self._waiting_for = 0

    def tag_of(self, value: str) -> bytes:
        """Return the UID of a card: four, seven or ten bytes."""
        uid = bytes.fromhex(value)
        if len(uid) not in _ATQA_AND_SAK:
            raise ValueError(f"{value!r} is no card: its UID has 4, 7 or 10 bytes")
        return uid

    def garble(self, value: str = "CB98A605") -> None:
        """Send one reply that lists a card with a byte damaged on the way."""
        reply = bytearray(frame(bytes((CHIP, 0x4B)) + _listed([self.tag_of(value)])))
        reply[-4] ^= 0x10
        self.send(bytes(reply))

    def hear(self, data: bytes) -> None:
        """Obey the commands in what the program wrote."""
        with self._lock:
            self._is_awake |= any(wake in data for wake in _WAKES)
            for event in self._codec.feed(data):
                if not isinstance(event, Answer):
                    continue
                if event.name == "ack":
                    self._waiting_for = 0
                elif event.name == "command" and event.data and self._is_awake:
                    self._obey(event.data[0], event.data[1:])

    def arrived(self) -> None:
        """List the card to whoever waits for one."""
        if self._waiting_for and self.is_plugged:
            most, self._waiting_for = self._waiting_for, 0
            self.send(frame(bytes((CHIP, 0x4B)) + _listed(self.near()[:most])))

    def _obey(self, code: int, data: bytes) -> None:
        self._waiting_for = 0
        reply = self._reply(code, data)
        answer = b"" if reply is None else frame(reply)
        if self._reply_first:
            self.send(answer + ACK)
        else:
            self.send(ACK)
            self.send(answer)

    def _reply(self, code: int, data: bytes) -> bytes | None:
        """Return TFI and data of the reply; None when there is none yet."""
        if code == 0x4A and len(data) > 1 and data[0] in (1, 2):
            return self._list(data[0], data[1])
        if code == 0x32 and data[:1] == b"\x05" and len(data) > 3:
            self._tries = data[3]
        if code == 0x16:
            self._is_awake = False
        carried = self._carried(code, data)
        return bytes((SYNTAX_ERROR,)) if carried is None else bytes((CHIP, code + 1)) + carried

    def _carried(self, code: int, data: bytes) -> bytes | None:
        """Return what the reply to any other command carries; None when there is no such command."""
        carried = {
            0x00: data if data[:1] == b"\x00" else b"\x00",  # Diagnose: the line test comes back as it was
            0x02: FIRMWARE,
            0x04: bytes(4),  # GetGeneralStatus: no error, no field, no target
            0x06: bytes(len(data) // 2),  # ReadRegister: a byte for each address
            **dict.fromkeys(_NOTHING_TO_SAY, b""),
            **dict.fromkeys((0x16, 0x44, 0x52, 0x54), b"\x00"),  # PowerDown, InDeselect, InRelease, InSelect
            **dict.fromkeys((0x40, 0x42), bytes((_TIMED_OUT,))),  # no card here answers to more than its name
        }
        return _polled(self.near()) if code == 0x60 and len(data) > 2 else carried.get(code)

    def _list(self, most: int, kind: int) -> bytes | None:
        cards = self.near()[:most] if kind == 0 else []
        if not cards and self._tries == _FOREVER:
            self._waiting_for = most if kind == 0 else 0
            return None
        return bytes((CHIP, 0x4B)) + _listed(cards)


def _target(number: int, uid: bytes) -> bytes:
    return bytes((number,)) + _ATQA_AND_SAK[len(uid)] + bytes((len(uid),)) + uid


def _listed(cards: list[bytes]) -> bytes:
    return bytes((len(cards),)) + b"".join(_target(number, uid) for number, uid in enumerate(cards, start=1))


def _polled(cards: list[bytes]) -> bytes:
    targets = [_target(number, uid) for number, uid in enumerate(cards[:2], start=1)]
    return bytes((len(targets),)) + b"".join(bytes((0x10, len(target))) + target for target in targets)
