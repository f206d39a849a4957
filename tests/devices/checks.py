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


HOLDS: dict[str, Callable[[bytes], bool]] = {"pn532": pn532_holds}
"""Model to whether a whole frame of it holds together."""


def pn532(data: bytes) -> bytes:
    """Return a PN532 frame of TFI and data."""
    high, low = divmod(len(data), 256)
    head = [0xFF, 0xFF, high, low, (512 - high - low) % 256] if high else [low, (256 - low) % 256]
    return b"\x00\x00\xff" + bytes(head) + data + bytes([(256 - sum(data) % 256) % 256, 0])
