"""Printed numbers of cards: parts that find a card among known ones, and are never taken for the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cards import CardNumber, CardPart, cards_meant, cards_with, looks_like_card, typed_card, wiegand_card
from sync.tags import Tag, tag_digest

CARD = Tag("em", "010063E9AE")
"""Its label says 0006547886, and 099,59822 beside it."""

LARGE = Tag("em", "62E3086CED")
"""Its label says 3808980205, which fits no signed 32 bits."""


def digests(*cards: Tag) -> frozenset[str]:
    return frozenset(map(tag_digest, cards))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0006547886", CardNumber(Tag("em", "0006547886"), CardPart(0x0063E9AE, 32))),
        ("3808980205", CardNumber(Tag("em", "3808980205"), CardPart(0xE3086CED, 32))),
        ("099,59822", CardNumber(None, CardPart(0x63E9AE, 24))),
        ("007,13536", CardNumber(None, CardPart(0x0734E0, 24))),
        ("007, 13536", CardNumber(None, CardPart(0x0734E0, 24))),
        ("007.13536", CardNumber(None, CardPart(0x0734E0, 24))),
        ("0006547886 099,59822", CardNumber(None, CardPart(0x0063E9AE, 32))),
        ("  ０００６５４７８８６　０９９，５９８２２ ", CardNumber(None, CardPart(0x0063E9AE, 32))),
        ("62e3086ced", CardNumber(LARGE, None)),
        ("4294967295", CardNumber(Tag("em", "4294967295"), CardPart(0xFFFFFFFF, 32))),
        ("4294967296", CardNumber(Tag("em", "4294967296"), None)),
        ("0006547886 099,59823", None),
        ("256,00001", None),
        ("001,65536", None),
    ],
)
def test_what_is_printed_on_a_card_is_read_as_meant(typed: str, expected: CardNumber | None) -> None:
    assert looks_like_card(typed)
    assert typed_card(typed) == expected


@pytest.mark.parametrize("typed", ["", " ", "6547886", "00065478860", "09959822", "XG1ABC", "099,5982", "0006547886 1"])
def test_anything_else_is_no_number_of_a_card(typed: str) -> None:
    assert not looks_like_card(typed)
    assert typed_card(typed) is None


@pytest.mark.parametrize(
    ("card", "ten", "wiegand"),
    [(CARD, "0006547886", "099,59822"), (Tag("em", "01000734E0"), "0000472288", "007,13536")],
)
def test_both_numbers_of_a_card_find_it_among_others(card: Tag, ten: str, wiegand: str) -> None:
    known = digests(card, LARGE, Tag("a", "047BCB51962280"))
    for typed in (ten, wiegand, f"{ten} {wiegand}"):
        number = typed_card(typed)
        assert number is not None
        assert number.part is not None
        assert cards_with(number.part, known) == (card,)


def test_a_number_that_does_not_fit_a_signed_one_finds_its_card() -> None:
    assert cards_with(CardPart(3808980205, 32), digests(CARD, LARGE)) == (LARGE,)


def test_cards_that_end_alike_are_all_found() -> None:
    twins = (Tag("em", "010063E9AE"), Tag("em", "01AA63E9AE"), Tag("em", "FF0063E9AE"))
    assert cards_meant(CardNumber(part=CardPart(0x63E9AE, 24)), digests(*twins, LARGE)) == twins
    assert cards_with(CardPart(0x0063E9AE, 32), digests(*twins, LARGE)) == (twins[0], twins[2])


def test_a_part_that_no_card_has_finds_none() -> None:
    assert cards_with(CardPart(0x63E9AF, 24), digests(CARD, LARGE)) == ()
    assert cards_with(CardPart(1, 32), frozenset()) == ()


def test_the_number_of_a_converter_is_the_end_of_a_cards_number() -> None:
    number = wiegand_card("63e9ae")
    assert number == CardNumber(part=CardPart(0x63E9AE, 24))
    assert cards_meant(number, digests(CARD, LARGE)) == (CARD,)


def test_ten_decimal_digits_may_be_a_whole_number_and_the_end_of_another() -> None:
    as_read, as_printed = Tag("em", "0006547886"), CARD
    number = typed_card("0006547886")
    assert number is not None
    assert cards_meant(number, digests(as_read, as_printed, LARGE)) == (as_read, as_printed)
    assert cards_meant(number, digests(as_printed)) == (as_printed,)


@pytest.mark.parametrize("value", ["63E9A", "0063E9AE", "63E9AG", ""])
def test_only_six_hex_digits_are_a_wiegand_number(value: str) -> None:
    assert wiegand_card(value) is None


@given(st.integers(0, (1 << 40) - 1))
def test_the_printed_number_of_any_card_finds_it(number: int) -> None:
    card = Tag("em", f"{number:010X}")
    found = typed_card(f"{number & 0xFFFFFFFF:010d}")
    assert found is not None
    assert found.part is not None
    assert card in cards_with(found.part, digests(card))


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    number = typed_card(text)
    assert number is None or looks_like_card(text)
