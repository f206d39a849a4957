"""Frames of the PN532, the NFC chip on most 13.56 MHz boards, on its high-speed UART.

``00 00 FF LEN LCS TFI data DCS 00``: LEN + LCS and TFI..DCS are 0 modulo 256; TFI is D4 from the host, D5 from the
chip. Longer ones say ``FF FF LENm LENl LCS``. Acknowledgement ``00 FF``, refusal ``FF 00``, syntax error TFI 7F. Extra
zeros before a frame and a missing one behind it are seen in the field. Source: NXP UM0701-02, chapter 6 and 7.3.5.
"""

from __future__ import annotations

import re

from devices.codecs.base import Answer, CodecEvent, Read
from devices.codecs.framed import Damaged, Found, FramedCodec, Whole, found_or_end
from devices.reading import FaultReason

START = b"\x00\xff"
HOST = 0xD4
CHIP = 0xD5
SYNTAX_ERROR = 0x7F

MAX_DATA_BYTES = 265
"""Longest TFI and data that the chip sends or takes; only extended frames need more than 255."""

LISTED = 0x4B
"""Reply to InListPassiveTarget."""
POLLED = 0x61
"""Reply to InAutoPoll."""

_START = re.compile(rb"\x00(?:\xff|\Z)")
"""A start, or a last zero, which may be the first half of one."""
_SHORT = {(0x00, 0xFF): "ack", (0xFF, 0x00): "nack"}
"""Frames that are nothing but these two bytes behind the start."""
_ANSWERS = {
    0x01: "diagnosed",
    0x03: "firmware",
    0x05: "status",
    0x07: "registers",
    0x09: "registers_set",
    0x11: "baud_set",
    0x13: "parameters_set",
    0x15: "sam_set",
    0x17: "power_down",
    0x33: "rf_set",
    0x41: "exchanged",
    0x43: "exchanged",
    0x45: "released",
    0x53: "released",
    0x55: "selected",
}
_TYPE_A = frozenset({0x00, 0x10, 0x20})
"""Kinds of target in an InAutoPoll reply that are 14443-A at 106 kbit/s: any, MIFARE, 14443-4."""
_HAS_ATS = 0x20
_CASCADE_TAG = 0x88

_Uids = tuple[bytes, ...]


class Pn532Codec(FramedCodec):
    """Finds PN532 frames in a stream of bytes; only cards of 14443-A are reads."""

    __slots__ = ()

    def _find(self, data: bytes, at: int) -> int:
        return found_or_end(_START.search(data, at), data)

    def _frame(self, data: bytes, at: int, *, is_over: bool) -> Found:  # noqa: ARG002 - no frame depends on silence
        if len(data) - at < 4:
            return None
        length, check = data[at + 2], data[at + 3]
        if (length, check) in _SHORT:
            return Whole(4, [Answer(_SHORT[length, check], b"", data[at : at + 4])])
        if (length, check) == (0xFF, 0xFF):
            return _extended(data, at)
        return Damaged(4, FaultReason.WRONG_CHECK) if (length + check) % 256 else _framed(data, at, 4, length)

    def _has_begun(self, data: bytes, at: int) -> bool:
        return data.startswith(START, at)


def frame(data: bytes) -> bytes:
    """Return the frame that carries TFI and data, an extended one where it must be."""
    size = len(data)
    if size < 256:
        head = bytes((size, -size % 256))
    else:
        head = b"\xff\xff" + size.to_bytes(2, "big") + bytes((-(size // 256 + size % 256) % 256,))
    return b"\x00" + START + head + data + bytes((-sum(data) % 256, 0))


def _extended(data: bytes, at: int) -> Found:
    if len(data) - at < 7:
        return None
    high, low, check = data[at + 4 : at + 7]
    if (high + low + check) % 256:
        return Damaged(7, FaultReason.WRONG_CHECK)
    length = high * 256 + low
    return Damaged(7, FaultReason.TOO_LONG) if length > MAX_DATA_BYTES else _framed(data, at, 7, length)


def _framed(data: bytes, at: int, head: int, length: int) -> Found:
    size = head + length + 1
    if length == 0:
        return Damaged(head, FaultReason.WRONG_LENGTH)
    if len(data) - at < size:
        return None
    raw = data[at : at + size]
    if sum(raw[head:]) % 256:
        return Damaged(size, FaultReason.WRONG_CHECK)
    return Whole(size, _said(raw[head:-1], raw))


def _said(body: bytes, raw: bytes) -> list[CodecEvent]:
    """Return what TFI and data say: a good frame is never a fault."""
    if body[0] == HOST:
        return [Answer("command", body[1:], raw)]
    if body[0] != CHIP or len(body) < 2:
        return [Answer("syntax_error" if body[0] == SYNTAX_ERROR else "other", body[1:], raw)]
    code, data = body[1], body[2:]
    if code not in (LISTED, POLLED):
        return [Answer(_ANSWERS.get(code, "other"), data, raw)]
    if data[:1] == b"\x00":
        return [Answer("no_tag", data, raw)]
    uids = _listed(data) if code == LISTED else _polled(data)
    return [Read(uid.hex().upper(), raw) for uid in uids] or [Answer("other_tag", data, raw)]


def _listed(data: bytes) -> _Uids:
    """Return the UIDs of an InListPassiveTarget reply; none unless it can be understood in one way only.

    The reply does not say for which kind of card it was asked, so its shape must. FeliCa and 14443-B have shapes of
    their own and are left alone.
    """
    if not data or data[0] > 2 or _is_felica(data) or _is_type_b(data):
        return ()
    ways = set(_ways(data[1:], data[0]))
    return ways.pop() if len(ways) == 1 else ()


def _polled(data: bytes) -> _Uids:
    """Return the UIDs of an InAutoPoll reply, which says the kind and length of each target."""
    uids: _Uids = ()
    rest = data[1:]
    for _ in range(data[0] if data else 0):
        if len(rest) < 2 or len(rest) < 2 + rest[1]:
            return ()
        kind, target, rest = rest[0], rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        if kind in _TYPE_A:
            uids += next(iter(_ways(target, 1)), ())
    return () if rest else uids


def _ways(rest: bytes, count: int) -> list[_Uids]:
    """Return every way to understand the bytes as so many targets of 14443-A, used up to the last."""
    if count == 0:
        return [()] if not rest else []
    if len(rest) < 5 or len(rest) < 5 + rest[4] or not 1 <= rest[0] <= 2:
        return []
    sak, end = rest[3], 5 + rest[4]
    uid = _uid(rest[5:end])
    if uid is None:
        return []
    ends = [end]
    # The chip asks for the ATS by itself unless it was told not to, so it may be there or not.
    if sak & _HAS_ATS and len(rest) > end and 1 <= rest[end] <= len(rest) - end:
        ends.append(end + rest[end])
    return [(uid, *others) for stop in ends for others in _ways(rest[stop:], count - 1)]


def _uid(sent: bytes) -> bytes | None:
    """Return the UID: four, seven or ten bytes; older chips put the cascade tag before each part but the last."""
    if len(sent) == 8 and sent[0] == _CASCADE_TAG:
        return sent[1:]
    if len(sent) == 12 and sent[0] == sent[4] == _CASCADE_TAG:
        return sent[1:4] + sent[5:]
    return sent if len(sent) in (4, 7, 10) else None


def _is_felica(data: bytes) -> bool:
    # NbTg, Tg, length of POL_RES, its response code 01; 18 bytes, or 20 with the system code.
    return len(data) > 3 and data[2] in (18, 20) and data[3] == 0x01 and len(data) >= 2 + data[2]


def _is_type_b(data: bytes) -> bool:
    # NbTg, Tg, twelve bytes of ATQB that begin with 50, the length of the answer to ATTRIB and that answer.
    return len(data) > 14 and data[2] == 0x50 and len(data) >= 15 + data[14]
