"""What a plate, a card or a fob says, and the grammar of the district's plate codes.

A plate code is ``XG1`` + 16 Crockford base32 characters (80 random bits) + two check digits: 21 upper-case
characters, alphanumeric mode in a QR code, version 2 at error correction Q. The digits are ISO 7064 MOD 97-10 over
the 16 characters, each written as its fixed two-digit value 00 to 31: every single wrong character and every swap
of two is found. Tablets hold only digests of tags, so that a stolen tablet reveals no code.
"""

import re

from msgspec import Struct

from sync.digests import sha256
from sync.errors import DamagedPlate

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32 alphabet: no I, L, O, U."""

PLATE_PREFIX = "XG1"
"""Marks a plate of this system, version 1 of the grammar."""

PLATE_TOKEN_BYTES = 10
"""Random bytes in a plate: 80 bits, 16 characters."""

PLATE_LENGTH = 21
"""Characters of a whole plate code."""

RANDOM_UID_DIGITS = 8
"""Hex digits of a UID of four bytes; only these can be drawn anew."""

RANDOM_UID_BEGINS = "08"
"""First byte of a UID that is drawn anew at every tap (ISO/IEC 14443-3)."""

_TOKEN_CHARS = 16
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_HALF_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}
_SEPARATORS = re.compile(r"[\s\-_.\u2010-\u2015\u2212]+")


class Tag(Struct, frozen=True):
    """What a reader saw: the medium and the value, as read.

    Attributes:
        medium: ``qr`` (a code on a plate), ``em`` (EM4100, 10 hex digits), ``a`` (ISO 14443-A UID), ``epc`` (UHF).
        value: the text, or upper-case hex in the order sent.
    """

    medium: str
    value: str


def tag_digest(tag: Tag) -> str:
    """Return the 64 hex digits by which tablets and records know a tag: SHA-256 of ``medium:value``."""
    return sha256(f"{tag.medium}:{tag.value}".encode()).hex()


def is_random_uid(tag: Tag) -> bool:
    """Tell whether a tag has another number at every tap, as phones do: nobody can be known by it, and no place."""
    is_single_size = tag.medium == "a" and len(tag.value) == RANDOM_UID_DIGITS
    return is_single_size and tag.value.startswith(RANDOM_UID_BEGINS)


def check_digits(token: str) -> str:
    """Return the two ISO 7064 MOD 97-10 digits for 16 Crockford characters."""
    number = 0
    for char in token:
        number = (number * 100 + CROCKFORD.index(char)) % 97
    return f"{98 - number * 100 % 97:02d}"


def plate_code(token: bytes) -> str:
    """Return the plate code that carries a token of `PLATE_TOKEN_BYTES` random bytes."""
    if len(token) != PLATE_TOKEN_BYTES:
        raise ValueError(f"a plate token has {PLATE_TOKEN_BYTES} bytes, got {len(token)}")
    chars = crockford(token, _TOKEN_CHARS)
    return f"{PLATE_PREFIX}{chars}{check_digits(chars)}"


def parse_plate_code(text: str) -> str:
    """Return the canonical 21 characters of a scanned or typed plate code.

    Lower case, full width (a Chinese keyboard), spaces, dashes and the look-alikes I, L, O are read as meant.

    Raises:
        DamagedPlate: says whether the length, a character, the prefix or the check digits are wrong.
    """
    code = _as_printed(text)
    if len(code) != PLATE_LENGTH:
        raise DamagedPlate(f"a plate code has {PLATE_LENGTH} characters, this one {len(code)}")
    if not code.startswith(PLATE_PREFIX):
        raise DamagedPlate(f"a plate code begins with {PLATE_PREFIX}")
    token, digits = code[len(PLATE_PREFIX) : -2], code[-2:]
    strange = [char for char in token if char not in CROCKFORD]
    if strange:
        raise DamagedPlate(f"the character {strange[0]!r} never stands in a plate code")
    if digits != check_digits(token):
        raise DamagedPlate("the check digits do not fit: a character is wrong or swapped")
    return f"{PLATE_PREFIX}{token}{digits}"


def is_plate_code(text: str) -> bool:
    """Tell whether a text is a plate code exactly as printed."""
    try:
        return parse_plate_code(text) == text
    except DamagedPlate:
        return False


def looks_like_plate(text: str) -> bool:
    """Tell whether a text was meant to be a plate code, whole or damaged."""
    return _as_printed(text).startswith(PLATE_PREFIX)


def crockford(data: bytes, length: int) -> str:
    """Return the first `length` Crockford characters of some bytes, most significant bits first."""
    bits = int.from_bytes(data, "big")
    width = len(data) * 8
    if length * 5 > width:
        raise ValueError(f"{len(data)} bytes hold {width // 5} characters, {length} asked for")
    return "".join(CROCKFORD[bits >> (width - 5 * (place + 1)) & 31] for place in range(length))


def typed_crockford(text: str) -> str:
    """Return what a hand meant: half width, upper case, the look-alikes I, L, O read as 1, 1, 0."""
    return text.translate(_HALF_WIDTH).upper().translate(_READ_AS)


def _as_printed(text: str) -> str:
    return _SEPARATORS.sub("", typed_crockford(text))
