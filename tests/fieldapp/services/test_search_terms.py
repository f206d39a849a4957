"""What is typed is read as an inspector means it: houses, doors, numbers, words, in any width."""

import pytest

from fieldapp.services.search_terms import (
    MAX_TERMS,
    MAX_TYPED,
    Door,
    House,
    HouseDoor,
    Number,
    Term,
    Words,
    door_number,
    house_numbers,
    numbers_of,
    plain,
    terms_of,
)


@pytest.mark.parametrize(
    "typed",
    [
        *("3-2", "3号2单元", "3栋2", "3#2", "3号楼2", "３－２", "3 - 2", "3—2", "3号楼 二单元", "三号二单元", "3幢2门"),
        *("3-2-501", "第3栋2", "3h2dy", "3hl2", "3座-2", "3＃2"),
    ],
)
def test_a_house_with_its_door_is_read_in_every_way_of_writing_it(typed: str) -> None:
    assert terms_of(typed) == (HouseDoor("3", "2"),)


@pytest.mark.parametrize(
    "typed", ["3号", "3号楼", "3栋", "3#", "3-", "３号", "3 号", "三号", "第3栋", "3h", "3HL", "3楼"]
)
def test_a_number_with_a_house_word_is_a_house(typed: str) -> None:
    assert terms_of(typed) == (House("3"),)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("3", (Number("3"),)),
        ("12单元", (Door("12"),)),
        ("友协 3", (Words("友协"), Number("3"))),
        ("3 2", (Number("3"), Number("2", is_later=True))),
        ("友xq3", (Words("友"), Words("xq"), Number("3"))),
        ("友谊路12号3号楼", (Words("友谊路"), House("12"), House("3"))),
        ("友协小区第3栋", (Words("友协小区"), House("3"))),
        ("3hfxq", (Number("3"), Words("hfxq"))),
        ("ＹＸ", (Words("yx"),)),
        ("十二号", (House("12"),)),
        ("二十号", (House("20"),)),
        ("三十五栋", (House("35"),)),
        ("十十号", (Words("十十号"),)),
        ("二道街", (Words("二道街"),)),
        ("（友协）·３", (Words("友协"), Number("3"))),
        ("友 友 友", (Words("友"),)),
        ("\x1b[2J\u202e\u200b🏠", (Number("2"), Words("j"))),
        ("🏠 - # _", ()),
        ("", ()),
    ],
)
def test_words_numbers_and_rubbish_are_told_apart(typed: str, terms: tuple[Term, ...]) -> None:
    assert terms_of(typed) == terms


def test_of_a_long_text_only_the_beginning_is_looked_at() -> None:
    assert terms_of("友" * 10_000) == (Words("友" * MAX_TYPED),)
    assert len(terms_of("ﷺ" * 10_000)[0].text) <= MAX_TYPED  # type: ignore[union-attr]  # letters make words
    assert len(terms_of(" ".join(str(number) for number in range(30)))) == MAX_TERMS


def test_the_number_of_a_house_is_the_one_that_says_so() -> None:
    assert house_numbers(plain("211小区 5号楼")) == ("5",)
    assert house_numbers(plain("友协 7")) == ("7",)
    assert house_numbers(plain("友协 三号楼")) == ("3",)
    assert numbers_of(plain("211小区３－１号楼")) == ("211", "3-1")


@pytest.mark.parametrize(
    ("name", "number"),
    [("2单元", "2"), ("二单元", "2"), ("5号楼2单元东", "2"), ("1门", "1"), ("入口 4", "4"), ("东门", "")],
)
def test_the_number_of_a_door_is_read_from_its_name(name: str, number: str) -> None:
    assert door_number(plain(name)) == number
