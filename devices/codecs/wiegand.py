"""Badges through converters that turn Wiegand pulses into lines of text.

WIE232 sends six hex digits and CR, S4A ten decimal digits and CR LF; the parities are judged inside the converter. The
value of a badge is ``w26`` with six upper-case hex digits: the low 24 bits of its number, which is all that Wiegand 26
carries. Of ten decimal digits, the low 32 bits of an EM4100 number, the low 24 bits are kept, so that one badge has one
value whichever converter reads it: EM4100 62E3086CED is 086CED.
"""

from __future__ import annotations

import re

from devices.codecs.base import CodecEvent, Read
from devices.codecs.line import LineCodec
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_DECIMAL = re.compile(r"[0-9]{10}")
_LARGEST = 0xFFFF_FFFF
_LOW_24_BITS = 0xFF_FFFF


class WiegandCodec:
    """Finds the lines of both converters in a stream of bytes; any other line is a fault."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines = LineCodec()

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        return [_badge_event(event) for event in self._lines.feed(data)]

    def idle(self) -> list[CodecEvent]:
        """End an open line as cut: a converter ends every line, and a shorter number is another badge."""
        return [
            Fault(FaultReason.CUT, event.raw[:SAMPLE_BYTES]) if isinstance(event, Read) else event
            for event in self._lines.idle()
        ]

    def reset(self) -> None:
        """Forget an open line."""
        self._lines.reset()


def low_24_bits(line: str) -> str | None:
    """Return the six hex digits of a badge's low 24 bits, None when the line is not a converter's."""
    if _HEX.fullmatch(line):
        return line.upper()
    if _DECIMAL.fullmatch(line) and int(line) <= _LARGEST:
        return f"{int(line) & _LOW_24_BITS:06X}"
    return None


def _badge_event(event: CodecEvent) -> CodecEvent:
    if not isinstance(event, Read):
        return event
    value = low_24_bits(event.value)
    if value is None:
        return Fault(FaultReason.WRONG_LENGTH, event.raw[:SAMPLE_BYTES])
    return Read(value, event.raw)
