"""Pinyin initials of Chinese names, in every reading, from a small shipped table.

A name is found by the first letters of its syllables: 暖气不热 by “nqbr”. Characters with several readings give
several spellings. The table is made in development by ``python -m sync.caseapi.district.initials``, which needs
pypinyin; it also fills the initials column of the catalogue. Nothing at run time needs pypinyin.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice, product
from pathlib import Path

from sync.caseapi.district.catalogue import CATALOGUE_COLUMNS, CATALOGUE_FILES, DATA
from sync.caseapi.district.naming import VOCABULARY
from sync.caseapi.district.tables import write_table

TABLE_FILE = "char_initials.csv"
"""One line for each character in use: the character and the initials of its readings."""

MAX_SPELLINGS = 64
"""Most spellings kept of one name, alphabetically; the shipped name with the most readings has half as many."""


def initials_of(name: str) -> tuple[str, ...]:
    """Return the initials of a name in every combination of readings, sorted; and of each part behind a slash.

    Latin letters and digits stay, in lower case; marks and characters that the table lacks are left out.
    """
    table = _shipped_table()
    parts = name.split("/")
    spellings = {name.replace("/", ""), *parts[1:]}
    return tuple(sorted({spelling for part in spellings for spelling in _spellings(part, table)}))


def characters(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the Chinese characters of some texts, sorted, each once."""
    return tuple(sorted({char for text in texts for char in text if char.isalpha() and not char.isascii()}))


def _spellings(text: str, table: Mapping[str, str]) -> list[str]:
    choices = [_letters(char, table) for char in text.lower()]
    combined = product(*(letters for letters in choices if letters))
    return ["".join(letters) for letters in islice(combined, MAX_SPELLINGS)]


def _letters(char: str, table: Mapping[str, str]) -> str:
    return char if char.isascii() and char.isalnum() else table.get(char, "")


@cache
def _shipped_table() -> Mapping[str, str]:
    with (DATA / TABLE_FILE).open(encoding="utf-8", newline="") as file:
        return {row["char"]: row["initials"] for row in csv.DictReader(file)}


def readings_table(chars: Iterable[str]) -> list[tuple[str, str]]:
    """Return (character, its readings' initials in alphabetical order) by pypinyin, which only development has."""
    from pypinyin import Style, pinyin

    readings = {char: pinyin(char, style=Style.NORMAL, heteronym=True)[0] for char in chars}
    return [(char, "".join(sorted({reading[0] for reading in found}))) for char, found in readings.items()]


def names_in_use() -> list[str]:
    """Return every text whose initials are shipped or computed: catalogue, communities, words, usual characters."""
    files = (*CATALOGUE_FILES, "communities.csv")
    return [*(row["name"] for name in files for row in _rows(DATA / name)), *VOCABULARY, usual_characters()]


def usual_characters() -> str:
    """Return the 6,763 characters of GB 2312, of which the names of real estates are made."""
    cells = [bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    return "".join(cell.decode("gb2312", "ignore") for cell in cells)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the table of characters, then the catalogue's initials column."""
    write_table(DATA / TABLE_FILE, ("char", "initials"), readings_table(characters(names_in_use())))
    _shipped_table.cache_clear()
    for name in CATALOGUE_FILES:
        rows = [row | {"initials": " ".join(initials_of(row["name"]))} for row in _rows(DATA / name)]
        write_table(DATA / name, CATALOGUE_COLUMNS, ([row[column] for column in CATALOGUE_COLUMNS] for row in rows))


if __name__ == "__main__":
    main()
