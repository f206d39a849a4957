"""What the camera sees, drawn: few shades, a frame to aim by that changes its colour, hints that know the time."""

import pytest

from fieldapp.messages import CameraView
from fieldapp.presentation.aiming import READ, SEARCHING, SHADES, Search, framed


def pixels_of(view: CameraView) -> list[tuple[int, ...]]:
    drawn = framed(view)
    assert (drawn.width, drawn.height) == (view.width, view.height)
    return [tuple(drawn.data[place : place + 3]) for place in range(0, len(drawn.data), 3)]


@pytest.mark.parametrize(("sight", "ink"), [("nothing", SEARCHING), ("unread", SEARCHING), ("read", READ)])
def test_the_corners_of_a_square_in_the_middle_are_drawn_in_the_colour_of_what_is_seen(
    sight: str, ink: tuple[int, int, int]
) -> None:
    drawn = pixels_of(CameraView(60, 32, bytes(60 * 32), sight))
    marked = [(place % 60, place // 60) for place, pixel in enumerate(drawn) if pixel == ink]
    columns, rows = {column for column, _row in marked}, {row for _column, row in marked}
    assert max(columns) - min(columns) == max(rows) - min(rows)
    assert min(columns) + max(columns) in {58, 59, 60}
    assert min(rows) + max(rows) in {30, 31, 32}
    assert (30, min(rows)) not in marked, "corners only: the code itself stays to be seen"


def test_bright_and_dark_stay_apart_in_few_shades() -> None:
    shades = pixels_of(CameraView(256, 1, bytes(range(256)), "nothing"))
    grays = sorted({pixel[0] for pixel in shades if pixel != SEARCHING})
    assert len(grays) <= SHADES
    assert grays[0] == 0
    assert grays[-1] == 255


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 1), (1, 40), (40, 1), (2, 2)])
def test_no_picture_is_too_small_to_be_drawn(width: int, height: int) -> None:
    assert len(pixels_of(CameraView(width, height, bytes(width * height), "nothing"))) == width * height


def test_the_time_runs_from_the_first_frame() -> None:
    search = Search()
    assert search.searched_ms == 0
    search.seen("nothing", 5_000)
    search.seen("nothing", 7_500)
    assert search.searched_ms == 2_500


def test_what_is_seen_is_said_even_after_a_long_time_without_anything() -> None:
    search = Search()
    search.seen("nothing", 0)
    search.seen("nothing", 6_000)
    lost = search.hint
    search.seen("unread", 6_200)
    assert search.hint != lost
