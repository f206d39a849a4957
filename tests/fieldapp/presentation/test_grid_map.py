"""The map as cells: what is drawn where, what tells states apart, and that nothing outside breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.presentation.grid_map import (
    BORDER,
    CLOSEST_M,
    FARTHEST_M,
    HERE,
    Frame,
    Lens,
    drawn,
    is_seen,
    label_of,
    plan_of,
    touched,
    whole,
)
from fieldapp.presentation.raster import EMPTY, Canvas, clipped
from fieldapp.services.buildings import STATES, BuildingRow, State
from fieldapp.services.places import Place
from fieldapp.services.round import BuildingProgress, PlaceProgress
from sync.reference import BuildingEntry, Ring

SIZE = (60, 16)
LON, LAT = 126.64, 45.6


def block(lon: float, lat: float, *, wide: float = 0.0009, high: float = 0.0005) -> Ring:
    west, east, south, north = lon - wide / 2, lon + wide / 2, lat - high / 2, lat + high / 2
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def row(name: str = "3号楼", state: State = "unseen", **entry: object) -> BuildingRow:
    progress = BuildingProgress(name, name, (PlaceProgress(Place(name), name),))
    return BuildingRow(name, BuildingEntry(name, "g", **entry), progress, state)  # type: ignore[arg-type]


def text(frame: Frame) -> str:
    return "\n".join("".join(line) for line in frame.rows)


def seen_whole(*rows: BuildingRow, selected: int | None = None) -> Frame:
    plan = plan_of(rows, ())
    return drawn(plan, whole(plan, *SIZE), SIZE, selected=selected)


degrees = st.floats(-400, 400, allow_nan=False)
dots = st.tuples(st.floats(-1e9, 1e9, allow_nan=False), st.floats(-1e9, 1e9, allow_nan=False))


@given(dots, dots)
def test_the_part_of_a_line_that_is_drawn_lies_on_the_canvas(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    part = clipped(start, end, 120, 64)
    for x, y in part or ():
        assert -1 <= x <= 121
        assert -1 <= y <= 65


def test_a_level_line_sets_the_dots_of_its_row_and_no_others() -> None:
    canvas = Canvas(3, 2)
    canvas.line((0.0, 0.0), (5.0, 0.0), 7)
    assert canvas.rows() == [[chr(EMPTY + 0x09)] * 3, [" "] * 3]
    assert canvas.owners == [7, 7, 7, -1, -1, -1]


def test_an_area_with_a_hole_is_empty_in_the_hole() -> None:
    canvas = Canvas(6, 3)
    outer = [(0.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0), (0.0, 0.0)]
    hole = [(4.0, 4.0), (8.0, 4.0), (8.0, 8.0), (4.0, 8.0), (4.0, 4.0)]
    canvas.area([outer, hole], lambda _row, first, last: range(first, last + 1), 0)
    assert canvas.rows()[1] == [chr(EMPTY + 0xFF)] * 2 + [" "] * 2 + [chr(EMPTY + 0xFF)] * 2


def test_every_state_has_a_pattern_of_its_own() -> None:
    looks = {text(seen_whole(row("甲", state, outline=(block(LON, LAT),)))).replace("甲", "") for state in STATES}
    assert len({"".join(char for char in look if ord(char) >= EMPTY) for look in looks}) == len(STATES)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("青年小区 12号楼", "-12"),
        ("甲座", "-甲"),
        ("3-4号楼", "-4"),
        ("\x1b[31m", "-"),
        ("\u202e", "-"),
        ("2026888号", "-6888"),
    ],
)
def test_a_label_is_the_sign_and_the_last_number_of_the_name(name: str, label: str) -> None:
    assert label_of(row(name)) == label


def test_what_is_chosen_is_marked_in_brackets_and_comes_before_other_labels() -> None:
    here = {"lat": LAT, "lon": LON}
    frame = seen_whole(row("1号楼", **here), row("2号楼", **here), selected=1)
    assert "[-2]" in text(frame)
    assert "-1" not in text(frame)


def test_a_wide_letter_takes_two_cells_and_no_row_grows() -> None:
    frame = seen_whole(row("甲座", lat=LAT, lon=LON))
    assert "-甲" in text(frame)
    assert all(len(line) == SIZE[0] for line in frame.rows)
    assert sum(char == "" for line in frame.rows for char in line) == 1


def test_a_building_without_a_ground_plan_is_a_box_and_one_without_a_place_is_counted() -> None:
    plan = plan_of([row("1号楼", lat=LAT, lon=LON), row("2号楼")], ())
    assert [shape.row.id for shape in plan.shapes] == ["1号楼"]
    assert plan.lacking == 1


def test_the_whole_plan_is_seen_at_first_and_the_border_is_dashed() -> None:
    corners = block(LON, LAT, wide=0.01, high=0.01)
    plan = plan_of([row(lat=LAT, lon=LON)], (corners,))
    lens = whole(plan, *SIZE)
    assert all(is_seen(lens, SIZE, plan.place_of(*corner)) for corner in corners)
    border = drawn(plan, lens, SIZE).owners.count(BORDER)
    assert 0 < border < 2 * sum(SIZE)


def test_oneself_is_drawn_only_where_one_is_seen() -> None:
    plan = plan_of([row(lat=LAT, lon=LON)], ())
    lens = whole(plan, *SIZE)
    assert HERE in text(drawn(plan, lens, SIZE, here=plan.place_of(LON + 0.0001, LAT + 0.0002)))
    assert HERE not in text(drawn(plan, lens, SIZE))
    assert HERE not in text(drawn(plan, lens, SIZE, here=plan.place_of(LON + 1, LAT)))


def test_a_finger_beside_a_building_means_the_nearest_one_and_far_from_all_none() -> None:
    plan = plan_of([row("1号楼", lat=LAT, lon=LON), row("2号楼", lat=LAT, lon=LON + 0.001)], ())
    lens = whole(plan, *SIZE)
    owners = drawn(plan, lens, SIZE).owners
    for place in (0, 1):
        cells = [cell for cell, owner in enumerate(owners) if owner == place]
        line, column = divmod(cells[len(cells) // 2], SIZE[0])
        assert touched(plan, lens, SIZE, (column, line)) == place
        assert touched(plan, lens, SIZE, (column, line + 1)) == place
    assert touched(plan, lens, SIZE, (SIZE[0] // 2, 0)) is None


def test_zooming_stops_at_both_ends_and_keeps_the_middle() -> None:
    lens = Lens((3.0, 4.0), 1.0)
    assert lens.nearer(50) == Lens((3.0, 4.0), CLOSEST_M)
    assert lens.nearer(-50) == Lens((3.0, 4.0), FARTHEST_M)
    assert lens.nearer(2).nearer(-2).metres == pytest.approx(1.0)


@given(st.lists(st.lists(st.tuples(degrees, degrees), max_size=6).map(tuple), max_size=4).map(tuple), degrees, degrees)
def test_no_ground_plan_breaks_the_map(outline: tuple[Ring, ...], lat: float, lon: float) -> None:
    plan = plan_of([row("1号楼", "issue", outline=outline, lat=lat, lon=lon)], outline)
    for lens in (whole(plan, *SIZE), Lens(metres=CLOSEST_M), Lens(metres=FARTHEST_M)):
        frame = drawn(plan, lens, SIZE, selected=0 if plan.shapes else None)
        assert [len(line) for line in frame.rows] == [SIZE[0]] * SIZE[1]


def test_ground_plans_beyond_measure_become_boxes() -> None:
    ring = tuple((LON + place / 1e7, LAT) for place in range(15_000))
    plan = plan_of(
        [row("1号楼", outline=(ring,), lat=LAT, lon=LON), row("2号楼", outline=(ring,), lat=LAT, lon=LON)], ()
    )
    assert [len(shape.rings[0]) for shape in plan.shapes] == [5, 5]


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (300, 2)])
def test_any_room_is_enough(size: tuple[int, int]) -> None:
    plan = plan_of([row(lat=LAT, lon=LON)], (block(LON, LAT),))
    assert len(drawn(plan, whole(plan, *size), size, selected=0).owners) == size[0] * size[1]
