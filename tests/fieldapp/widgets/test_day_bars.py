"""Bars of numbers: never empty for something, never over the edge."""

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.widgets.day_bars import EIGHTHS, bar_lines


def test_a_bar_grows_from_its_foot() -> None:
    assert [bar_lines(value, 16, 2) for value in (0, 4, 8, 12, 16)] == ["  ", " ▄", " █", "▄█", "██"]


def test_something_is_seen_however_small_and_nothing_is_not() -> None:
    assert bar_lines(1, 10_000, 3) == "  ▁"
    assert bar_lines(0, 10_000, 3) == "   "
    assert bar_lines(3, 0, 3) == "   "


@given(value=st.integers(0, 400), peak=st.integers(0, 400), height=st.integers(0, 8))
def test_a_bar_is_as_high_as_its_room_and_full_lines_lie_below_the_others(value: int, peak: int, height: int) -> None:
    lines = bar_lines(value, peak, height)
    assert len(lines) == height
    filled = [EIGHTHS.index(line) for line in lines]
    assert filled == sorted(filled)
    assert sum(0 < line < 8 for line in filled) <= 1
