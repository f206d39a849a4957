"""Finds a category among hundreds with a few keys: recent ones, common ones, initials, characters, digits. Pure."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain, zip_longest

from msgspec import Struct

from fieldapp.services.search_index import SearchIndex, findable
from fieldapp.services.search_terms import terms_of
from sync.reference import MatterEntry

RECENT_SHOWN = 8
"""Recent categories offered first."""

COMMON_SHOWN = 10
"""Common categories offered after them."""

FOUND_SHOWN = 20
"""Most categories that a search returns."""


class Matter(Struct, frozen=True):
    """A category of the catalogue with its key, ``standard:kind:code``."""

    key: str
    entry: MatterEntry


class MatterPicker:
    """An index over the catalogue of the moment.

    Args:
        matters: the catalogue in its order.
        recent: keys used lately, newest first; repeated and unknown ones are passed over.
    """

    def __init__(self, matters: Mapping[str, MatterEntry], recent: Iterable[str] = ()) -> None:
        self._by_key = {key: Matter(key, entry) for key, entry in matters.items()}
        self._recent = [self._by_key[key] for key in dict.fromkeys(recent) if key in self._by_key]

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

        Of those that fit equally well, the recent ones come first, then the common ones.
        """
        index, matters, order = self._prepared
        return [matters[place] for place in index.find(terms_of(query), order, count).places]

    @cached_property
    def _prepared(self) -> tuple[SearchIndex, list[Matter], range]:
        first = [*self._recent, *self.common(len(self._by_key))]
        matters = list({matter.key: matter for matter in [*first, *self._by_key.values()]}.values())
        things = (
            findable(entry.name, entry.initials, entry.name_en, code=entry.code)
            for entry in (matter.entry for matter in matters)
        )
        return SearchIndex(things), matters, range(len(matters))
