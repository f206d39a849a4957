"""Frames that begin with AA BB, as 13.56 MHz modules of many makers send them, in two layouts.

Sixteen-bit: ``AA BB lenL lenH node(2) function(2) [status] data BCC``, length and function low byte first, the length
counts node..BCC, the BCC is the exclusive-or of node..data. Eight-bit (YHY522 and its kin): ``AA BB len command data
BCC``, the length counts itself up to the data, and so does the BCC; a reply to a command that failed has all its bits
turned. In both a 00 that is not counted follows every AA behind the header. Sources: YHY522R manual pages 9 to 31,
mdeverdelhan/YHY523U-driver, captures.

The stuffing makes the one check weak: with one byte spoilt a 00 that was stuffing becomes data, or the other way round,
and all behind it moves by one; and a spoilt length makes four bytes of a UID of seven. So a UID whose bytes leave that
open counts only when silence or the next frame follows it at once.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import reduce
from itertools import pairwise
from operator import xor

from msgspec import Struct

from devices.codecs.base import Answer, CodecEvent, Read
from devices.codecs.framed import Damaged, Found, FramedCodec, Whole, found_or_end
from devices.reading import FaultReason

HEADER = b"\xaa\xbb"
STUFFED = 0xAA
_START = re.compile(rb"\xaa(?:\xbb|\Z)")
"""A header, or a last AA, which may be the first half of one."""

MAX_BODY_BYTES = 128
"""Longest body that is waited for; the longest real one carries a sector of 64."""

REQUEST, UID, SELECT, HALT, UID_OF_SEVEN = 0x0201, 0x0202, 0x0203, 0x0204, 0x0212
"""Functions of the sixteen-bit layout."""
CARD_TYPE, CARD_UID = 0x19, 0x20
"""Commands of the eight-bit layout; a module in automatic mode sends CARD_UID unasked."""

_NO_CARD_STATUSES = frozenset({0x0A, 0x0D, 0x14})
_FAILED = 0x80
_CASCADE_TAG = 0x88
"""First byte of the first part of a longer UID: three bytes of it, which several cards share."""
_MAKERS = frozenset({0x02, 0x04, 0x05, 0x07, 0x1D, 0x53, 0x5F})
"""First bytes of nearly all UIDs of seven: ST, NXP, Infineon, TI, Fudan and two whose chips are copies."""
_UID_BYTES = (4, 7, 10)


class _Body(Struct, frozen=True):
    """A frame without header and stuffing."""

    data: bytes
    size: int
    """Bytes of the whole frame as sent."""


class _AabbCodec(FramedCodec):
    """What both layouts share."""

    __slots__ = ()

    def _find(self, data: bytes, at: int) -> int:
        return found_or_end(_START.search(data, at), data)

    def _frame(self, data: bytes, at: int, *, is_over: bool) -> Found:
        body = self._body(data, at, is_over=is_over)
        if not isinstance(body, _Body):
            return body
        if not self._holds(body.data):
            return Damaged(body.size, FaultReason.WRONG_CHECK)
        said = self._said(body.data, data[at : at + body.size])
        whole = Whole(body.size, [said])
        if isinstance(said, Read) and _is_open_to_doubt(bytes.fromhex(said.value), body.data[-1]):
            return _once_followed(data, at + body.size, whole, is_over=is_over)
        return whole

    @abstractmethod
    def _body(self, data: bytes, at: int, *, is_over: bool) -> _Body | Found:
        """Take the body that begins behind the header."""

    @abstractmethod
    def _holds(self, body: bytes) -> bool:
        """Say whether the BCC is right."""

    @abstractmethod
    def _said(self, body: bytes, raw: bytes) -> CodecEvent:
        """Return what a body says."""


class Aabb16Codec(_AabbCodec):
    """Finds frames of the sixteen-bit layout in a stream of bytes."""

    __slots__ = ()

    def _body(self, data: bytes, at: int, *, is_over: bool) -> _Body | Found:
        counted = _unstuffed(data, at, 2, is_over=is_over)
        if not isinstance(counted, _Body):
            return counted
        length = int.from_bytes(counted.data, "little")
        return _sized(data, at, 2 + length, 2 + 5, is_over=is_over)

    def _holds(self, body: bytes) -> bool:
        # Many modules repeat the status as the BCC of a refusal instead of reckoning one.
        return reduce(xor, body[2:]) == 0 or (len(body) == 8 and body[6] == body[7] != 0)

    def _said(self, body: bytes, raw: bytes) -> CodecEvent:
        function, data = int.from_bytes(body[4:6], "little"), body[6:-1]
        if function in (UID, UID_OF_SEVEN) and data[:1] == b"\x00" and len(data) > 1:
            return _uid(data[1:], raw)
        if function in (REQUEST, UID, UID_OF_SEVEN) and len(data) == 1 and data[0] in _NO_CARD_STATUSES:
            return Answer("no_tag", data, raw)
        if function == REQUEST and data[:1] == b"\x00" and len(data) == 3:
            return Answer("card", data[1:], raw)
        return Answer("other", body[4:-1], raw)


class Aabb8Codec(_AabbCodec):
    """Finds frames of the eight-bit layout in a stream of bytes."""

    __slots__ = ()

    def _body(self, data: bytes, at: int, *, is_over: bool) -> _Body | Found:
        counted = _unstuffed(data, at, 1, is_over=is_over)
        if not isinstance(counted, _Body):
            return counted
        return _sized(data, at, counted.data[0] + 1, 3, is_over=is_over)

    def _holds(self, body: bytes) -> bool:
        return reduce(xor, body) == 0

    def _said(self, body: bytes, raw: bytes) -> CodecEvent:
        command, data = body[1], body[2:-1]
        if command == CARD_UID and data:
            return _uid(data, raw)
        if command in (0xFF - CARD_UID, 0xFF - CARD_TYPE):
            return Answer("no_tag", data, raw)
        return Answer("refused" if command >= _FAILED else "done", body[1:-1], raw)


def frame16(function: int, data: bytes = b"", node: int = 0) -> bytes:
    """Return a frame of the sixteen-bit layout."""
    body = node.to_bytes(2, "little") + function.to_bytes(2, "little") + data
    return HEADER + _stuffed((len(body) + 1).to_bytes(2, "little") + body + bytes((reduce(xor, body),)))


def frame8(command: int, data: bytes = b"") -> bytes:
    """Return a frame of the eight-bit layout."""
    body = bytes((len(data) + 2, command)) + data
    return HEADER + _stuffed(body + bytes((reduce(xor, body),)))


def _stuffed(body: bytes) -> bytes:
    return body.replace(b"\xaa", b"\xaa\x00")


def _sized(data: bytes, at: int, count: int, least: int, *, is_over: bool) -> _Body | Found:
    if count > MAX_BODY_BYTES:
        return Damaged(len(HEADER), FaultReason.TOO_LONG)
    if count < least:
        return Damaged(len(HEADER), FaultReason.WRONG_LENGTH)
    return _unstuffed(data, at, count, is_over=is_over)


def _unstuffed(data: bytes, at: int, count: int, *, is_over: bool) -> _Body | Found:
    """Take so many bytes behind a header, leaving out the stuffing."""
    body = bytearray()
    place = at + len(HEADER)
    while len(body) < count:
        if place >= len(data):
            return None
        body.append(data[place])
        place += 1
        if body[-1] != STUFFED:
            continue
        if place < len(data):
            if data[place] != 0:
                return Damaged(place - at - 1, FaultReason.CUT)
            place += 1
        elif not is_over or len(body) < count:
            return None
    return _Body(bytes(body), place - at)


def _uid(uid: bytes, raw: bytes) -> CodecEvent:
    if len(uid) not in _UID_BYTES or (len(uid) == 4 and uid[0] == _CASCADE_TAG):
        return Answer("other_tag", uid, raw)
    return Read(uid.hex().upper(), raw)


def _is_open_to_doubt(uid: bytes, check: int) -> bool:
    """Say whether a zero may be the stuffing of an AA that was spoilt, or more of the UID may follow."""
    sent = (*uid, check)
    has_zero = any(byte == 0 and before != STUFFED for before, byte in pairwise(sent))
    return has_zero or (len(uid) == 4 and uid[0] in _MAKERS)


def _once_followed(data: bytes, end: int, whole: Whole, *, is_over: bool) -> Found:
    """Return the frame when silence or the next header follows it; None while that is not known."""
    behind = data[end : end + len(HEADER)]
    if behind == HEADER or (is_over and not behind):
        return whole
    return None if not is_over and HEADER.startswith(behind) else Damaged(whole.size, FaultReason.WRONG_LENGTH)
