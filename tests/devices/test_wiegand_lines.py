"""Wiegand converters: which lines are badges, and that one badge has one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.wiegand import WiegandCodec, low_24_bits
from devices.models import MODELS, model_named
from tests.contracts.codec_frames import said


def all_said(data: bytes) -> list[str]:
    codec = WiegandCodec()
    return said(codec.feed(data) + codec.idle())


def test_both_converters_say_one_value_for_one_badge() -> None:
    assert all_said(b"0734E0\r" + b"0000472288\r\n") == ["0734E0", "0734E0"]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("63e9ae", "63E9AE"),
        ("0006547886", "63E9AE"),
        ("3808980205", "086CED"),
        ("0000000000", "000000"),
        ("4294967295", "FFFFFF"),
        ("4294967296", None),
        ("123456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("0006547886 ", None),
        ("00065478860", None),
        ("63E9AG", None),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", None),
        ("", None),
    ],
)
def test_only_six_hex_or_ten_decimal_digits_are_a_badge(line: str, value: str | None) -> None:
    assert low_24_bits(line) == value


@given(st.integers(0, 0xFF_FFFF_FFFF))
def test_the_low_24_bits_of_an_em4100_number_are_found_in_each_of_its_printed_forms(number: int) -> None:
    value = f"{number:010X}"[-6:]
    assert low_24_bits(f"{number & 0xFFFFFFFF:010d}") == value
    assert low_24_bits(value.lower()) == value


def test_other_lines_and_damage_are_faults() -> None:
    assert all_said(b"XG1PLATE\r0734E0\r\x070734E0\r") == ["! wrong_length", "0734E0", "! control_character"]


@pytest.mark.parametrize("cut", [b"0734E0", b"0000472288", b"073"])
def test_a_line_that_only_silence_ends_is_cut(cut: bytes) -> None:
    assert all_said(cut) == ["! cut"]


def test_a_cut_line_of_ten_digits_is_never_taken_for_six() -> None:
    codec = WiegandCodec()
    assert said(codec.feed(b"000047") + codec.idle() + codec.feed(b"0734E0\r")) == ["! cut", "0734E0"]


def test_a_line_model_configured_for_badges_is_a_wiegand_converter() -> None:
    model = model_named("line", "badge")
    assert (model.medium, model.role, model.is_sure) == ("w26", "badge", False)
    assert model_named("line", "scan") is model_named("line") is MODELS["line"]
    assert model_named("em4100", "badge") is MODELS["em4100"]
