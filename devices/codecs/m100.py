"""Frames of the UHF modules M100, QM100, YRM100 and R200.

``BB type command PLm PLl data CS 7E``: CS is the sum of type..data modulo 256, and nothing is escaped, so only the
length says where a frame ends. Half of the R200 sold begin with AA and end with DD instead. A tag comes as a notice,
command 22: RSSI, PC, EPC, CRC-16 of Gen2 over PC and EPC; modules with several antennas add its number. Source: R200
user protocol 2.3.3 and the M100 command list in anteploon/yrm100lib; captures.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from typing import Literal

from devices.codecs.base import Answer, CodecEvent, Read
from devices.codecs.framed import Damaged, Found, FramedCodec, Whole, found_or_end
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

Flavour = Literal[0xBB, 0xAA]
"""The start byte, which is all that two makes of the same module differ in, beside the end."""

ENDS: dict[int, int] = {0xBB: 0x7E, 0xAA: 0xDD}
"""Start byte to end byte."""

MAX_DATA_BYTES = 255
"""Longest data that is waited for; the longest real one, a memory read, has about 150."""

MAX_TAG_BYTES = 68
"""Longest data about a tag: RSSI, PC, 31 words of EPC, CRC, antenna; a cut frame seldom promises so little."""

COMMAND, RESPONSE, NOTICE = 0x00, 0x01, 0x02
INFO, SET_REGION, SINGLE_POLL, MULTI_POLL, STOP_POLL, SET_POWER, ERROR = 0x03, 0x07, 0x22, 0x27, 0x28, 0xB6, 0xFF
NO_TAG = 0x15
"""The error by which a module says that it found no tag."""

_START = re.compile(rb"[\xaa\xbb](?:[\x00-\x02]|\Z)")
"""A start and a type, or a start that is the last byte."""
_ANSWERS = {
    INFO: "info",
    SET_REGION: "region_set",
    0x08: "region",
    SET_POWER: "power_set",
    0xB7: "power",
    MULTI_POLL: "polling",
    STOP_POLL: "stopped",
}
_HEAD_BYTES = 5
_TAG_BYTES = 5
"""What surrounds the EPC in a notice: RSSI, two of PC, two of CRC."""


class M100Codec(FramedCodec):
    """Finds M100 frames of both flavours in a stream of bytes; a read is the EPC alone."""

    __slots__ = ()

    def _find(self, data: bytes, at: int) -> int:
        return found_or_end(_START.search(data, at), data)

    def _frame(self, data: bytes, at: int, *, is_over: bool) -> Found:  # noqa: ARG002 - no frame depends on silence
        if len(data) - at < _HEAD_BYTES:
            return None
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        if length > (MAX_TAG_BYTES if data[at + 2] in (SINGLE_POLL, MULTI_POLL) else MAX_DATA_BYTES):
            return Damaged(_HEAD_BYTES, FaultReason.TOO_LONG)
        size = _HEAD_BYTES + length + 2
        if len(data) - at < size:
            return None
        raw = data[at : at + size]
        if raw[-1] != ENDS[raw[0]]:
            return Damaged(size, FaultReason.WRONG_LENGTH)
        return Damaged(size, FaultReason.WRONG_CHECK) if sum(raw[1:-2]) % 256 != raw[-2] else Whole(size, [_said(raw)])


def frame(kind: int, command: int, data: bytes = b"", flavour: Flavour = 0xBB) -> bytes:
    """Return the frame of that type and command."""
    body = bytes((kind, command)) + len(data).to_bytes(2, "big") + data
    return bytes((flavour,)) + body + bytes((sum(body) % 256, ENDS[flavour]))


def gen2_crc(pc_and_epc: bytes) -> int:
    """Return the CRC-16 by which a tag vouches for its PC and EPC."""
    return crc_hqx(pc_and_epc, 0xFFFF) ^ 0xFFFF


def _said(raw: bytes) -> CodecEvent:
    kind, command, data = raw[1], raw[2], raw[_HEAD_BYTES:-2]
    if kind == COMMAND:
        return Answer("command", raw[2:3] + data, raw)
    if command == ERROR:
        return Answer("no_tag" if data == bytes((NO_TAG,)) else "error", data, raw)
    if command in (SINGLE_POLL, MULTI_POLL) and len(data) > _TAG_BYTES:
        return _tag(data, raw)
    return Answer(_ANSWERS.get(command, "other"), data, raw)


def _tag(data: bytes, raw: bytes) -> CodecEvent:
    """Return what a notice of a tag says; its PC says how long the EPC is."""
    pc = int.from_bytes(data[1:3], "big")
    end = 3 + (pc >> 11) * 2
    if len(data) - end not in (2, 3):
        return Fault(FaultReason.WRONG_LENGTH, raw[:SAMPLE_BYTES])
    if gen2_crc(data[1:end]) != int.from_bytes(data[end : end + 2], "big"):
        return Fault(FaultReason.WRONG_CHECK, raw[:SAMPLE_BYTES])
    epc = _without_extension(data[3:end], pc)
    return Read(epc.hex().upper(), raw) if epc else Answer("other_tag", data, raw)


def _without_extension(epc: bytes, pc: int) -> bytes:
    """Return the EPC without the words by which a tag extends its PC; they hold states that change."""
    if not pc & 0x0200:
        return epc
    return epc[4:] if len(epc) > 1 and epc[0] & 0x80 else epc[2:]
