"""How tiles share their room: large enough for a finger in a glove, and in their columns as long as that can be."""

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from fieldapp.widgets.tile_grid import LEAST_CELLS, LEAST_ROWS, Shape, shape_for

COUNTS = st.integers(min_value=1, max_value=14)
ROOMS = st.builds(Size, st.integers(min_value=20, max_value=160), st.integers(min_value=2, max_value=50))
WANTED = st.builds(Shape, st.integers(min_value=1, max_value=5))


def is_large(shape: Shape, count: int, room: Size) -> bool:
    width, height = shape.tile_size(count, room)
    return width >= LEAST_CELLS and height >= LEAST_ROWS


@given(count=COUNTS, room=ROOMS, wanted=WANTED)
def test_tiles_that_are_large_enough_stay_as_they_are(count: int, room: Size, wanted: Shape) -> None:
    if is_large(wanted, count, room):
        assert shape_for(count, room, wanted) == wanted


@given(count=COUNTS, room=ROOMS, wanted=WANTED)
def test_tiles_are_large_enough_where_their_columns_can_hold_them(count: int, room: Size, wanted: Shape) -> None:
    touching = Shape(wanted.columns, 0, 0)

    for keeps_columns in (False, True):
        shape = shape_for(count, room, wanted, keeps_columns=keeps_columns)
        assert is_large(shape, count, room) or not is_large(touching, count, room)
        assert not keeps_columns or shape.columns == wanted.columns


@given(count=COUNTS, room=ROOMS, wanted=WANTED)
def test_where_nothing_helps_they_stay_as_they_are(count: int, room: Size, wanted: Shape) -> None:
    shape = shape_for(count, room, wanted)

    assert shape == wanted or is_large(shape, count, room)


def test_four_columns_that_are_too_narrow_become_three() -> None:
    assert shape_for(8, Size(46, 20), Shape(4)).columns == 3


def test_tiles_stand_in_other_columns_before_they_touch() -> None:
    assert shape_for(7, Size(52, 9), Shape(3)) == Shape(4, 1, 1)
    assert shape_for(7, Size(52, 9), Shape(3), keeps_columns=True) == Shape(3, 2, 0)


def test_the_keys_of_a_telephone_touch_where_they_would_be_too_low() -> None:
    assert shape_for(12, Size(36, 12), Shape(3), keeps_columns=True) == Shape(3, 0, 0)


def test_tiles_that_touch_are_shaded_in_turn() -> None:
    shape = Shape(3, 0, 0)

    for row in range(4):
        for column in range(3):
            assert shape.shades(row, column) != shape.shades(row + 1, column)
            assert shape.shades(row, column) != shape.shades(row, column + 1)
    assert not any(Shape(3).shades(row, column) for row in range(4) for column in range(3))
