"""Degrees on paper: everything fits, north is on top, shapes keep their proportions."""

from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.desk.maps.drawing import MOST_HEIGHT, WIDTH, paper_for
from sync.caseapi.district.area import rectangle

POINTS = st.tuples(st.floats(120, 130), st.floats(40, 50))


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_every_point_lies_on_the_paper(points: list[tuple[float, float]]) -> None:
    paper = paper_for([], points)
    assert paper is not None
    assert paper.height <= MOST_HEIGHT
    for point in points:
        x, y = paper.place(point)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= paper.height


def test_north_is_on_top_and_east_on_the_right() -> None:
    paper = paper_for([], [(126.0, 45.0), (126.1, 45.1)])
    assert paper is not None
    (west, south), (east, north) = paper.place((126.0, 45.0)), paper.place((126.1, 45.1))
    assert west < east
    assert north < south


def test_a_square_on_the_ground_is_a_square_on_paper() -> None:
    square = rectangle(126_000_000, 45_000_000, 126_014_142, 45_010_000)
    paper = paper_for([square], [])
    assert paper is not None
    (left, bottom), (right, top) = paper.place((126.0, 45.0)), paper.place((126.014142, 45.01))
    assert abs((right - left) - (bottom - top)) <= 4
    assert paper.path([square]) == f"M{left} {bottom}L{right} {bottom}L{right} {top}L{left} {top}L{left} {bottom}Z"


def test_where_nothing_was_drawn_there_is_no_paper() -> None:
    assert paper_for([], []) is None
