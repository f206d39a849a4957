"""Sentences of GNSS receivers, NMEA 0183: ``$GPRMC,…*hh``.

A sentence begins with ``$`` and is whole with the two hex digits after ``*``, the exclusive-or of all between the two.
Nothing after that is waited for, so glued sentences, CR, LF and CRLF are alike; what lies between sentences (binary
frames of the receiver, ``!AIVDM``) says nothing. A sentence without check is cut: it gives no position.

RMC and GGA give positions, of any talker; GGA's quality digit is NMEA's, RMC's mode letter is brought into the same
digits. What GSA, GST and GGA say of accuracy is said of the positions after them. Every other whole sentence is an
answer named after its last three letters, ``gsa`` or ``gst``.
"""

from __future__ import annotations

import re
from datetime import date
from functools import reduce
from operator import xor

from devices.codecs.base import Answer, CodecEvent, Located
from devices.codecs.nmea_accuracy import Accuracy
from devices.position import Fix
from devices.reading import SAMPLE_BYTES, Fault, FaultReason

MAX_SENTENCE_BYTES = 2048
"""Longest sentence that is kept. The standard says 82 with CR LF, receivers with more digits send 90 and more, and
u-blox's list of satellites, PUBX 03, takes 20 bytes for each of up to 72."""

NO_FIX = "no_fix"
"""Name of the answer for an RMC or GGA that gives no position, or one that cannot be."""

PROPRIETARY = "proprietary"
"""Name of the answer for a maker's own sentence, whose address begins with P; Garmin has a ``PGRMC``."""

_START = ord("$")
_CHECK = b"*"
_ENDS = b"\r\n"
_IN_ADDRESS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_MAX_ADDRESS_BYTES = 16
_ADDRESS_BYTES = 5
"""Two of the talker, three that say what it is."""

_TALKER_BYTES = 3
"""The dollar sign and two letters."""

_HEX = re.compile(rb"[0-9A-Fa-f]{2}")
_ANGLE = re.compile(r"([0-9]{1,3})([0-9]{2}(?:\.[0-9]*)?)")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9]|60)(?:\.([0-9]*))?")
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")

_RMC_FIELDS, _GGA_FIELDS = 10, 10
"""Fields that are there in every version of the standard: RMC to its date, GGA to its height."""

_QUALITY_OF_MODE = {"A": 1, "D": 2, "P": 3, "R": 4, "F": 5, "E": 6, "M": 7, "S": 8}
_NO_FIX_MODE = "N"
_FIRST_YEAR = 80
"""GPS began in 1980: a year of two digits below is of this century."""


class NmeaCodec:
    """Finds sentences in a stream of bytes."""

    __slots__ = ("_accuracy", "_in_address", "_sentence")

    def __init__(self) -> None:
        self._sentence = bytearray()
        self._in_address = False
        self._accuracy = Accuracy()

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        return [event for byte in data if (event := self._step(byte)) is not None]

    def idle(self) -> list[CodecEvent]:
        """End an open sentence as cut."""
        return [Fault(FaultReason.CUT, self._take()[:SAMPLE_BYTES])] if self._sentence else []

    def reset(self) -> None:
        """Forget an open sentence, and what was said of accuracy."""
        self._sentence.clear()
        self._accuracy = Accuracy()

    def _step(self, byte: int) -> CodecEvent | None:
        if byte == _START:
            return self._begin()
        if not self._sentence:
            return None
        if byte in _ENDS:
            return self._cut()
        if self._in_address and not self._addressed(byte):
            # A dollar sign in the midst of binary frames; a fault for each would make a good receiver look faulty.
            self._sentence.clear()
            return None
        return self._extended(byte)

    def _begin(self) -> Fault | None:
        cut = self._cut()
        self._sentence.append(_START)
        self._in_address = True
        return cut

    def _addressed(self, byte: int) -> bool:
        """Note where the address ends, and say whether this byte may stand in or after it."""
        if len(self._sentence) > 1 and byte in b",*":
            self._in_address = False
            return True
        return byte in _IN_ADDRESS and len(self._sentence) <= _MAX_ADDRESS_BYTES

    def _extended(self, byte: int) -> CodecEvent | None:
        self._sentence.append(byte)
        if byte < 0x20 or byte == 0x7F:
            return Fault(FaultReason.CONTROL_CHARACTER, self._take()[:SAMPLE_BYTES])
        if self._sentence[-3:-2] == _CHECK:
            return self._judged(self._take())
        if len(self._sentence) == MAX_SENTENCE_BYTES:
            return Fault(FaultReason.TOO_LONG, self._take()[:SAMPLE_BYTES])
        return None

    def _judged(self, sentence: bytes) -> CodecEvent:
        body, check = sentence[1:-3], sentence[-2:]
        if _HEX.fullmatch(check) is None:
            return Fault(FaultReason.NOT_HEX, sentence[:SAMPLE_BYTES])
        if reduce(xor, body, 0) != int(check, 16):
            return Fault(FaultReason.WRONG_CHECK, sentence[:SAMPLE_BYTES])
        fields = fields_of(sentence)
        name = _name_of(fields[0])
        self._accuracy.note(name, fields)
        if name not in _FIX_OF:
            return Answer(name, body, sentence)
        fix = _FIX_OF[name](fields)
        return Answer(NO_FIX, body, sentence) if fix is None else Located(self._accuracy.of(fix), sentence)

    def _cut(self) -> Fault | None:
        # Dollar signs stand in binary frames, too: what has not even a talker was no sentence.
        cut = self._take()
        return Fault(FaultReason.CUT, cut[:SAMPLE_BYTES]) if len(cut) > _TALKER_BYTES else None

    def _take(self) -> bytes:
        sentence = bytes(self._sentence)
        self._sentence.clear()
        return sentence


def fields_of(sentence: bytes) -> list[str]:
    """Return what stands between the commas of a whole sentence, its address first."""
    return sentence.removeprefix(b"$").partition(b"*")[0].decode("latin-1").split(",")


def _name_of(address: str) -> str:
    if address.startswith("P"):
        return PROPRIETARY
    return (address[2:] if len(address) == _ADDRESS_BYTES else address).lower()


def _rmc_fix(fields: list[str]) -> Fix | None:
    if len(fields) < _RMC_FIELDS or fields[2] != "A":
        return None
    mode = fields[12] if len(fields) > 12 else ""
    if mode == _NO_FIX_MODE:
        return None
    return _fix(fields[3:7], _QUALITY_OF_MODE.get(mode, 1), _time(fields[1], fields[9]))


def _gga_fix(fields: list[str]) -> Fix | None:
    if len(fields) < _GGA_FIELDS or fields[6] not in {*"12345678"}:
        return None
    return _fix(fields[2:6], int(fields[6]), _time(fields[1], ""))


_FIX_OF = {"rmc": _rmc_fix, "gga": _gga_fix}


def _fix(place: list[str], quality: int, time: str) -> Fix | None:
    lat_text, north_or_south, lon_text, east_or_west = place
    lat, lon = _degrees(lat_text, north_or_south, "NS", 90), _degrees(lon_text, east_or_west, "EW", 180)
    if lat is None or lon is None or lat == lon == 0:
        return None
    return Fix(lat, lon, quality, time)


def _degrees(text: str, side: str, sides: str, limit: int) -> float | None:
    """Return degrees of ``dddmm.mmmm``, None when they cannot be; negative on the second of the two sides."""
    found = _ANGLE.fullmatch(text)
    if found is None or side not in {*sides}:
        return None
    whole, minutes = int(found[1]), float(found[2])
    degrees = whole + minutes / 60
    if minutes >= 60 or degrees > limit:
        return None
    return round(degrees if side == sides[0] else -degrees, 7) + 0.0


def _time(time: str, day: str) -> str:
    """Return RFC 3339 in UTC, the time of day alone without a date that can be, empty without a time."""
    found = _TIME.fullmatch(time)
    if found is None:
        return ""
    fraction = (found[4] or "")[:9].rstrip("0")
    of_day = f"{found[1]}:{found[2]}:{found[3]}{'.' if fraction else ''}{fraction}Z"
    known = _day(day)
    return of_day if known is None else f"{known.isoformat()}T{of_day}"


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year + (1900 if year >= _FIRST_YEAR else 2000), month, day)
    except ValueError:
        return None
