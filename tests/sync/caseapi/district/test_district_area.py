"""Rings are judged before they reach a map, and a point is inside or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.district.area import MAX_RING_POINTS, Ring, contains, rectangle, ring_fault
from sync.caseapi.district.layout import Cell, row_of, rows_of, split

SQUARE: Ring = ((126.0, 45.0), (126.1, 45.0), (126.1, 45.1), (126.0, 45.1), (126.0, 45.0))


def test_a_closed_ring_has_no_fault() -> None:
    assert ring_fault(SQUARE) is None


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ((), "at least four points"),
        (SQUARE[:-1], "the last like the first"),
        (tuple((lat, lon) for lon, lat in SQUARE), "looks swapped"),
        (((10.0, 45.0), *SQUARE[1:-1], (10.0, 45.0)), "no longitude and latitude in China"),
        ((SQUARE[0], SQUARE[1], SQUARE[3], SQUARE[2], SQUARE[0]), "crosses itself"),
        ((*SQUARE[:3], SQUARE[1], *SQUARE[3:]), "same point twice"),
        ((*(SQUARE[0] for _ in range(MAX_RING_POINTS)), SQUARE[0]), "has at most"),
    ],
)
def test_a_faulty_ring_is_told_in_words(ring: Ring, words: str) -> None:
    assert words in (ring_fault(ring) or "")


def test_a_ring_with_nan_is_refused() -> None:
    assert ring_fault(((float("nan"), 45.0), *SQUARE[1:-1], (float("nan"), 45.0)))


def test_a_point_in_a_hole_is_outside() -> None:
    hole = ((126.04, 45.04), (126.06, 45.04), (126.06, 45.06), (126.04, 45.06), (126.04, 45.04))
    assert contains((SQUARE, hole), (126.02, 45.02))
    assert not contains((SQUARE, hole), (126.05, 45.05))
    assert not contains((SQUARE,), (126.2, 45.05))


@given(st.integers(1, 999), st.integers(1, 999))
def test_a_rectangle_contains_every_point_between_its_sides(east: int, north: int) -> None:
    area = rectangle(126_000_000, 45_000_000, 126_001_000, 45_001_000)
    assert contains(area, ((126_000_000 + east) / 1e6, (45_000_000 + north) / 1e6))


@given(
    st.integers(20, 10_000), st.integers(20, 10_000), st.lists(st.integers(1, 6), min_size=1, max_size=6),
)  # fmt: skip
def test_parts_of_a_cell_cover_it_whole_and_touch_without_overlap(width: int, height: int, sizes: list[int]) -> None:
    parts = split(Cell(0, 0, width, height), sizes)
    assert sum(part.width * part.height for part in parts) == width * height
    assert len({(part.west, part.south) for part in parts}) == len(parts) == sum(sizes)
    assert all(part.west + part.width <= width and part.south + part.height <= height for part in parts)


@given(st.integers(1, 300), st.integers(1, 40))
def test_rows_differ_by_at_most_one_and_every_part_knows_its_row(count: int, rows: int) -> None:
    sizes = rows_of(count, rows)
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert [row_of(place, sizes) for place in range(count)] == [r for r, size in enumerate(sizes) for _ in range(size)]
