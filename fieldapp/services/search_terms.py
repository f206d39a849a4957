"""What somebody meant who typed into a line to find something with: words, numbers, houses, doors. Pure."""

import re
import unicodedata

from msgspec import Struct

from fieldapp.address_words import AFTER_SPELLED, DOOR_UNIT, HOUSE_UNIT, NUMERALS, ORDINAL, TEN

MAX_TYPED = 64
"""Characters looked at; the lines to find with hold 40."""

MAX_TERMS = 6
"""Terms looked at; what follows them is passed over."""


class Words(Struct, frozen=True):
    """Letters, or characters, that stand together."""

    text: str


class Number(Struct, frozen=True):
    """A bare number; one that follows another may be a door's."""

    digits: str
    is_later: bool = False


class House(Struct, frozen=True):
    """A number that is a house's and no other one: 3号, 3栋, 3#."""

    digits: str


class Door(Struct, frozen=True):
    """A number that is a door's: 2单元."""

    digits: str


class HouseDoor(Struct, frozen=True):
    """A house and its door: 3-2, 3号2单元; a flat behind them, as in 3-2-501, is passed over."""

    house: str
    door: str


Numeric = Number | House | Door | HouseDoor
Term = Words | Numeric

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─ー~"), "-")
_SPELLED = re.compile(rf"[{NUMERALS}{TEN}]{{1,3}}(?={AFTER_SPELLED})")
_UNKNOWN = re.compile(r"[^\w#-]|_")
_RUNS = re.compile(r"[a-z]+|[^\W_0-9a-z]+")
_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)*")
_OWN_NUMBERS = re.compile(rf"([0-9]+(?:-[0-9]+)*){HOUSE_UNIT}")
_DOOR_NUMBER = re.compile(rf"([0-9]+){DOOR_UNIT}")
_TERMS = re.compile(
    rf"""
    {ORDINAL}?(?P<house>[0-9]+)\ ?(?:{HOUSE_UNIT}\ ?-?|-)\ ?
        (?P<door>[0-9]+)(?:-[0-9]+)*(?:{DOOR_UNIT})?(?![0-9])(?!{HOUSE_UNIT})
    | {ORDINAL}?(?P<only_door>[0-9]+)\ ?{DOOR_UNIT}
    | {ORDINAL}?(?P<only_house>[0-9]+)\ ?(?:{HOUSE_UNIT}|-)
    | (?P<number>[0-9]+)
    | (?P<words>[a-z]+|[^\W_0-9a-z]+?(?={ORDINAL}[0-9])|[^\W_0-9a-z]+)
    """,
    re.VERBOSE,
)


def plain(text: str) -> str:
    """Return a text as it is compared: half width, lower case, one kind of dash, blanks for what nobody looks for."""
    half = unicodedata.normalize("NFKC", text).lower().translate(_DASHES)
    return " ".join(_UNKNOWN.sub(" ", half).split())


def terms_of(typed: str) -> tuple[Term, ...]:
    """Return what was meant, in its order, each once; empty where nothing was typed that could be looked for."""
    text = with_digits(plain(typed[:MAX_TYPED])[:MAX_TYPED])
    terms: dict[Term, None] = {}
    for found in _TERMS.finditer(text):
        has_number = any(not isinstance(term, Words) for term in terms)
        terms[_term(found, is_later=has_number)] = None
        if len(terms) == MAX_TERMS:
            break
    return tuple(terms)


def with_digits(text: str) -> str:
    """Return a plain text with digits where the number of a house or a door is spelled in characters: 十二号."""
    return _SPELLED.sub(lambda found: _digits(found[0]), text)


def runs_of(text: str) -> tuple[str, ...]:
    """Return the letters, and the characters, that stand together in a plain text."""
    return tuple(_RUNS.findall(text))


def numbers_of(text: str) -> tuple[str, ...]:
    """Return the numbers in a plain text; 3-1 is one of them."""
    return tuple(_NUMBERS.findall(with_digits(text)))


def house_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers that a plain name gives its house; all of them where it does not say which."""
    return tuple(_OWN_NUMBERS.findall(with_digits(text))) or numbers_of(text)


def door_number(text: str) -> str:
    """Return the number in a plain name of a door, empty where there is none."""
    digits = with_digits(text)
    numbers = _DOOR_NUMBER.findall(digits) or re.findall(r"[0-9]+", digits)
    return numbers[-1] if numbers else ""


def _term(found: re.Match[str], *, is_later: bool) -> Term:
    if words := found["words"]:
        return Words(words)
    if house := found["house"]:
        return HouseDoor(house, found["door"])
    if door := found["only_door"]:
        return Door(door)
    if house := found["only_house"]:
        return House(house)
    return Number(found["number"], is_later)


def _digits(spelled: str) -> str:
    tens, ten, ones = spelled.partition(TEN)
    if not ten:
        return "".join(str(NUMERALS.index(numeral) + 1) for numeral in spelled)
    if TEN in ones or len(tens) > 1 or len(ones) > 1:
        return spelled
    return f"{NUMERALS.index(tens) + 1 if tens else 1}{NUMERALS.index(ones) + 1 if ones else 0}"
