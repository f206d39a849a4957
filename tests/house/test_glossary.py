"""One word per idea: the glossary's words are used in the catalogues, and words that would be a second one are not."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog

from tests.fieldapp.text.sentences import pairs_of
from tests.house.tree import ROOT, listed
from tests.sync.caseapi.desk import desk_catalogue
from tests.tools import catalogue as tablet_catalogue

GLOSSARY = ROOT / "docs" / "GLOSSARY.md"
Pair = tuple[str, str]


class Word(NamedTuple):
    """A row of the glossary."""

    english: str
    chinese: str
    means: str
    always: str
    never: tuple[str, ...]


def words_in(text: str) -> Iterator[Word]:
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith(("| English", "|---")):
            english, chinese, means, always, never = (cell.strip() for cell in line.strip("|").split("|"))
            yield Word(english, chinese, means, always, tuple(filter(None, map(str.strip, never.split(",")))))


def has(sentence: str, word: str) -> bool:
    """Return whether an English sentence has a word, alone or in the plural; what is filled in is none of it."""
    return re.search(rf"\b{re.escape(word)}s?\b", re.sub(r"\{\w*\}", "", sentence), re.IGNORECASE) is not None


def said_otherwise(word: Word, pairs: list[Pair]) -> list[str]:
    """Return the sentences that have the English word and not the Chinese one."""
    return [f"{word.english}: {en!r} {zh!r}" for en, zh in pairs if has(en, word.english) and word.chinese not in zh]


def said_twice(word: Word, pairs: list[Pair]) -> list[str]:
    """Return the sentences that have a second word for the idea."""
    return [
        f"{never}: {en!r} {zh!r}; say {word.english}, {word.chinese}"
        for never in word.never
        for en, zh in pairs
        if (has(en, never) if never.isascii() else never in zh)
    ]


CATALOGUES: tuple[Catalog, ...] = (tablet_catalogue.stored(), desk_catalogue.stored())
PAIRS: list[Pair] = [pair for catalogue in CATALOGUES for pair in pairs_of(catalogue)]
WORDS = list(words_in(GLOSSARY.read_text(encoding="utf-8")))
STATES = {"saved", "to be sent", "sent", "on hold", "handed over everything"}


def test_the_states_of_a_record_and_the_other_ideas_stand_in_the_glossary_each_with_one_word() -> None:
    assert {word.english for word in WORDS} > STATES
    for column in ("english", "chinese"):
        several = [word for word, count in Counter(getattr(row, column) for row in WORDS).items() if count > 1]
        assert not several, listed(several, "one row per word")
    assert all(word.means and word.always in ("", "yes") for word in WORDS)


@pytest.mark.parametrize("word", WORDS, ids=[word.english for word in WORDS])
def test_the_catalogues_use_the_word_and_no_second_one(word: Word) -> None:
    assert any(has(en, word.english) and word.chinese in zh for en, zh in PAIRS), "no sentence uses it: leave it out"
    findings = said_twice(word, PAIRS) + (said_otherwise(word, PAIRS) if word.always else [])
    assert not findings, listed(findings, "one word per idea: docs/GLOSSARY.md")


def test_a_second_word_would_be_found() -> None:
    (word,) = words_in("| English | 中文 |\n|---|\n| sent | 已交 | proven | yes | 已上传, uploaded |\n")
    assert said_twice(word, [("All sent", "全部已上传")])
    assert said_twice(word, [("All Uploaded", "全部已交")])
    assert said_otherwise(word, [("All sent", "全部送到")])
    assert not said_twice(word, [("All sent", "全部已交")]) + said_otherwise(word, [("To {sent}", "到")])
