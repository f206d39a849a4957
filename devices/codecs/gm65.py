"""GM65 scan engines and their kin (GM805, GM861, EM1365): replies about settings, and lines of scanned text.

A command of the host is ``7E 00 type len address(2) data CRC(2)``, a reply ``02 00 type len data CRC(2)``, the reply
to "are you there" begins with ``03 00``. The CRC is CRC-16/XMODEM over type to data, high byte first; ``AB CD`` in its
place means that it was not counted. The ``33 31`` that drivers expect at the end is no constant, it is the CRC of 00.

All else is text as a plain engine sends it. Told to scan by command, the engine first says its reply and then the
text, on one line. A NUL after 02, 03 or 7E begins a frame, for no text holds one there. Once something was damaged,
text is believed again only after a whole frame or a silence: what a damaged frame leaves behind can look like text.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections import deque

from devices.codecs.base import REGISTER, Answer, CodecEvent
from devices.codecs.line import MAX_LINE_BYTES, line_event
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

REPLY, ALIVE, COMMAND = 0x02, 0x03, 0x7E
GET, SET, SAVE, ASK_ALIVE = 0x07, 0x08, 0x09, 0x0A

_STARTS = frozenset((REPLY, ALIVE, COMMAND))
_STX = 0x02
_NONE = -1
_ENDS = frozenset(b"\r\n\x03")
_NOT_COUNTED = b"\xab\xcd"
_HEADER_BYTES, _ADDRESS_BYTES, _CRC_BYTES = 4, 2, 2
_SHORTEST_UNENDED_BYTES = 4
"""Fewest bytes of a text that only silence ends; fewer can be the end of a frame whose beginning was lost."""

_COMMANDS = {GET: "get", SET: "set", SAVE: "save", ASK_ALIVE: "ask_alive"}


def command(kind: int, address: int, data: bytes) -> bytes:
    """Return a command of the host, with its CRC."""
    body = bytes((kind, len(data))) + address.to_bytes(2, "big") + data
    return bytes((COMMAND, 0)) + body + crc_hqx(body, 0).to_bytes(2, "big")


def reply(data: bytes, *, start: int = REPLY) -> bytes:
    """Return an engine's reply that something was done, with its CRC."""
    body = bytes((0, len(data))) + data
    return bytes((start, 0)) + body + crc_hqx(body, 0).to_bytes(2, "big")


class Gm65Codec:
    """Finds frames and lines of text in a stream of bytes."""

    __slots__ = ("_frame", "_is_damaged", "_last", "_line")

    def __init__(self) -> None:
        self.reset()

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        events: list[CodecEvent] = []
        waiting = deque(data)
        while waiting:
            events += self._step(waiting.popleft(), waiting)
        return events

    def idle(self) -> list[CodecEvent]:
        """End what is open: a frame is cut, a text is whole."""
        events: list[CodecEvent] = []
        if self._frame:
            events.append(Fault(FaultReason.CUT, bytes(self._frame[:SAMPLE_BYTES])))
        while self._frame:
            events += self.feed(self._take_damaged()[1:])
        events += self._end_unended()
        self.reset()
        return events

    def reset(self) -> None:
        """Forget what is open."""
        self._frame, self._line = bytearray(), bytearray()
        self._last = _NONE
        self._is_damaged = False

    def _step(self, byte: int, waiting: deque[int]) -> list[CodecEvent]:
        if self._frame:
            return self._framed(byte, waiting)
        if byte == 0 and self._last in _STARTS:
            return self._begin()
        self._last = byte
        if byte in _ENDS:
            return self._end_line()
        if byte == _STX:
            return self._cut_line()
        return self._extend_line(byte)

    # ── frames ──

    def _begin(self) -> list[CodecEvent]:
        start, self._last = self._last, _NONE
        if start == COMMAND:
            del self._line[-1:]
        self._frame += bytes((start, 0))
        return self._cut_line()

    def _framed(self, byte: int, waiting: deque[int]) -> list[CodecEvent]:
        self._frame.append(byte)
        if len(self._frame) < _size_of(self._frame):
            return []
        frame = bytes(self._frame)
        body, crc = frame[2:-_CRC_BYTES], frame[-_CRC_BYTES:]
        if crc not in {_NOT_COUNTED, crc_hqx(body, 0).to_bytes(2, "big")}:
            # A false start may have swallowed the beginning of a good frame.
            waiting.extendleft(reversed(self._take_damaged()[1:]))
            return [Fault(FaultReason.WRONG_CHECK, frame[:SAMPLE_BYTES])]
        self._frame.clear()
        self._is_damaged = False
        return [_answer(frame)]

    def _take_damaged(self) -> bytes:
        frame = bytes(self._frame)
        self._frame.clear()
        self._is_damaged = True
        return frame

    # ── text ──

    def _extend_line(self, byte: int) -> list[CodecEvent]:
        if self._is_damaged:
            return []
        self._line.append(byte)
        if byte == 0:
            return self._damaged_line(FaultReason.CONTROL_CHARACTER)
        return self._damaged_line(FaultReason.TOO_LONG) if len(self._line) > MAX_LINE_BYTES else []

    def _damaged_line(self, reason: FaultReason) -> list[CodecEvent]:
        self._is_damaged = True
        return [Fault(reason, self._take_line()[:SAMPLE_BYTES])]

    def _end_line(self) -> list[CodecEvent]:
        line = self._take_line()
        event = line_event(line) if line else None
        self._is_damaged = self._is_damaged or isinstance(event, Fault)
        return [] if event is None else [event]

    def _cut_line(self) -> list[CodecEvent]:
        cut = self._take_line()
        return [Fault(FaultReason.CUT, cut[:SAMPLE_BYTES])] if cut else []

    def _end_unended(self) -> list[CodecEvent]:
        if 0 < len(self._line) < _SHORTEST_UNENDED_BYTES:
            return self._cut_line()
        if self._last == _STX and not self._is_damaged:
            return [Fault(FaultReason.CUT, bytes((_STX,)))]
        return self._end_line()

    def _take_line(self) -> bytes:
        line = bytes(self._line)
        self._line.clear()
        return line


def _size_of(frame: bytearray) -> int:
    """Return how long a frame becomes; that of its header while that is not whole."""
    if len(frame) < _HEADER_BYTES:
        return _HEADER_BYTES
    return _HEADER_BYTES + (_ADDRESS_BYTES if frame[0] == COMMAND else 0) + frame[3] + _CRC_BYTES


def _answer(frame: bytes) -> Answer:
    data = frame[_HEADER_BYTES:-_CRC_BYTES]
    if frame[0] == COMMAND:
        return Answer(_COMMANDS.get(frame[2], "command"), data, frame)
    if frame[0] == ALIVE:
        return Answer("alive", data, frame)
    if frame[2] != 0:
        return Answer("refused", data, frame)
    return Answer(REGISTER if data else "done", data, frame)
