"""What can be found by typing, and how well each thing fits; an index that answers without looking at all. Pure.

The order is one for buildings and categories: the exact number first, then how the words fit: whole, at the beginning,
inside, in their order with gaps; of what fits alike, what stands first in the caller's order, which is what is near,
recent or common.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice, product, takewhile

from msgspec import Struct

from fieldapp.services.search_terms import (
    Door,
    House,
    HouseDoor,
    Number,
    Numeric,
    Term,
    Words,
    house_numbers,
    numbers_of,
    plain,
    runs_of,
)

SHORTEST_ENGLISH = 3
"""Letters from which the other words are searched too."""

MAX_CHARS = 400
"""Characters of a name that are looked at; the longest initials shipped, in all readings, have 350."""

EXACT, BEGINS, INSIDE, LOOSE = RANKS = (0, 1, 2, 3)
"""How well one term fits; loose is characters in their order with gaps, or a house without that door."""


class Texts(Struct, frozen=True):
    """What things that differ only in their numbers have in common.

    Attributes:
        whole: the words of names and readings that have one word.
        heads: how name and readings begin.
        runs: letters and characters of name and readings.
        more: those of the address, or of the English name.
    """

    whole: frozenset[str]
    heads: frozenset[str]
    runs: frozenset[str]
    more: frozenset[str]


class Findable(Struct, frozen=True):
    """Something that can be found.

    Attributes:
        numbers: in its name.
        houses: those that are the house's own.
        doors: numbers of its doors.
        more: numbers of the address.
    """

    texts: Texts
    numbers: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """Places of what fits, best first, and how many texts were compared for it."""

    places: tuple[int, ...]
    compared: int


PAIR = 2
"""Characters whose neighbourhood is indexed."""

_WHOLE, _HEAD, _MORE = "=", "^", "~"
_NUMBERS = re.compile(r"[0-9]+")

Rank = tuple[int, int]
"""How well something fits: its numbers, then its words."""


def findable(name: str, initials: str, more: str = "", *, code: str = "", doors: Iterable[str] = ()) -> Findable:
    """Return something to be found by its name, initials of every reading, other words, and a code or doors."""
    name, more = plain(name[:MAX_CHARS]), plain(more[:MAX_CHARS])
    texts = _texts_of(*map(_without_numbers, (name, plain(initials[:MAX_CHARS]), more)))
    if code:
        return Findable(texts, (code, *numbers_of(name)), (code,))
    return Findable(texts, numbers_of(name), house_numbers(name), tuple(doors), numbers_of(more))


def rank_of(thing: Findable, terms: Sequence[Term]) -> Rank | None:
    """Return how well something fits all terms, the lowest best, None where one does not fit."""
    numbers = words = 0
    for term in terms:
        if isinstance(term, Words):
            rank = text_rank(thing.texts, term.text)
            words = max(words, rank or 0)
        else:
            rank = number_rank(thing, term)
            numbers = max(numbers, rank or 0)
        if rank is None:
            return None
    return numbers, words


def text_rank(texts: Texts, text: str) -> int | None:
    """Return how well letters or characters fit."""
    if text in texts.whole:
        return EXACT
    if _begins(texts, text):
        return BEGINS
    if _is_inside(texts, text):
        return INSIDE
    return LOOSE if _is_loosely_in(texts, text) else None


def number_rank(thing: Findable, term: Numeric) -> int | None:
    """Return how well a number, a house or a door fits."""
    if isinstance(term, Number):
        return _bare_rank(thing, term)
    if isinstance(term, House):
        return EXACT if term.digits in thing.houses else INSIDE if term.digits in thing.more else None
    if isinstance(term, Door):
        return EXACT if term.digits in thing.doors else None
    is_here = term.house in thing.houses
    if f"{term.house}-{term.door}" in thing.numbers or (is_here and term.door in thing.doors):
        return EXACT
    # What is known of the doors may be old: the house comes last, not never.
    return LOOSE if is_here else None


def door_meant(terms: Iterable[Term], thing: Findable) -> str:
    """Return the number of the door that terms name of something, empty where they name none."""
    for term in terms:
        if isinstance(term, Words | House):
            continue
        if isinstance(term, HouseDoor):
            is_door = f"{term.house}-{term.door}" not in thing.numbers
            number = term.door
        else:
            is_door = isinstance(term, Door) or (term.is_later and term.digits not in thing.numbers)
            number = term.digits
        if is_door and number in thing.doors:
            return number
    return ""


class SearchIndex:
    """An index over things, prepared once; it answers as `rank_of` over all of them would, order included."""

    def __init__(self, things: Iterable[Findable]) -> None:
        self._texts = _TextIndex()
        self._numbers, self._houses, self._doors, self._more = (_NumberIndex() for _ in range(4))
        for place, thing in enumerate(things):
            self._texts.add(thing.texts, place)
            self._numbers.add(thing.numbers, place)
            self._houses.add(thing.houses, place)
            self._doors.add(thing.doors, place)
            self._more.add(thing.more, place)

    def find(self, terms: Sequence[Term], order: Sequence[int], limit: int) -> Found:
        """Return the places of the best that fit all terms.

        Args:
            order: the turn of each place among those that fit alike.
            limit: most that are returned.
        """
        compared = _Count()
        numbers = [_Reach(partial(self._by_number, term)) for term in terms if not isinstance(term, Words)]
        words = [_Reach(partial(self._texts.by_text, term.text, compared)) for term in terms if isinstance(term, Words)]
        best: list[int] = []
        seen: set[int] = set()
        for number_rank, word_rank in product(RANKS if numbers else (EXACT,), RANKS if words else (EXACT,)):
            reached = [reach.up_to(number_rank) for reach in numbers] + [reach.up_to(word_rank) for reach in words]
            fitting = set.intersection(*sorted(reached, key=len)) - seen if reached else set()
            seen |= fitting
            best += sorted(fitting, key=order.__getitem__)
            if len(best) >= limit:
                break
        return Found(tuple(best[:limit]), compared.value)

    def _by_number(self, term: Numeric, rank: int) -> set[int]:
        if isinstance(term, Number):
            if rank == EXACT:
                return self._numbers.equal(term.digits) | (self._doors.equal(term.digits) if term.is_later else set())
            fields = {BEGINS: self._numbers, INSIDE: self._more}
            return fields[rank].beginning(term.digits) if rank in fields else set()
        if isinstance(term, House):
            places = {EXACT: self._houses, INSIDE: self._more}
            return places[rank].equal(term.digits) if rank in places else set()
        if isinstance(term, Door):
            return self._doors.equal(term.digits) if rank == EXACT else set()
        houses = self._houses.equal(term.house)
        if rank == EXACT:
            return self._numbers.equal(f"{term.house}-{term.door}") | (houses & self._doors.equal(term.door))
        return houses if rank == LOOSE else set()


class _Count:
    """How many texts were compared."""

    value = 0


class _Reach:
    """The places that one term reaches up to each rank, found when they are first asked for."""

    def __init__(self, at_rank: Callable[[int], set[int]]) -> None:
        self._at_rank = at_rank
        self._known: list[set[int]] = []

    def up_to(self, rank: int) -> set[int]:
        """Return the places at which the term fits so well or better."""
        while len(self._known) <= rank:
            found = self._at_rank(len(self._known))
            self._known.append(self._known[-1] | found if self._known else found)
        return self._known[rank]


class _NumberIndex:
    """Places by number."""

    def __init__(self) -> None:
        self._places: dict[str, list[int]] = {}
        self._in_order: list[str] | None = None

    def add(self, numbers: Iterable[str], place: int) -> None:
        """Note the numbers of a place; not once it was asked."""
        for number in numbers:
            self._places.setdefault(number, []).append(place)

    def equal(self, number: str) -> set[int]:
        """Return the places with this number."""
        return set(self._places.get(number, ()))

    def beginning(self, digits: str) -> set[int]:
        """Return the places with a number that begins so."""
        if self._in_order is None:
            self._in_order = sorted(self._places)
        later = islice(self._in_order, bisect_left(self._in_order, digits), None)
        return set().union(*(self._places[each] for each in takewhile(lambda each: each.startswith(digits), later)))


class _TextIndex:
    """Places by what their texts hold: each text is in the list of every character and pair of neighbours in it."""

    def __init__(self) -> None:
        self._ids: dict[Texts, int] = {}
        self._texts: list[Texts] = []
        self._places: list[list[int]] = []
        self._holding: dict[str, list[int]] = {}

    def add(self, texts: Texts, place: int) -> None:
        known = self._ids.setdefault(texts, len(self._texts))
        if known == len(self._texts):
            self._texts.append(texts)
            self._places.append([])
            for mark in _marks(texts):
                self._holding.setdefault(mark, []).append(known)
        self._places[known].append(place)

    def by_text(self, text: str, compared: _Count, rank: int) -> set[int]:
        """Return the places that letters or characters fit in the way of a rank; better ones may be among them."""
        found = self._fitting(text, rank, compared)
        return set().union(*(self._places[known] for known in found))

    def _fitting(self, text: str, rank: int, compared: _Count) -> Iterable[int]:
        pairs, is_short = _neighbours(text), len(text) <= PAIR
        if rank == EXACT:
            return self._holding.get(_WHOLE + text, ())
        if rank == BEGINS:
            if is_short:
                return self._holding.get(_HEAD + text, ())
            return self._rarest([_HEAD + text[:PAIR], *pairs], _begins, text, compared)
        if rank == INSIDE:
            inside = self._holding.get(text, ()) if is_short else self._rarest(pairs, _is_inside, text, compared)
            if len(text) < SHORTEST_ENGLISH or not text.isascii():
                return inside
            return [*inside, *self._rarest([_MORE + pair for pair in pairs], _is_inside, text, compared)]
        return () if text.isascii() else self._rarest(text, _is_loosely_in, text, compared)

    def _rarest(
        self, marks: Iterable[str], fits: Callable[[Texts, str], bool], text: str, compared: _Count
    ) -> Iterable[int]:
        """Return those of the texts with the rarest mark that fit."""
        held = min((self._holding.get(mark, ()) for mark in marks), key=len)
        compared.value += len(held)
        return [known for known in held if fits(self._texts[known], text)]


def _bare_rank(thing: Findable, term: Number) -> int | None:
    if term.digits in thing.numbers or (term.is_later and term.digits in thing.doors):
        return EXACT
    if any(number.startswith(term.digits) for number in thing.numbers):
        return BEGINS
    return INSIDE if any(number.startswith(term.digits) for number in thing.more) else None


def _marks(texts: Texts) -> Iterator[str]:
    """Yield what a text is found by, each once."""
    marks = {_WHOLE + each for each in texts.whole}
    marks.update(_HEAD + head[:size] for head in texts.heads for size in (1, PAIR))
    for run in texts.runs:
        marks.update(run, _neighbours(run))
    for run in texts.more:
        marks.update([_MORE + pair for pair in _neighbours(run)] if run.isascii() else [*run, *_neighbours(run)])
    yield from marks


def _neighbours(text: str) -> list[str]:
    return [text[place : place + PAIR] for place in range(len(text) - PAIR + 1)]


def _begins(texts: Texts, text: str) -> bool:
    return any(head.startswith(text) for head in texts.heads)


def _is_inside(texts: Texts, text: str) -> bool:
    if any(text in run for run in texts.runs):
        return True
    has_more = len(text) >= SHORTEST_ENGLISH or not text.isascii()
    return has_more and any(text in run for run in texts.more)


def _is_loosely_in(texts: Texts, text: str) -> bool:
    return not text.isascii() and any(_in_order(text, run) for run in texts.runs)


def _in_order(text: str, run: str) -> bool:
    rest = iter(run)
    return all(char in rest for char in text)


@lru_cache(maxsize=1024)
def _texts_of(name: str, initials: str, more: str) -> Texts:
    spelled = [runs_of(each) for each in (name, name.replace(" ", ""), *initials.split())]
    return Texts(
        frozenset(runs[0] for runs in spelled if len(runs) == 1),
        frozenset(runs[0] for runs in spelled if runs),
        frozenset(run for runs in spelled for run in runs),
        frozenset(runs_of(more)),
    )


def _without_numbers(text: str) -> str:
    return _NUMBERS.sub("0", text)
