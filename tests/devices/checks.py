"""The checks of the framings, reckoned bit by bit from their definitions and not by the codecs under test."""

from collections.abc import Callable


def crc16_bitwise(data: bytes, start: int = 0xFFFF) -> int:
    """Return the CRC-16 of polynomial 1021, most significant bit first."""
    crc = start
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def crc16_mirrored(data: bytes, start: int = 0xFFFF) -> int:
    """Return the CRC-16 of polynomial 8408, least significant bit first."""
    crc = start
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc


def exclusive_or(data: bytes) -> int:
    """Return all bytes combined by exclusive-or."""
    check = 0
    for byte in data:
        check ^= byte
    return check


def pn532_holds(frame: bytes) -> bool:
    """Say whether the two sums of a PN532 frame are right; preamble and postamble may be there or not."""
    at = frame.index(b"\x00\xff") + 2
    if frame[at : at + 2] in (b"\x00\xff", b"\xff\x00"):
        return True
    head = frame[at : at + 5] if frame[at : at + 2] == b"\xff\xff" else frame[at : at + 2]
    length = head[-3] * 256 + head[-2] if len(head) == 5 else head[0]
    data = frame[at + len(head) :][: length + 1]
    return sum(head[-3:]) % 256 == 0 and len(data) == length + 1 and sum(data) % 256 == 0


def m100_holds(frame: bytes) -> bool:
    """Say whether length, sum and end of an M100 frame are right, and of a tag in it the words of its PC and CRC."""
    length = frame[3] * 256 + frame[4]
    if (
        len(frame) != length + 7
        or frame[-1] != {0xBB: 0x7E, 0xAA: 0xDD}[frame[0]]
        or sum(frame[1:-2]) % 256 != frame[-2]
    ):
        return False
    if frame[1] == 0 or frame[2] not in (0x22, 0x27) or length < 6:
        return True
    end = 8 + (frame[6] >> 3) * 2
    is_whole = len(frame) - 4 - end in (0, 1)
    return is_whole and crc16_bitwise(frame[6:end]) ^ 0xFFFF == frame[end] * 256 + frame[end + 1]


def chafon_holds(frame: bytes) -> bool:
    """Say whether length and CRC of a Chafon frame are right."""
    return len(frame) == frame[0] + 1 and crc16_mirrored(frame[:-2]) == frame[-2] + frame[-1] * 256


def unstuffed(frame: bytes) -> bytes:
    """Return what follows AA BB, each AA without the 00 behind it."""
    body = b"\xaa".join(part.removeprefix(b"\x00") if at else part for at, part in enumerate(frame[2:].split(b"\xaa")))
    is_stuffed = all(part[:1] == b"\x00" for part in frame[2:].split(b"\xaa")[1:])
    return body if is_stuffed else b""


def aabb16_holds(frame: bytes) -> bool:
    """Say whether stuffing, length and BCC of the sixteen-bit layout are right; a refusal may repeat its status."""
    body = unstuffed(frame)
    if len(body) < 7 or body[0] + body[1] * 256 != len(body) - 2:
        return False
    return exclusive_or(body[2:]) == 0 or (len(body) == 8 and body[6] == body[7])


def aabb8_holds(frame: bytes) -> bool:
    """Say whether stuffing, length and BCC of the eight-bit layout are right."""
    body = unstuffed(frame)
    return len(body) > 2 and body[0] == len(body) - 1 and exclusive_or(body) == 0


HOLDS: dict[str, Callable[[bytes], bool]] = {
    "pn532": pn532_holds,
    "m100": m100_holds,
    "chafon18": chafon_holds,
    "chafon288": chafon_holds,
    "aabb16": aabb16_holds,
    "aabb8": aabb8_holds,
}
"""Model to whether a whole frame of it holds together."""


def pn532(data: bytes) -> bytes:
    """Return a PN532 frame of TFI and data."""
    high, low = divmod(len(data), 256)
    head = [0xFF, 0xFF, high, low, (512 - high - low) % 256] if high else [low, (256 - low) % 256]
    return b"\x00\x00\xff" + bytes(head) + data + bytes([(256 - sum(data) % 256) % 256, 0])


def m100(kind: int, command: int, data: bytes, start: int = 0xBB) -> bytes:
    """Return a frame of an M100, or with the start AA of the other flavour."""
    body = bytes([kind, command, len(data) // 256, len(data) % 256]) + data
    return bytes([start]) + body + bytes([sum(body) % 256, {0xBB: 0x7E, 0xAA: 0xDD}[start]])


def m100_tag(epc: bytes, *, pc: int | None = None, antenna: bytes = b"", rssi: int = 0xC9, start: int = 0xBB) -> bytes:
    """Return the notice of a tag."""
    sent = (len(epc) // 2 << 11 if pc is None else pc).to_bytes(2, "big") + epc
    crc = (crc16_bitwise(sent) ^ 0xFFFF).to_bytes(2, "big")
    return m100(2, 0x22, bytes([rssi]) + sent + crc + antenna, start)


def chafon(body: bytes) -> bytes:
    """Return a Chafon frame of address, command and what follows."""
    counted = bytes([len(body) + 2]) + body
    crc = crc16_mirrored(counted)
    return counted + bytes([crc % 256, crc // 256])


def aabb16(function: int, data: bytes, node: int = 0) -> bytes:
    """Return a frame of the sixteen-bit layout."""
    body = bytes([node % 256, node // 256, function % 256, function // 256]) + data
    return _aabb(bytes([len(body) + 1, 0]) + body + bytes([exclusive_or(body)]))


def aabb8(command: int, data: bytes = b"") -> bytes:
    """Return a frame of the eight-bit layout."""
    body = bytes([len(data) + 2, command]) + data
    return _aabb(body + bytes([exclusive_or(body)]))


def _aabb(body: bytes) -> bytes:
    return b"\xaa\xbb" + b"".join(b"\xaa\x00" if byte == 0xAA else bytes([byte]) for byte in body)
