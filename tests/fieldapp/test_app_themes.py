"""The looks can be read in sunlight, in the dark, and on a terminal of sixteen colours."""

import pytest
from rich.color import Color, ColorSystem
from textual.color import Color as TextualColor

from fieldapp.styles.themes import NIGHT, PALETTES, SUN, Palette, known_theme, other_light, other_size, themes

PAIRS = (
    ("ground", "ink"),
    ("ground", "soft_ink"),
    ("tile", "tile_ink"),
    ("tile", "tile_soft_ink"),
    ("chip", "chip_ink"),
    ("go", "go_ink"),
    ("go_chip", "go_chip_ink"),
    ("off", "off_ink"),
    ("bar", "bar_ink"),
    ("bar", "bar_good"),
    ("bar", "bar_warn"),
    ("bar", "bar_bad"),
    ("good", "good_ink"),
    ("ground", "good_text"),
    ("warn", "warn_ink"),
    ("ground", "warn_text"),
    ("bad", "bad_ink"),
    ("ground", "bad_text"),
)
"""Grounds and what is written on them."""

LOWEST_CONTRAST = 7.0
"""WCAG AAA for text of usual size."""


def luminance(colour: str) -> float:
    channels = [channel / 255 for channel in TextualColor.parse(colour).rgb]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def in_sixteen(colour: str) -> str:
    number = Color.parse(colour).downgrade(ColorSystem.STANDARD)
    return number.get_truecolor().hex


@pytest.mark.parametrize("palette", [SUN, NIGHT], ids=["sun", "night"])
@pytest.mark.parametrize(("ground", "ink"), PAIRS)
def test_text_stands_out_from_its_ground(palette: Palette, ground: str, ink: str) -> None:
    assert contrast(getattr(palette, ground), getattr(palette, ink)) >= LOWEST_CONTRAST


@pytest.mark.parametrize("palette", [SUN, NIGHT], ids=["sun", "night"])
@pytest.mark.parametrize(("ground", "ink"), PAIRS)
def test_text_can_be_read_in_sixteen_colours(palette: Palette, ground: str, ink: str) -> None:
    assert contrast(in_sixteen(getattr(palette, ground)), in_sixteen(getattr(palette, ink))) >= 3.0


def test_two_keys_lead_to_every_look_and_back() -> None:
    for name in PALETTES:
        assert {name, other_light(name), other_size(name), other_light(other_size(name))} == set(PALETTES)
        assert other_light(other_light(name)) == other_size(other_size(name)) == name


def test_light_and_size_leave_one_another_alone() -> None:
    assert other_light("sun-large") == "night-large"
    assert other_size("night") == "night-large"


def test_an_unknown_look_is_the_first_one() -> None:
    assert known_theme("solarized") == next(iter(PALETTES))


def test_every_look_is_a_theme() -> None:
    assert [theme.name for theme in themes()] == list(PALETTES)
