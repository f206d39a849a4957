"""EM4100 badges as RDM6300 and ID-12LA readers send them.

RDM6300: ``02``, ten hex digits, two hex digits of check, ``03``. ID-12LA puts ``0D 0A`` before the ``03``.
The check is the exclusive-or of the five data bytes.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from devices.codecs.base import CodecEvent, Read
from devices.reading import Fault, FaultReason

START = 0x02
END = 0x03

_RDM6300_BYTES = 14
_ID12LA_BYTES = 16
_ID12LA_TAIL = b"\r\n"
_DIGITS = re.compile(rb"[0-9A-Fa-f]{12}")


class Em4100Codec:
    """Finds EM4100 frames of both lengths in a stream of bytes."""

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
        if len(self._frame) == _ID12LA_BYTES:
            return Fault(FaultReason.TOO_LONG, self._take())
        return None

    def _begin(self) -> Fault | None:
        # A start inside a frame means the rest of the old one was lost; repeated starts alone are line noise.
        cut = self._take()
        self._frame.append(START)
        return Fault(FaultReason.CUT, cut) if len(cut) > 1 else None

    def _take(self) -> bytes:
        frame = bytes(self._frame)
        self._frame.clear()
        return frame


def _judged(frame: bytes) -> CodecEvent:
    digits = frame[1:-1]
    if len(frame) == _ID12LA_BYTES:
        digits = digits.removesuffix(_ID12LA_TAIL)
    elif len(frame) != _RDM6300_BYTES:
        return Fault(FaultReason.WRONG_LENGTH, frame)
    if _DIGITS.fullmatch(digits) is None:
        return Fault(FaultReason.NOT_HEX, frame)
    *data, check = bytes.fromhex(digits.decode("ascii"))
    if reduce(xor, data) != check:
        return Fault(FaultReason.WRONG_CHECK, frame)
    return Read(digits[:10].decode("ascii").upper(), frame)
