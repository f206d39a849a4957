"""Finds a category among hundreds with a few keys: recent ones, common ones, initials, characters, digits. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain, zip_longest

from msgspec import Struct

from sync.reference import MatterEntry

RECENT_SHOWN = 8
"""Recent categories offered first."""

COMMON_SHOWN = 10
"""Common categories offered after them."""

FOUND_SHOWN = 20
"""Most categories that a search returns."""

SHORTEST_ENGLISH = 3
"""Letters from which the English names are searched too."""


class Matter(Struct, frozen=True):
    """A category of the catalogue with its key, ``standard:kind:code``."""

    key: str
    entry: MatterEntry


class _Indexed(Struct, frozen=True):
    matter: Matter
    initials: tuple[str, ...]
    name: str
    english: str


class MatterPicker:
    """An index over the catalogue of the moment.

    Args:
        matters: the catalogue in its order.
        recent: keys used lately, newest first; repeated and unknown ones are passed over.
    """

    def __init__(self, matters: Mapping[str, MatterEntry], recent: Iterable[str] = ()) -> None:
        self._by_key = {key: Matter(key, entry) for key, entry in matters.items()}
        self._recent = [self._by_key[key] for key in dict.fromkeys(recent) if key in self._by_key]
        self._index = [
            _Indexed(
                matter,
                tuple(matter.entry.initials.lower().split()),
                folded(matter.entry.name),
                folded(matter.entry.name_en),
            )
            for matter in self._by_key.values()
        ]

    def get(self, key: str) -> Matter | None:
        """Return a category by key."""
        return self._by_key.get(key)

    def recent(self, count: int = RECENT_SHOWN) -> list[Matter]:
        """Return the categories used lately, newest first."""
        return self._recent[:count]

    def common(self, count: int = COMMON_SHOWN) -> list[Matter]:
        """Return common categories that are not among the recent ones shown: local and national ones by turns.

        Local codes were given out downwards from 10999, the most needed first.
        """
        shown = {matter.key for matter in self.recent()}
        common = sorted(self._by_key.values(), key=lambda matter: matter.entry.code)
        offered = [matter for matter in common if matter.entry.common and matter.key not in shown]
        local = [matter for matter in reversed(offered) if matter.entry.standard == "local"]
        national = [matter for matter in offered if matter.entry.standard != "local"]
        by_turns = chain.from_iterable(zip_longest(local, national))
        return [matter for matter in by_turns if matter is not None][:count]

    def find(self, query: str, count: int = FOUND_SHOWN) -> list[Matter]:
        """Return the categories that fit, best first: by code digits, initials, characters or English words.

        Of those that fit equally well, the common ones come first.
        """
        wanted = folded(query)
        if not wanted:
            return []
        ranked = [
            (rank, not row.matter.entry.common, place, row.matter)
            for place, row in enumerate(self._index)
            if (rank := _rank(row, wanted)) is not None
        ]
        return [matter for *_, matter in sorted(ranked, key=lambda found: found[:3])[:count]]


def folded(text: str) -> str:
    """Return a text as it is compared: full-width characters narrowed, lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _rank(row: _Indexed, wanted: str) -> int | None:
    """Return how well a row fits, 0 best, None not at all."""
    fits = (
        wanted.isdecimal() and row.matter.entry.code.startswith(wanted),
        wanted in row.initials,
        row.name.startswith(wanted),
        any(reading.startswith(wanted) for reading in row.initials),
        wanted in row.name,
        len(wanted) >= SHORTEST_ENGLISH and wanted in row.english,
        any(wanted in reading for reading in row.initials),
        not wanted.isascii() and _in_order(wanted, row.name),
    )
    return next((rank for rank, does_fit in enumerate(fits) if does_fit), None)


def _in_order(wanted: str, name: str) -> bool:
    rest = iter(name)
    return all(char in rest for char in wanted)
