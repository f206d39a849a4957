"""Frames of the UHF readers that Chafon, RoyalRay and others build on one protocol: UHFReader18 and UHFReader288.

``len address command status data crcL crcH``: len counts all behind it, the CRC-16 is 8408 from FFFF over all before
it, and there is no start byte, so a frame is found by its CRC alone. An inventory reply of a UHFReader18 has the number
of tags, then length and EPC of each; one of a 288 has the antenna before and the RSSI behind each EPC. A layout fits
only when it uses the data up to the last byte, which keeps the two apart. Sources: wabson/chafon-rfid, the UHF RFID
Reader Series manual (statuses, the flags of the length byte, command EE), captures.
"""

from __future__ import annotations

from abc import abstractmethod
from binascii import crc_hqx

from devices.codecs.base import Answer, CodecEvent, Read
from devices.codecs.framed import Damaged, Found, FramedCodec, Whole
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

INVENTORY, SINGLE_INVENTORY, PUSH = 0x01, 0x0F, 0xEE
"""What brings tags; PUSH is what a reader in active mode sends unasked."""
INFO, SET_SCAN_TIME, SET_POWER = 0x21, 0x25, 0x2F
SET_MODE_18, SET_MODE_288 = 0x35, 0x76

BROADCAST = 0xFF
"""Address that every reader obeys and none answers from."""

OK, MORE_FRAMES, NO_TAG = 0x00, 0x03, 0xFB
WITH_TAGS = frozenset({0x01, 0x02, MORE_FRAMES, 0x04})
"""Statuses of inventory replies: finished, out of time, more follows, memory full."""
REFUSED = frozenset(range(0xF8, 0x100)) - {NO_TAG}
"""Antenna, execution, communication, tag, length, command, parameter: no status of these brings tags."""

_STATISTICS, _HEARTBEAT = 0x26, 0x28
_INVENTORY_STATUSES = WITH_TAGS | REFUSED | {NO_TAG, _STATISTICS}
_STATUSES = {INVENTORY: _INVENTORY_STATUSES, SINGLE_INVENTORY: _INVENTORY_STATUSES, PUSH: frozenset({OK, _HEARTBEAT})}
"""What a reply that may bring tags can say of itself."""
_OTHER_STATUSES = REFUSED | {OK, NO_TAG}
_OTHERS = frozenset((*range(0x02, 0x0F), *range(0x10, 0x1C), *range(0x21, 0x2A), 0x2F, *range(0x33, 0x4D)))
_OTHERS |= frozenset((*range(0x50, 0x56), 0x66, 0x6A, 0x6E, *range(0x70, 0x80), *range(0x85, 0x89)))
_OTHERS |= frozenset((*range(0x90, 0x95), 0x9A, 0x9E, 0xEA, 0xEB))
_COMMANDS = _OTHERS | {INVENTORY, SINGLE_INVENTORY}
_MAX_OTHER_LENGTH = 0x22
"""Longest reply to any other command; what an inventory brings is longer than it is likely in noise."""

_COMMAND_LENGTH = 4
_EPC_AND_TID, _PHASE = 0x80, 0x40
_TID_BYTES = 12
_PHASE_BYTES = 7
_MIN_PUSHED_BYTES = 12
"""A UHFReader18 in active mode may be set to send any part of a tag; less than 96 bits is taken for no whole EPC."""

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

Tags = list[bytes]


class _ChafonCodec(FramedCodec):
    """What both layouts share."""

    __slots__ = ()

    def _find(self, data: bytes, at: int) -> int:
        return next((place for place in range(at, len(data)) if _may_begin(data[place : place + 4])), len(data))

    def _frame(self, data: bytes, at: int, *, is_over: bool) -> Found:  # noqa: ARG002 - no frame depends on silence
        size = data[at] + 1
        if len(data) - at < size:
            return None
        raw = data[at : at + size]
        if crc(raw[:-2]) != int.from_bytes(raw[-2:], "little"):
            return Damaged(size, FaultReason.WRONG_CHECK)
        return Whole(size, self._said(raw))

    def _said(self, raw: bytes) -> list[CodecEvent]:
        if raw[1] == BROADCAST or raw[0] == _COMMAND_LENGTH:
            return [Answer("command", raw[2:-2], raw)]
        command, status, data = raw[2], raw[3], raw[4:-2]
        if command == PUSH and status == OK:
            return _brought(self._pushed(data), data, raw)
        if command in (INVENTORY, SINGLE_INVENTORY) and status in WITH_TAGS:
            return _brought(self._listed(data), data, raw)
        return [Answer(_name(command, status), data, raw)]

    @abstractmethod
    def _listed(self, data: bytes) -> Tags | None:
        """Return the EPCs of an inventory reply; None when the data has another layout."""

    @abstractmethod
    def _pushed(self, data: bytes) -> Tags | None:
        """Return the EPC that a reader sent unasked; an empty list when it sent but a part of one."""


class Chafon18Codec(_ChafonCodec):
    """Finds frames of a UHFReader18 or 09, as CF-RU5102 and RU5112, in a stream of bytes."""

    __slots__ = ()

    def _listed(self, data: bytes) -> Tags | None:
        if data[:1] in (b"", b"\x00"):
            return []
        tags: Tags = []
        at = 1
        for _ in range(data[0]):
            if at >= len(data) or not _is_epc_length(data[at]) or at + 1 + data[at] > len(data):
                return None
            tags.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        return tags if at == len(data) else None

    def _pushed(self, data: bytes) -> Tags | None:
        if len(data) % 2:
            return None
        return [data] if len(data) >= _MIN_PUSHED_BYTES else []


class Chafon288Codec(_ChafonCodec):
    """Finds frames of a UHFReader288 or a later one in a stream of bytes."""

    __slots__ = ()

    def _listed(self, data: bytes) -> Tags | None:
        if data[1:] in (b"", b"\x00"):
            return []
        tags: Tags = []
        at = 2
        for _ in range(data[1]):
            flags = data[at] if at < len(data) else 0
            length = flags & 0x3F
            end = at + 1 + length
            if not _is_epc_length(length) or end >= len(data):
                return None
            epc = data[at + 1 : end]
            tags.append(_without_tid(epc) if flags & _EPC_AND_TID else epc)
            at = end + 1 + (_PHASE_BYTES if flags & _PHASE else 0)
        return tags if at == len(data) else None

    def _pushed(self, data: bytes) -> Tags | None:
        if len(data) < 3 or not _is_epc_length(data[1]) or len(data) != data[1] + 3:
            return None
        return [data[2:-1]]


def crc(data: bytes) -> int:
    """Return the CRC-16 of a frame: 8408 from FFFF, which is the common one with every byte mirrored."""
    mirrored = crc_hqx(data.translate(_MIRRORED), 0xFFFF)
    return _MIRRORED[mirrored & 0xFF] << 8 | _MIRRORED[mirrored >> 8]


def frame(body: bytes) -> bytes:
    """Return the frame around address, command and what follows."""
    counted = bytes((len(body) + 2,)) + body
    return counted + crc(counted).to_bytes(2, "little")


def _may_begin(head: bytes) -> bool:
    """Say whether these bytes, four or as many as there are, can be the head of a frame.

    A frame without a start byte may begin anywhere; what can be no reply is not waited for.
    """
    length = head[0]
    if length < _COMMAND_LENGTH or len(head) < 3:
        return length >= _COMMAND_LENGTH
    command, status = head[2], head[3] if len(head) > 3 else None
    if length == _COMMAND_LENGTH or head[1] == BROADCAST:
        return head[1] in (0, BROADCAST) and length <= _MAX_OTHER_LENGTH and command in _COMMANDS
    if command in _STATUSES:
        return status is None or status in _STATUSES[command]
    return command in _OTHERS and length <= _MAX_OTHER_LENGTH and (status is None or status in _OTHER_STATUSES)


def _brought(tags: Tags | None, data: bytes, raw: bytes) -> list[CodecEvent]:
    if tags is None:
        return [Fault(FaultReason.WRONG_LENGTH, raw[:SAMPLE_BYTES])]
    return [Read(epc.hex().upper(), raw) for epc in tags if epc] or [Answer("no_tag", data, raw)]


def _is_epc_length(length: int) -> bool:
    """Say whether an EPC can have so many bytes: whole words, at most 31; a tag may be blank."""
    return length <= 62 and length % 2 == 0


def _without_tid(both: bytes) -> bytes:
    """Return the EPC of EPC and TID in one; nothing when no TID is to be seen at its place."""
    epc, tid = both[:-_TID_BYTES], both[-_TID_BYTES:]
    return epc if tid[:1] == b"\xe2" else b""


def _name(command: int, status: int) -> str:
    if status == NO_TAG:
        return "no_tag"
    if status in REFUSED:
        return "refused"
    return {INFO: "info", SET_SCAN_TIME: "scan_time_set", SET_POWER: "power_set"}.get(command, "other")
