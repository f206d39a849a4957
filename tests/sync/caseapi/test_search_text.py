"""How text is split to be found: one rule for what is kept and for what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.storage.search_text import MOST_SAME, is_found, marked, phrases_of, stored, tokens_of

TEXTS = st.text(
    alphabet=st.sampled_from("楼道堆物三3单元A12ａéß㎡ か゛𠀀ℵ.，-_ \n\u3000\u0301"), max_size=40
) | st.text(max_size=40)


def finds(text: str, query: str) -> bool:
    return is_found(stored([text]), phrases_of(query))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("三单元楼道堆物", "楼道"),
        ("3号楼２单元", "3号楼2"),
        ("电压110KV", "kv"),
        ("Ｈeating leak", "heating"),
        ("A12室", "12"),
        ("面积30㎡", "m2"),
        ("楼道，堆物", "道堆"),
        ("楼道里堆着物", "物 楼道"),
        ("𠀀字", "𠀀"),
    ],
)
def test_what_somebody_types_is_found(text: str, query: str) -> None:
    assert finds(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [("12号楼", "2号楼"), ("道楼", "楼道"), ("楼里的道", "楼道"), ("堆物", "堆物 楼道"), ("楼", "，。"), ("楼", "")],
)
def test_what_is_not_there_is_not_found(text: str, query: str) -> None:
    assert not finds(text, query)


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    assert not is_found(stored(["一号楼", "道路破损"]), phrases_of("楼道"))


@given(TEXTS)
def test_what_is_kept_is_words_of_ascii_letters_and_digits(text: str) -> None:
    kept = stored([text])
    assert kept.isascii()
    assert all(word.isalnum() and word == word.lower() for word in kept.split(" ") if kept)


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_is_found_by_any_part_of_it_that_has_whole_tokens(before: str, part: str, after: str) -> None:
    query = part.split(maxsplit=1)[0] if part.split() else ""
    is_asked = bool(phrases_of(query))
    assert finds(f"{before} {query} {after}", query) == is_asked


@given(TEXTS, TEXTS)
def test_something_is_marked_exactly_where_a_phrase_is_found(text: str, query: str) -> None:
    phrases = phrases_of(query)
    spans = marked(text, phrases)
    assert bool(spans) == any(is_found(stored([text]), [phrase]) for phrase in phrases)
    places = [place for span in spans for place in span]
    assert places == sorted(places)
    for start, end in spans:
        assert [token.word for token in tokens_of(text) if start <= token.start < end]


def test_a_word_repeated_without_end_is_kept_so_often_and_no_more() -> None:
    kept = stored(["楼" * (MOST_SAME + 50)])
    assert kept.split().count("u697c") == MOST_SAME
