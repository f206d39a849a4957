"""Emulated 13.56 MHz modules whose frames begin with AA BB, in both layouts."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from devices.codecs.aabb import (
    CARD_TYPE,
    CARD_UID,
    HALT,
    HEADER,
    REQUEST,
    SELECT,
    UID,
    UID_OF_SEVEN,
    Aabb8Codec,
    Aabb16Codec,
    frame8,
    frame16,
)
from devices.codecs.framed import FramedCodec
from devices.emulator.asked_reader import AskedReader

_ATQA = {4: b"\x04\x00", 7: b"\x44\x00"}
_CASCADE_TAG = b"\x88"
_OK = b"\x00"
_NOTHING_THERE, _NO_UID = 0x14, 0x0A
_FIRMWARE, _BEEP, _LIGHTS, _ANTENNA = 0x0104, 0x0106, 0x0107, 0x010C
_TRY_LINE_8, _ANTENNA_8, _BEEP_8 = 0x0C, 0x11, 0x14


class _EmulatedAabb(AskedReader):
    """What both layouts share: the cards, and finding the frames."""

    codec: type[FramedCodec]

    def power_up(self) -> None:
        """Start with no card in the hand."""
        self._heard = self.codec()
        self._card = b""

    def tag_of(self, value: str) -> bytes:
        """Return the UID of a card: four or seven bytes."""
        uid = bytes.fromhex(value)
        if len(uid) not in _ATQA:
            raise ValueError(f"{value!r} is no card: its UID has 4 or 7 bytes")
        return uid

    def hear(self, data: bytes) -> None:
        """Obey the commands in what the program wrote."""
        with self._lock:
            for event in self._heard.feed(data):
                raw = getattr(event, "raw", b"")
                if raw:
                    self._obey(raw[len(HEADER) :].replace(b"\xaa\x00", b"\xaa"))

    @abstractmethod
    def _obey(self, body: bytes) -> None:
        """Answer one command, given without header and stuffing."""


class EmulatedAabb16(_EmulatedAabb):
    """The sixteen-bit layout: request, UID in one or two steps, halt; a refusal has its status as BCC."""

    codec = Aabb16Codec

    def garble(self, value: str = "5AEFC604") -> None:
        """Send one UID with a byte damaged on the way."""
        reply = bytearray(frame16(UID, _OK + self.tag_of(value)))
        reply[-2] ^= 0x10
        self.send(bytes(reply))

    def _obey(self, body: bytes) -> None:
        function, data = int.from_bytes(body[4:6], "little"), body[6:-1]
        if function == REQUEST and len(data) == 1:
            self._card = next(iter(self.near()), b"")
            self._answer(function, _ATQA.get(len(self._card)), _NOTHING_THERE)
        elif function == UID:
            is_long = len(self._card) == 7
            self._answer(function, _CASCADE_TAG + self._card[:3] if is_long else self._card or None, _NO_UID)
        elif function == UID_OF_SEVEN:
            self._answer(function, self._card if len(self._card) == 7 else None, _NO_UID)
        elif function == SELECT:
            self._answer(function, b"\x08" if data and data == self._card else None, _NO_UID)
        elif function == _FIRMWARE:
            self._answer(function, b"YHY523U-1.0", 0)
        elif function in (HALT, _BEEP, _LIGHTS, _ANTENNA):
            self._answer(function, b"", 0)
        else:
            self._answer(function, None, 0x0B)

    def _answer(self, function: int, data: bytes | None, refusal: int) -> None:
        if data is not None:
            self.send(frame16(function, _OK + data))
        else:
            refused = bytes((6, 0, 0, 0)) + function.to_bytes(2, "little") + bytes((refusal, refusal))
            self.send(HEADER + refused)


class EmulatedAabb8(_EmulatedAabb):
    """The eight-bit layout: the UID in one question.

    Args:
        sends_unasked: automatic mode: a card's UID is sent once when it comes near.
    """

    codec = Aabb8Codec

    def __init__(self, stable_path: Path | None = None, *, sends_unasked: bool = False) -> None:
        self._sends_unasked = sends_unasked
        super().__init__(stable_path)

    def garble(self, value: str = "3D986201") -> None:
        """Send one UID with a byte damaged on the way."""
        reply = bytearray(frame8(CARD_UID, self.tag_of(value)))
        reply[-2] ^= 0x10
        self.send(bytes(reply))

    def arrived(self) -> None:
        """Send the UID of the card that came, in automatic mode."""
        if self._sends_unasked and self.is_plugged:
            for uid in self.near()[:1]:
                self.send(frame8(CARD_UID, uid))

    def _obey(self, body: bytes) -> None:
        command = body[1]
        if command in (CARD_UID, CARD_TYPE):
            uid = next(iter(self.near()), b"")
            self._answer(command, (uid if command == CARD_UID else _ATQA[len(uid)]) if uid else None)
        elif command in (_TRY_LINE_8, _ANTENNA_8, _BEEP_8):
            self._answer(command, b"")
        else:
            self._answer(command, None)

    def _answer(self, command: int, data: bytes | None) -> None:
        self.send(frame8(0xFF - command) if data is None else frame8(command, data))
