"""The columns of a list: by what headings they are known, and the rows below them as typed cells."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from sync.caseapi.lists import faults as f
from sync.caseapi.lists.cells import Line, Number, Spoilt
from sync.caseapi.lists.faults import Faults, quoted
from sync.text import clean_line

NEVER = "9999-12-31"
"""The day on which what has no end ends."""

MAX_CELL_CHARS = 200
"""Longest cell."""

_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_SERIAL = re.compile(r"[2-6][0-9]{4}")

Choice = TypeVar("Choice")


class Column(Struct, frozen=True):
    """A column.

    Attributes:
        name: its English heading; `chinese` its Chinese one, `also` further ones.
        is_needed: whether every row says something there.
        says: what stands in it, for the template; `says_zh` in Chinese.
        sample: a made-up cell.
    """

    name: str
    chinese: str
    says: str
    says_zh: str
    sample: str
    also: tuple[str, ...] = ()
    is_needed: bool = False


class Row:
    """One line of a list whose cells are taken out typed; every fault goes to the list's faults."""

    def __init__(self, line: Line, places: Mapping[str, int], headings: Mapping[str, str], faults: Faults) -> None:
        self.line = line.number
        self.is_sound = True
        self._cells = line.cells
        self._places = places
        self._headings = headings
        self._faults = faults

    def fail(self, column: str, says: str, **given: object) -> None:
        """Add a fault of this row."""
        self.is_sound = False
        self._faults.add(says, line=self.line, column=self._headings.get(column, column), **given)

    def optional(self, column: str) -> str:
        """Return a cell's text, which may be empty."""
        place = self._places.get(column, len(self._cells))
        text = self._cells[place] if place < len(self._cells) else ""
        if isinstance(text, Spoilt):
            self.fail(column, text.says, shown=quoted(text))
            return ""
        if clean_line(text, max_chars=MAX_CELL_CHARS) != text:
            self.fail(column, f.UNCLEAN, most=MAX_CELL_CHARS)
            return ""
        return text

    def text(self, column: str) -> str:
        """Return a cell's text, which must not be empty."""
        before = self.is_sound
        text = self.optional(column)
        if not text and self.is_sound == before:
            self.fail(column, f.EMPTY)
        return text

    def digits(self, column: str, length: int) -> str:
        """Return a code of exactly so many digits; empty and a fault for anything else."""
        text = self.text(column)
        if not text:
            return ""
        if text.isascii() and text.isdigit() and len(text) == length:
            return text
        if _SCIENTIFIC.fullmatch(text):
            self.fail(column, f.SCIENTIFIC, shown=quoted(text))
        elif text.isdigit() and len(text) < length and (isinstance(text, Number) or length - len(text) < 3):
            self.fail(column, f.LOST_ZEROS, length=length, shown=quoted(text))
        else:
            self.fail(column, f.NOT_DIGITS, length=length, shown=quoted(text))
        return ""

    def integer(self, column: str, low: int, high: int) -> int:
        """Return a whole number in the closed range."""
        text = self.text(column)
        if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self.fail(column, f.NOT_WHOLE, low=low, high=high, shown=quoted(text))
        return low

    def degrees(self, column: str) -> float | None:
        """Return a number of degrees, None for an empty cell."""
        text = self.optional(column)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if isfinite(number) and text.isascii():
            return number
        self.fail(column, f.NOT_DEGREES, shown=quoted(text))
        return None

    def choice(self, column: str, options: Mapping[str, Choice]) -> Choice:
        """Return what the word of a cell means; that of the first word, and a fault, for another one."""
        text = self.text(column)
        if text and _folded(text) not in (known := {_folded(word): value for word, value in options.items()}):
            first = {value: word for word, value in reversed(list(options.items()))}
            said = ", ".join(quoted(first[value]) for value in dict.fromkeys(options.values()))
            self.fail(column, f.NOT_CHOICE, options=said, shown=quoted(text))
        elif text:
            return known[_folded(text)]
        return next(iter(options.values()))

    def day(self, column: str, *, empty: str) -> str:
        """Return a day as ``2026-12-01``."""
        text = self.optional(column)
        if not text:
            return empty
        found = _DAY.fullmatch(text)
        try:
            return date(*map(int, found.groups())).isoformat() if found else self._no_day(column, text, empty)
        except ValueError:
            return self._no_day(column, text, empty)

    def id(self, column: str) -> str:
        """Return an id in the usual form, or empty."""
        text = self.optional(column).lower()
        try:
            is_id = not text or str(UUID(text)) == text
        except ValueError:
            is_id = False
        if not is_id:
            self.fail(column, f.NOT_ID, shown=quoted(text))
        return text if is_id else ""

    def _no_day(self, column: str, text: str, empty: str) -> str:
        self.fail(column, f.DAY_AS_NUMBER if _SERIAL.fullmatch(text) else f.NOT_DAY, shown=quoted(text))
        return empty


def rows_of(lines: Sequence[Line], columns: Sequence[Column], faults: Faults) -> list[Row]:
    """Return the rows below the line of headings; none, and faults, where the headings are not those of the list."""
    if not lines:
        return []
    head, *rest = lines
    places = _places(head, columns, faults)
    if faults:
        return []
    if not rest:
        faults.add(f.NO_ROWS, line=head.number)
    headings = {name: head.cells[place] for name, place in places.items()}
    width = len(head.cells)
    for line in rest:
        if any(line.cells[width:]):
            faults.add(f.TOO_MANY_CELLS, line=line.number)
    return [Row(line, places, headings, faults) for line in rest]


def _places(head: Line, columns: Sequence[Column], faults: Faults) -> dict[str, int]:
    names = {_folded(word): each.name for each in columns for word in (each.name, each.chinese, *each.also)}
    places: dict[str, int] = {}
    for place, heading in enumerate(head.cells):
        name = names.get(_folded(heading))
        if name is None and heading:
            faults.add(f.STRANGE_HEADING, line=head.number, column=quoted(heading), columns=_listed(columns))
        elif name in places:
            faults.add(f.TWICE_HEADING, line=head.number, column=heading)
        elif name is not None:
            places[name] = place
    for each in columns:
        if each.is_needed and each.name not in places:
            faults.add(f.NO_HEADING, line=head.number, column=f"{each.chinese} ({each.name})")
    return places


def find_twice(keyed: Iterable[tuple[Row, str, str]], shown: Mapping[str, str] | None = None) -> None:
    """Add a fault to every row whose key, given with its column, an earlier row has; an empty key is none."""
    taken: dict[tuple[str, str], int] = {}
    for row, column, key in keyed:
        if not key:
            continue
        first = taken.setdefault((column, key), row.line)
        if first != row.line:
            row.fail(column, f.TWICE, shown=quoted((shown or {}).get(key, key)), first=first)


def check_days(row: Row, begins: str, ends: str) -> None:
    """Add a fault where a row ends before it begins."""
    if ends <= begins:
        row.fail("valid_to", f.ENDS_FIRST, until=ends)


def sound(rows: Collection[Row]) -> bool:
    """Return whether no row has a fault."""
    return all(row.is_sound for row in rows)


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(f"{each.chinese} ({each.name})" for each in columns)


def _folded(word: str) -> str:
    """Return a heading or word as it is compared: width, case, spaces, stars and remarks in brackets do not count."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return re.sub(r"\(.*?\)|[\s_*\-:]", "", plain)
