"""A photo is drawn two pixels to a cell, in shades where colours are few, and never larger than its room."""

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from fieldapp.widgets.photo import SHADES, _coloured, _shaded
from sync.imaging.photos import Pixels

LIGHT, DARK = Style.parse("#000000 on #ffffff"), Style.parse("#ffffff on #000000")
WHITE, BLACK, RED, BLUE = b"\xff\xff\xff", b"\0\0\0", b"\xff\0\0", b"\0\0\xff"


def text_of(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def test_a_cell_holds_the_upper_pixel_in_ink_and_the_lower_in_ground() -> None:
    (cell,) = _coloured(Pixels(1, 2, RED + BLUE), 0, LIGHT)
    assert cell.text == "▀"
    assert cell.style is not None
    assert (cell.style.color, cell.style.bgcolor) == (Color.from_rgb(255, 0, 0), Color.from_rgb(0, 0, 255))


def test_below_an_odd_last_row_is_the_ground() -> None:
    (cell,) = _coloured(Pixels(1, 1, RED), 0, LIGHT)
    assert cell.style is not None
    assert cell.style.bgcolor == LIGHT.bgcolor


@pytest.mark.parametrize(("ground", "shades"), [(DARK, SHADES), (LIGHT, SHADES[::-1])])
def test_shades_run_from_dark_to_light_on_either_ground(ground: Style, shades: str) -> None:
    assert text_of(_shaded(Pixels(2, 2, (BLACK + WHITE) * 2), 0, ground)) == shades[0] + shades[-1]


def test_every_row_has_as_many_cells_as_the_photo_has_columns() -> None:
    pixels = Pixels(7, 5, RED * 35)
    assert [len(text_of(_coloured(pixels, row, LIGHT))) for row in range(3)] == [7, 7, 7]
    assert [len(text_of(_shaded(pixels, row, LIGHT))) for row in range(3)] == [7, 7, 7]
