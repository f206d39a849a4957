"""Lines of text, as scan engines send what a code says.

A line ends with CR, LF, CRLF, ETX or silence. A leading STX, an AIM identifier (``]Q1``), NUL bytes around the text
and a tab behind it are the engine's own and are taken off. Text is UTF-8, else GB18030, which engines made for the
Chinese market send. Of control characters it may hold tabs and the separators of GS1 and ISO/IEC 15434 codes; any
other makes the whole line a fault.
"""

from __future__ import annotations

import re
import unicodedata

from devices.codecs.base import CodecEvent, Read
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

MAX_LINE_BYTES = 4096
"""Longest line that is kept; the largest QR code holds 2,953 bytes."""

_STX = 0x02
_ENDS = frozenset(b"\r\n\x03")
_SEPARATORS = frozenset("\t\x04\x1c\x1d\x1e\x1f")
_AIM_ID = re.compile(r"\][A-Za-z][0-9A-Fa-f]")
_BYTE_ORDER_MARK = "\ufeff"


class LineCodec:
    """Cuts a stream of bytes into lines of text."""

    __slots__ = ("_line", "_skipping")

    def __init__(self) -> None:
        self._line = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        return [event for byte in data if (event := self._step(byte)) is not None]

    def idle(self) -> list[CodecEvent]:
        """End an open line: engines set to send no terminator end it by silence."""
        event = self._end()
        return [] if event is None else [event]

    def reset(self) -> None:
        """Forget an open line."""
        self._line.clear()
        self._skipping = False

    def _step(self, byte: int) -> CodecEvent | None:
        if byte in _ENDS:
            return self._end()
        if byte == _STX:
            return self._begin()
        if self._skipping:
            return None
        self._line.append(byte)
        if len(self._line) > MAX_LINE_BYTES:
            self._skipping = True
            return Fault(FaultReason.TOO_LONG, self._take()[:SAMPLE_BYTES])
        return None

    def _begin(self) -> Fault | None:
        self._skipping = False
        cut = self._take()
        return Fault(FaultReason.CUT, cut[:SAMPLE_BYTES]) if cut else None

    def _end(self) -> CodecEvent | None:
        self._skipping = False
        line = self._take()
        return line_event(line) if line else None

    def _take(self) -> bytes:
        line = bytes(self._line)
        self._line.clear()
        return line


def without_aim_id(text: str) -> str:
    """Return the text without the three characters by which an engine names the kind of code."""
    found = _AIM_ID.match(text)
    return text if found is None else text[found.end() :]


def line_event(line: bytes) -> CodecEvent | None:
    """Return what a line without its ends says, None when nothing stands in it but what is the engine's own."""
    decoded = _decoded(line.strip(b"\x00"))
    if decoded is None:
        return Fault(FaultReason.NOT_TEXT, line[:SAMPLE_BYTES])
    text = without_aim_id(decoded).removeprefix(_BYTE_ORDER_MARK).rstrip("\t")
    if not text:
        return None
    controls = {character for character in text if unicodedata.category(character) == "Cc"}
    if not controls <= _SEPARATORS or controls.issuperset(text):
        return Fault(FaultReason.CONTROL_CHARACTER, line[:SAMPLE_BYTES])
    return Read(text, line)


def _decoded(line: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
