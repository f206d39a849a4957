"""What may be the same case: of one category, within 50 m and a day, however many others the category has."""

from dataclasses import replace
from math import cos, radians
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.caseapi.cases.nearby import NEAR_M, SAME_MS, Sighting, distance_m, likely_same
from sync.caseapi.storage.casework import CaseChange, Near
from sync.caseapi.storage.cells import Point, cell_of, cells_around
from sync.caseapi.storage.judged import CaseRow, CaseWords
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.migrating import shipped_steps
from sync.reference import BuildingEntry
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import BUILDING, GRID, NOW_MS, Clock, Desk, entry, open_case_api, prepare
from tests.sync.caseapi.people import COMMUNITY, DISTRICT, STREET, phoned

HERE = (45.6042, 126.5975)


def north(point: Point, metres: float, east: float = 0.0) -> Point:
    lat = point[0] + metres / 111_195
    return lat, point[1] + east / (111_195 * cos(radians(lat)))


@settings(max_examples=200)
@given(
    st.floats(-75, 75), st.floats(-179, 179), st.floats(-60, 60), st.floats(-60, 60)
)  # fmt: skip
def test_the_cells_around_a_point_hold_every_point_within_reach(
    lat: float, lon: float, up: float, right: float
) -> None:
    other = north((lat, lon), up, right)
    if distance_m((lat, lon), other) <= NEAR_M:
        assert cell_of(other) in set(cells_around((lat, lon), NEAR_M))


async def put(desk: Desk, number: int, point: Point | None = HERE, **changes: object) -> CaseRow:
    row = case_row(id=UUID(int=number), words=CaseWords(point=point), **changes)
    await desk.case_api.storage.casework.change(row.id, lambda kept: CaseChange(row=row))
    return row


def same(near: list[Near], number: int) -> list[int]:
    seen = [
        Sighting(str(each.case), each.received_ms, str(each.building) if each.building else "", each.point)
        for each in near
    ]
    own = next(each for each in seen if each.case == str(UUID(int=number)))
    return [UUID(each).int for each in likely_same(own, seen)]


async def test_a_case_is_found_however_many_newer_ones_its_category_has(desk: Desk) -> None:
    await put(desk, 1)
    for number in range(2, 110):
        await put(desk, number, north(HERE, 400 + number), received_ms=NOW_MS + number)
    await put(desk, 200, north(HERE, 45), received_ms=NOW_MS + 3_600_000)
    near = await desk.case_api.storage.casework.near(UUID(int=200), span_ms=SAME_MS, within_m=NEAR_M)
    assert same(list(near), 200) == [1]
    assert len(near) < 10
    # On the other side, where another cell begins.
    await put(desk, 201, north(HERE, -45))
    near = await desk.case_api.storage.casework.near(UUID(int=1), span_ms=SAME_MS, within_m=NEAR_M)
    assert sorted(same(list(near), 1)) == [200, 201]


async def test_what_differs_in_category_day_or_place_is_another_case(desk: Desk) -> None:
    await put(desk, 1)
    await put(desk, 2, received_ms=NOW_MS + SAME_MS + 1)
    await put(desk, 3, north(HERE, 51))
    await put(desk, 4, matter="national:matter:09999")
    await put(desk, 6, None, building=BUILDING)
    await put(desk, 7, north(HERE, 10), building=BUILDING)
    near = desk.case_api.storage.casework.near
    assert same(list(await near(UUID(int=1), span_ms=SAME_MS, within_m=NEAR_M)), 1) == [7]
    assert same(list(await near(UUID(int=6), span_ms=SAME_MS, within_m=NEAR_M)), 6) == [7]
    assert await near(UUID(int=99), span_ms=SAME_MS, within_m=NEAR_M) == []


async def test_a_report_that_is_restated_lies_where_it_says_now(desk: Desk) -> None:
    row = await put(desk, 1)
    await put(desk, 2)
    moved = replace(row, matter="national:matter:09999")
    await desk.case_api.storage.casework.change(row.id, lambda kept: CaseChange(row=moved))
    near = desk.case_api.storage.casework.near
    assert same(list(await near(UUID(int=2), span_ms=SAME_MS, within_m=NEAR_M)), 2) == []


async def test_two_calls_of_one_building_are_suggested_to_whoever_may_see_both(desk: Desk) -> None:
    first, second = await phoned(desk), await phoned(desk, DISTRICT)
    cases = desk.case_api.cases
    assert await cases.duplicates(first.case.id, COMMUNITY) == [second.case.id]
    assert await cases.duplicates(second.case.id, STREET) == [first.case.id]


async def test_cases_from_before_lie_where_new_ones_would(tmp_path: Path, clock: Clock) -> None:
    path = prepare(tmp_path / "case.db", clock)
    case_api = open_case_api(path, clock)
    desk = Desk(case_api, clock)
    await desk.import_small_district()
    placed = BuildingEntry("2号楼", GRID, lat=HERE[0], lon=-HERE[1])
    other = UUID(int=BUILDING.int + 1)
    await desk.publish([entry(f"grid:{GRID}", "building", str(other), placed)])
    for number, point in enumerate((HERE, (-0.0001, -0.0001), (12.0, 113.9999), None), start=1):
        await put(desk, number, point, building=BUILDING if number % 2 else other)
    await case_api.storage.close()
    connection = connect_writing(path)
    written = connection.execute("select * from case_near order by 1, 2, 3, 4, 5").fetchall()
    (step,) = [step for step in shipped_steps() if step.name.endswith("_near.sql")]
    connection.execute("drop table case_near")
    connection.executescript(step.sql.replace("drop index cases_of_matter;", ""))
    assert connection.execute("select * from case_near order by 1, 2, 3, 4, 5").fetchall() == written
    assert len(written) == 8
    connection.close()
