"""What was found, with its words marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sync.caseapi.cases.permissions import TABLE, is_within
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.queue import QueueLine, queue_lines
from sync.caseapi.desk.views.words import Now
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.casework.search import FoundCase
from sync.caseapi.storage.search_text import Phrase, is_found, marked, stored
from sync.text import clean_line, clean_text

MOST_BESIDE = 10
"""Most buildings, and most categories, of one page."""

_BEFORE_CHARS, _AFTER_CHARS = 16, 60
"""How much of a text stands around what was found in it."""

_LABELS = {
    "place": N_("Place"),
    "words": N_("What is wrong"),
    "action": N_("Solved on the spot"),
    "note": N_("Note"),
}

Parts = tuple[tuple[str, bool], ...]
"""A text in pieces; those that were found are marked."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text around what was found."""

    label: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A case that was found."""

    line: QueueLine
    matter: Parts
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class FoundBeside:
    """A building or a category that was found.

    Attributes:
        id: of the building; words to look for, of a category.
    """

    id: str
    name: Parts
    more: str
    grid: str = ""


def found_lines(
    found: Sequence[FoundCase], phrases: Sequence[Phrase], directory: Directory, *, now: Now, texts: Texts
) -> tuple[FoundLine, ...]:
    """Return the lines of what was found, in its order."""
    lines = queue_lines([each.case for each in found], directory, now=now, texts=texts)
    return tuple(
        FoundLine(line, in_parts(line.matter, phrases), tuple(_excerpts(each, phrases, texts)))
        for line, each in zip(lines, found, strict=True)
    )


def in_parts(text: str, phrases: Sequence[Phrase]) -> Parts:
    """Return a text in pieces, those marked where phrases stand."""
    parts: list[tuple[str, bool]] = []
    place = 0
    for start, end in marked(text, phrases):
        parts += [(text[place:start], False), (text[start:end], True)]
        place = end
    return tuple((part, is_marked) for part, is_marked in (*parts, (text[place:], False)) if part)


def found_buildings(directory: Directory, by: Caller, query: str, phrases: Sequence[Phrase]) -> tuple[FoundBeside, ...]:
    """Return the buildings of the seeker's area that have the query in name or address, by grid and order."""
    patches = [seat.org for seat in by.seats if TABLE["read_cases"].get(seat.role) == "subtree"]
    is_everywhere = any(TABLE["read_cases"].get(seat.role) == "all" for seat in by.seats)
    found = (
        (entry.grid, entry.order, building_id, entry)
        for building_id, entry in directory.buildings.items()
        if (is_everywhere or any(is_within(patch, entry.grid) for patch in patches))
        and _fits((entry.name, entry.address), entry.initials, query, phrases)
    )
    return tuple(
        FoundBeside(
            building_id,
            in_parts(clean_line(entry.name), phrases),
            clean_line(f"{directory.named(entry.grid)} {entry.address}"),
            entry.grid,
        )
        for _, _, building_id, entry in sorted(found, key=lambda each: each[:3])[:MOST_BESIDE]
    )


def found_matters(directory: Directory, query: str, phrases: Sequence[Phrase], texts: Texts) -> tuple[FoundBeside, ...]:
    """Return the categories that have the query in a name or are its code, by code."""
    in_english = texts.language == "en"
    found = (
        entry
        for _, entry in sorted(directory.matters.items())
        if _fits((entry.name, entry.name_en, entry.code), entry.initials, query, phrases)
    )
    beside = []
    for entry in found:
        name = clean_line((entry.name_en if in_english else "") or entry.name)
        group = clean_line((entry.group_en if in_english else "") or entry.group)
        beside.append(FoundBeside(clean_line(entry.name), in_parts(name, phrases), f"{group} {entry.code}".strip()))
    return tuple(beside[:MOST_BESIDE])


def _fits(names: tuple[str, ...], initials: str, query: str, phrases: Sequence[Phrase]) -> bool:
    typed = query.casefold()
    is_initials = typed.isascii() and typed.isalpha()
    return is_found(_kept(names), phrases) or (is_initials and any(each.startswith(typed) for each in initials.split()))


@lru_cache(maxsize=1 << 16)
def _kept(names: tuple[str, ...]) -> str:
    return stored(names)


def _excerpts(found: FoundCase, phrases: Sequence[Phrase], texts: Texts) -> Iterator[Excerpt]:
    """Yield what was found beside the category, the first place of each text."""
    for each in found.texts:
        text = clean_text(each.text).replace("\n", " ")
        spans = marked(text, phrases)
        if each.name not in _LABELS or not spans:
            continue
        start, end = max(spans[0][0] - _BEFORE_CHARS, 0), min(spans[0][1] + _AFTER_CHARS, len(text))
        cut = f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
        yield Excerpt(texts(_LABELS[each.name]), in_parts(cut, phrases))
