"""EM4100 badges as Parallax readers send them: ``0A``, ten hex digits, ``0D``; nothing checks the digits."""

from __future__ import annotations

import re

from devices.codecs.base import CodecEvent, Read
from devices.reading import Fault, FaultReason

START = 0x0A
END = 0x0D

_FRAME_BYTES = 12
_DIGITS = re.compile(rb"[0-9A-Fa-f]{10}")


class ParallaxCodec:
    """Finds Parallax frames in a stream of bytes."""

    __slots__ = ("_frame",)

    def __init__(self) -> None:
        self._frame = bytearray()

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        return [event for byte in data if (event := self._step(byte)) is not None]

    def idle(self) -> list[CodecEvent]:
        """End an open frame as cut."""
        return [Fault(FaultReason.CUT, self._take())] if self._frame else []

    def reset(self) -> None:
        """Forget an open frame."""
        self._frame.clear()

    def _step(self, byte: int) -> CodecEvent | None:
        if byte == START:
            return self._begin()
        if not self._frame:
            return None
        self._frame.append(byte)
        if byte == END:
            return _judged(self._take())
        if len(self._frame) == _FRAME_BYTES:
            return Fault(FaultReason.TOO_LONG, self._take())
        return None

    def _begin(self) -> Fault | None:
        cut = self._take()
        self._frame.append(START)
        return Fault(FaultReason.CUT, cut) if len(cut) > 1 else None

    def _take(self) -> bytes:
        frame = bytes(self._frame)
        self._frame.clear()
        return frame


def _judged(frame: bytes) -> CodecEvent:
    digits = frame[1:-1]
    if len(frame) != _FRAME_BYTES:
        return Fault(FaultReason.WRONG_LENGTH, frame)
    if _DIGITS.fullmatch(digits) is None:
        return Fault(FaultReason.NOT_HEX, frame)
    return Read(digits.decode("ascii").upper(), frame)
