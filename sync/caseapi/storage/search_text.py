"""How text is found: it is split by one rule, wherever it is kept, so that every storage finds the same. Pure.

Each Chinese character is a token of its own, letters and digits are runs in lower case, all else only separates. What
is stored is made of ASCII words alone, whatever the text was: no storage's own idea of letters has a say in it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST_TOKENS = 4_000
"""Most tokens kept of one text: a report of the longest kind with all its notes."""

MOST_SAME = 200
"""How often one token is kept in a text: storages that count places stop counting soon after."""

MOST_PHRASES = 6
"""Most parts of one query."""

RUN_CHARS = 64
"""How much of a run of letters or digits counts."""

BREAK = "s"
"""Stands between two texts that are kept together: no phrase of a query has it, so that none reaches across."""

_CHARACTERS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
_TOKEN = re.compile(rf"[{_CHARACTERS}]|[0-9]+|[^\W_0-9{_CHARACTERS}]+")
_CHARACTER = re.compile(f"[{_CHARACTERS}]")

Phrase = tuple[str, ...]
"""Tokens that must follow each other."""


class Token(NamedTuple):
    """A token as it is stored, and where in the text it stands."""

    word: str
    start: int
    end: int


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, in order."""
    composed, places = _composed(text)
    for found in _TOKEN.finditer(composed):
        start, end = found.span()
        if places is not None:
            start, end = places[start][0], places[end - 1][1]
        yield Token(_word(found[0]), start, end)


def stored(texts: Iterable[str]) -> str:
    """Return texts as they are kept to be found: words of ASCII, a break between two texts."""
    words: list[str] = []
    times: dict[str, int] = {}
    for text in texts:
        if words:
            words.append(BREAK)
        for token in tokens_of(text):
            times[token.word] = times.get(token.word, 0) + 1
            # A break stands for what is no longer kept, so that no phrase closes over the gap.
            words.append(token.word if times[token.word] <= MOST_SAME else BREAK)
        if len(words) >= MOST_TOKENS:
            break
    return " ".join(words[:MOST_TOKENS])


def phrases_of(query: str) -> tuple[Phrase, ...]:
    """Return what is asked for: a phrase for each part between blanks, all of which must be found."""
    parts = (tuple(token.word for token in tokens_of(part)) for part in query.split())
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_PHRASES]


def is_found(kept: str, phrases: Sequence[Phrase]) -> bool:
    """Return whether a stored text has every phrase: the plain rule that every index must agree with."""
    return bool(phrases) and all(f" {' '.join(phrase)} " in f" {kept} " for phrase in phrases)


def marked(text: str, phrases: Sequence[Phrase]) -> tuple[tuple[int, int], ...]:
    """Return where phrases stand in a text, from and to, in order, without overlap."""
    tokens = list(tokens_of(text))
    spans: list[tuple[int, int]] = []
    place = 0
    while place < len(tokens):
        longest = max((len(phrase) for phrase in phrases if _stands(tokens, place, phrase)), default=0)
        if longest:
            spans.append((tokens[place].start, tokens[place + longest - 1].end))
        place += longest or 1
    return tuple(spans)


def _stands(tokens: Sequence[Token], place: int, phrase: Phrase) -> bool:
    return len(tokens) >= place + len(phrase) and all(
        tokens[place + offset].word == word for offset, word in enumerate(phrase)
    )


def _word(run: str) -> str:
    if _CHARACTER.match(run):
        return f"u{ord(run):x}"
    folded = unicodedata.normalize("NFKC", run.casefold())[:RUN_CHARS]
    if not folded.isascii():
        return f"x{folded.encode('utf-8', 'replace').hex()}"
    return f"d{folded}" if folded.isdigit() else f"w{folded}"


def _composed(text: str) -> tuple[str, list[tuple[int, int]] | None]:
    """Return a text as NFKC, and for each place of it what of the text it is made of; None where nothing moves."""
    if unicodedata.is_normalized("NFKC", text):
        return text, None
    composed: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        part = unicodedata.normalize("NFKC", text[start:end])
        composed.append(part)
        places += [(start, end)] * len(part)
        start = end
    return "".join(composed), places
