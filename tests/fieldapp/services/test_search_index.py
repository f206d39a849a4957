"""The index answers what a scan of everything answers, in the same order, and compares few texts for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.services.search_index import Findable, SearchIndex, findable, rank_of
from fieldapp.services.search_terms import MAX_TERMS, terms_of

LARGE = 30_000
ESTATES = tuple(
    f"{first}{second}{kind}" for first in "友谊新疆保国" for second in "协安春福" for kind in ("小区", "家园")
)


def scanned(things: list[Findable], typed: str, order: list[int], limit: int) -> tuple[int, ...]:
    """Find by looking at everything."""
    terms = terms_of(typed)
    ranked = [(rank_of(thing, terms), order[place], place) for place, thing in enumerate(things)] if terms else []
    return tuple(place for rank, _, place in sorted(row for row in ranked if row[0] is not None)[:limit])


WORDS = st.text("友协小区号楼 ab", max_size=5)
NUMBERS = st.sampled_from(["", "1", "2", "12", "3-2", "三", "13"])
UNITS = st.sampled_from(["", "号", "号楼", "栋", "#", "-", " ", "h", "单元"])
NAMES = st.builds(lambda *parts: "".join(parts), WORDS, NUMBERS, UNITS, WORDS)
THINGS = st.builds(
    findable,
    NAMES,
    st.text("abhq13 ", max_size=8),
    NAMES,
    doors=st.lists(st.sampled_from("123"), max_size=3, unique=True),
) | st.builds(lambda name, code: findable(name, "ab", "gas leak", code=code), WORDS, st.sampled_from(["06010", "12"]))
TYPED = st.one_of(
    st.builds(lambda *parts: "".join(parts), WORDS, NUMBERS, UNITS, NUMBERS, WORDS),
    st.text("友区楼号单元第 12三-#abg", max_size=10),
)


@given(st.lists(THINGS, max_size=12), TYPED, st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_index_answers_what_a_scan_answers_in_the_same_order(things, typed, random, limit) -> None:  # type: ignore[no-untyped-def]  # Hypothesis gives them
    order = random.sample(range(len(things)), len(things))
    found = SearchIndex(things).find(terms_of(typed), order, limit)
    assert found.places == scanned(things, typed, order, limit)


@given(st.text(max_size=200) | st.text("號٣３Ⅲ①\u202e\u200b\x1b[]🏠́ﷺ12号", max_size=200))
def test_whatever_is_typed_becomes_few_terms_and_no_fault(typed: str) -> None:
    terms = terms_of(typed)
    assert len(terms) <= MAX_TERMS
    SearchIndex([findable("友协小区 3号楼", "yxxq3hl")]).find(terms, [0], 1)


@pytest.fixture(scope="module")
def large() -> tuple[SearchIndex, list[Findable]]:
    """A district of 30,000 addresses in 48 estates."""
    things = [
        findable(
            f"{ESTATES[place % len(ESTATES)]} {place // len(ESTATES) + 1}号楼",
            f"yxxq{place // len(ESTATES) + 1}hl yyxq{place // len(ESTATES) + 1}hl",
            f"平房区友协街{place % 90}号",
            doors=("1", "2", "3"),
        )
        for place in range(LARGE)
    ]
    return SearchIndex(things), things


@pytest.mark.parametrize(
    "keys", ["友协小区3号2单元", "yxxq3-2", "小 3 2", "区家 号", "x q 1 1 1", "平房区友协街 9", "房街友", "0" * 64]
)
def test_a_key_at_30_000_addresses_compares_few_texts(large: tuple[SearchIndex, list[Findable]], keys: str) -> None:
    index, things = large
    order = range(len(things))
    compared = [index.find(terms_of(keys[: count + 1]), order, 100).compared for count in range(len(keys))]
    assert max(compared) <= 3 * len(ESTATES)


def test_the_large_index_answers_what_a_scan_answers(large: tuple[SearchIndex, list[Findable]]) -> None:
    index, things = large
    order = list(reversed(range(len(things))))
    found = index.find(terms_of("小区 3-2"), order, 100)
    assert found.places == scanned(things, "小区 3-2", order, 100)
    assert len(found.places) == len(ESTATES) // 2


def test_thousands_of_names_with_nothing_in_common_are_not_all_compared() -> None:
    things = [findable(f"{chr(0x4E00 + place)}{chr(0x6E00 + place)}号", "") for place in range(3000)]
    found = SearchIndex(things).find(terms_of(f"{chr(0x4E00 + 7)}{chr(0x6E00 + 7)}号"), range(len(things)), 100)
    assert found.places == (7,)
    assert found.compared <= 3
