"""Numbers printed on EM4100 cards: parts of the number that a reader sends, to look a card up by, never its identity.

A card has forty bits, ten hex digits as a reader sends them. Printed on it are the low 32 as ten decimal digits, often
with the low 24 beside them as Wiegand 26 carries them, a facility of eight bits and a number of sixteen:
``0006547886 099,59822`` is a card that ends in 63E9AE. Converters for Wiegand 26 send the low 24 bits alone. What the
other bits are is found by trying all of them, because a tablet knows its cards by digests only.
"""

import re
import unicodedata
from functools import lru_cache

from msgspec import Struct

from sync.digests import sha256
from sync.tags import Tag, tag_digest

CARD_MEDIUM = "em"
"""The medium of EM4100 cards."""

CARD_BITS = 40
"""Bits of a whole number."""

WIEGAND_BITS = 24
"""Bits that Wiegand 26 carries; the other two are parities."""

PRINTED_BITS = 32
"""Bits that the ten printed digits stand for."""

KEPT_ANSWERS = 64
"""Cards whose search is remembered: 65,536 digests are made for one, so that the second tap waits for none."""

_WIEGAND = re.compile(r"[0-9A-Fa-f]{6}")
_WHOLE = re.compile(r"[0-9A-F]{10}")
_PRINTED = re.compile(r"(?:([0-9]{10}) ?)?(?:([0-9]{3}) ?[,./] ?([0-9]{5}))?")


class CardPart(Struct, frozen=True):
    """The low bits of a card's number, and how many they are."""

    low: int
    bits: int


class CardNumber(Struct, frozen=True):
    """What a number that somebody read off a card can stand for: a whole number, a part of one, or either.

    Attributes:
        whole: ten hex digits as a reader sends them; ten decimal digits may be meant so, too.
    """

    whole: Tag | None = None
    part: CardPart | None = None


def wiegand_card(value: str) -> CardNumber | None:
    """Return what six hex digits of a Wiegand 26 converter say of a card, None when they are none."""
    return CardNumber(part=CardPart(int(value, 16), WIEGAND_BITS)) if _WIEGAND.fullmatch(value) else None


def looks_like_card(text: str) -> bool:
    """Tell whether a typed text was meant to be a card's number, right or wrong."""
    typed = _as_typed(text)
    return bool(typed) and (_PRINTED.fullmatch(typed) is not None or _WHOLE.fullmatch(typed) is not None)


def typed_card(text: str) -> CardNumber | None:
    """Return what a typed number stands for: full width and small letters are read as meant.

    None when it is no card's number, is larger than any, or says two different things.
    """
    typed = _as_typed(text)
    whole = Tag(CARD_MEDIUM, typed) if _WHOLE.fullmatch(typed) else None
    part = _printed_part(typed)
    return None if whole is None and part is None else CardNumber(whole, part)


def cards_meant(number: CardNumber, digests: frozenset[str]) -> tuple[Tag, ...]:
    """Return the cards among some digests that a number read off a card can mean, by number, each once."""
    found = set() if number.part is None else set(cards_with(number.part, digests))
    if number.whole is not None and tag_digest(number.whole) in digests:
        found.add(number.whole)
    return tuple(sorted(found, key=lambda card: card.value))


@lru_cache(KEPT_ANSWERS)
def cards_with(part: CardPart, digests: frozenset[str]) -> tuple[Tag, ...]:
    """Return the cards among some digests whose numbers end in a part, by number.

    Args:
        digests: as `sync.tags.tag_digest` makes them.
    """
    wanted = {bytes.fromhex(digest) for digest in digests}
    prefix = f"{CARD_MEDIUM}:".encode()
    numbers = range(part.low, 1 << CARD_BITS, 1 << part.bits)
    found = [number for number in numbers if sha256(b"%s%010X" % (prefix, number)) in wanted]
    return tuple(Tag(CARD_MEDIUM, f"{number:010X}") for number in found)


def _printed_part(typed: str) -> CardPart | None:
    found = _PRINTED.fullmatch(typed)
    if not typed or found is None:
        return None
    ten, facility, card = (None if digits is None else int(digits) for digits in found.groups())
    if ten is not None and ten >> PRINTED_BITS:
        return None
    if facility is None or card is None:
        return None if ten is None else CardPart(ten, PRINTED_BITS)
    low = facility << 16 | card
    if facility >> 8 or card >> 16 or (ten is not None and ten & ((1 << WIEGAND_BITS) - 1) != low):
        return None
    return CardPart(low, WIEGAND_BITS) if ten is None else CardPart(ten, PRINTED_BITS)


def _as_typed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())
