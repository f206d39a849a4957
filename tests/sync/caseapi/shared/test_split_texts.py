"""Words are kept as they always were: a database of before is searched by the program of today."""

import pytest

from sync.caseapi.storage import search_text
from sync.caseapi.storage.search_text import BREAK, Token, is_found, marked, phrases_of, stored, tokens_of
from sync.caseapi.storage.searching import Reach


def test_each_kind_of_run_is_kept_in_its_own_way() -> None:
    assert stored(["楼A12é"]) == "u697c wa d12 xc3a9"
    assert stored(["Ａｂ ㎡ ¼"]) == "wab wm d2 d1 d4"
    assert stored(["straße"]) == "wstrasse"
    assert stored([]) == stored([""]) == ""


def test_a_run_counts_to_its_64th_letter() -> None:
    assert stored(["a" * 64 + "b"]) == stored(["a" * 64]) == "w" + "a" * 64
    assert stored(["a" * 63]) == "w" + "a" * 63


def test_a_break_stands_between_two_texts_and_not_before_the_first() -> None:
    assert stored(["一", "二", "三"]) == f"u4e00 {BREAK} u4e8c {BREAK} u4e09"
    assert stored(["", "二"]) == "u4e8c"


def test_what_is_too_often_there_becomes_a_break_over_which_no_phrase_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_text, "MOST_SAME", 2)
    assert stored(["一二一一二一", "一三"]) == f"u4e00 u4e8c u4e00 {BREAK} u4e8c {BREAK} {BREAK} {BREAK} u4e09"


@pytest.mark.parametrize(("most", "kept"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 5)])
def test_a_text_is_kept_to_its_last_token_that_counts(monkeypatch: pytest.MonkeyPatch, most: int, kept: int) -> None:
    monkeypatch.setattr(search_text, "MOST_TOKENS", most)
    whole = ["u4e00", "u4e8c", BREAK, "u4e09", "u56db"]
    assert stored(["一二", "三四"]).split() == whole[:kept]


def test_no_more_is_split_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_text, "MOST_TOKENS", 3)
    taken: list[str] = []

    def texts() -> list[str]:
        for text in ("一", "二", "三", "四"):
            taken.append(text)
            yield text  # type: ignore[misc]  # what is taken is noted as it is taken

    stored(texts())
    assert taken == ["一", "二"]


def test_a_query_is_a_phrase_for_each_part_without_repeats_and_of_so_many() -> None:
    assert phrases_of("楼道 3号 楼道 ，") == (("u697c", "u9053"), ("d3", "u53f7"))
    assert phrases_of(" ".join("一二三四五六七")) == tuple((f"u{ord(each):x}",) for each in "一二三四五六")
    assert phrases_of("") == ()


def test_every_phrase_must_be_there_and_none_asks_for_nothing() -> None:
    kept = stored(["一二三"])
    assert is_found(kept, phrases_of("一二 三"))
    assert not is_found(kept, phrases_of("一二 四"))
    assert not is_found(kept, ())
    assert not is_found("u4e001", phrases_of("一"))


def test_the_longest_phrase_is_marked_once_where_several_stand() -> None:
    phrases = phrases_of("一 一二 二三 一二三")
    assert marked("零一二三一", phrases) == ((1, 4), (4, 5))
    assert marked("一", phrases_of("一二")) == ()
    assert marked("零", phrases) == ()
    assert marked("一三", phrases_of("一二")) == ()
    assert marked("一二", phrases_of("一 二")) == ((0, 1), (1, 2))


def test_a_token_says_where_it_stands_in_the_text_as_it_was_written() -> None:
    assert list(tokens_of("a 12")) == [Token("wa", 0, 1), Token("d12", 2, 4)]
    # Two characters that are one when they are put together, and one that becomes two.
    assert list(tokens_of("e\u0301x ㎡")) == [Token("xc3a978", 0, 3), Token("wm", 4, 5), Token("d2", 4, 5)]
    assert list(tokens_of("楼㎡")) == [Token("u697c", 0, 1), Token("wm", 1, 2), Token("d2", 1, 2)]
    assert list(tokens_of("か\u3099く")) == [Token("u304c", 0, 2), Token("u304f", 2, 3)]
    assert marked("面积㎡大", phrases_of("m2")) == ((2, 3),)


@pytest.mark.parametrize(
    ("reach", "is_nothing"),
    [
        (Reach(), True),
        (Reach(is_everything=True), False),
        (Reach(areas=frozenset({"1"})), False),
        (Reach(orgs=frozenset({"org"})), False),
    ],
)
def test_there_is_something_to_look_through_where_any_of_it_is(reach: Reach, is_nothing: bool) -> None:
    assert reach.is_nothing is is_nothing
