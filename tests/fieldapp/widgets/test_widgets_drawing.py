"""Text by cells, numbers by blocks, bars, codes, status words: what is drawn is what was meant."""

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len

from fieldapp.presentation.status import StatusWord
from fieldapp.widgets.cells import centred, fit, spread, uncut, wrapped
from fieldapp.widgets.progress import BIG_ROWS, big_lines
from fieldapp.widgets.qr import qr_lines
from fieldapp.widgets.status_bar import words_that_fit

WORDS = [
    StatusWord("Friendship community, grid 3", "Grid 3", rank=5),
    StatusWord("Offline", rank=1, tone="warn"),
    StatusWord("12 waiting", rank=2),
    StatusWord("proven 08:31", rank=4),
    StatusWord("scan ok", rank=6),
    StatusWord("08:42"),
]


@given(st.text(max_size=60), st.integers(min_value=0, max_value=40))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(centred(text, width)) == width


@given(st.text(max_size=120), st.integers(min_value=2, max_value=30), st.integers(min_value=1, max_value=4))
def test_wrapped_lines_fit_and_are_few(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, most)
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)


def test_chinese_breaks_anywhere_and_latin_at_spaces() -> None:
    assert wrapped("看过了一切正常", 8, 3) == ["看过了一", "切正常"]
    assert wrapped("scan a plate here", 8, 3) == ["scan a", "plate", "here"]


def test_what_does_not_fit_ends_in_dots() -> None:
    assert fit("楼道照明不亮", 7) == "楼道.. "
    assert fit("Stair light out", 8) == "Stair .." or fit("Stair light out", 8).startswith("Stair")


def test_spread_text_keeps_numbers_together() -> None:
    assert spread("甲12号楼") == "甲 12 号 楼"
    assert spread("Normal") == "Normal"


@given(st.text(alphabet="ab楼栋 ", max_size=30), st.sets(st.integers(min_value=0, max_value=60), max_size=5))
def test_no_wide_character_lies_across_a_cut(text: str, cuts: set[int]) -> None:
    column = 0
    for char in uncut(text, cuts):
        width = cell_len(char)
        assert not (width == 2 and column + 1 in cuts)
        column += width


def test_a_big_number_is_four_rows_of_blocks() -> None:
    lines = big_lines("12/24")
    assert len(lines) == BIG_ROWS
    assert len({len(line) for line in lines}) == 1
    assert set("".join(lines)) <= set("█▀▄ ")


@pytest.mark.parametrize("text", ["XGR", "A" * 194])
def test_a_drawn_code_is_read_by_a_scanner(text: str) -> None:
    rows = qr_lines(text)
    pixels: list[list[int]] = []
    for row in rows:
        pixels.append([0 if char in "█▀" else 255 for char in row])
        pixels.append([0 if char in "█▄" else 255 for char in row])
    picture = Image.new("L", (len(rows[0]), len(pixels)))
    picture.putdata([value for row in pixels for value in row])
    scaled = picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)
    assert [found.text for found in zxingcpp.read_barcodes(scaled)] == [text]


def test_there_is_room_for_every_status_word_on_a_wide_screen() -> None:
    assert words_that_fit(WORDS, 100) == WORDS


def test_the_least_important_word_is_shortened_and_dropped_first() -> None:
    kept = [word.text for word in words_that_fit(WORDS, 60)]
    assert "Grid 3" in kept
    assert "08:42" in kept
    narrow = [word.text for word in words_that_fit(WORDS, 30)]
    assert narrow == ["Offline", "12 waiting", "08:42"]


def test_a_word_that_finds_room_takes_it_although_a_longer_one_found_none() -> None:
    words = [StatusWord("waiting for a long time", rank=2), StatusWord("64%", rank=6), StatusWord("08:42")]
    assert [word.text for word in words_that_fit(words, 12)] == ["64%", "08:42"]


def test_the_clock_stays_to_the_last() -> None:
    assert [word.text for word in words_that_fit(WORDS, 6)] == ["08:42"]
