"""Lists of organisations, of the district's tree and of buildings: at once or on a day to come, whole or not at all."""

import pytest

from sync.caseapi.district.datum import wgs84_to_gcj02
from sync.caseapi.errors import ImportRefused
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, TagEntry
from tests.sync.caseapi.harness import BUILDING, DISTRICT, ENTRANCE, GRID, OTHER_GRID, Desk, entry, small_district
from tests.sync.caseapi.places.listed import acts, begin, take, told

ORGS = ("单位代码", "单位名称", "类别", "负责区域", "值班电话", "生效日期", "失效日期")
UNITS = ("编码", "名称", "生效日期", "失效日期")
BUILDINGS = ("网格编码", "楼栋名称", "单元", "楼栋编号", "生效日期", "失效日期")
POINTS = ("grid", "name", "lon", "lat", "datum")
COMMUNITY = "230108001001"
BORDER = (((126.60, 45.60), (126.605, 45.60), (126.605, 45.61), (126.60, 45.61), (126.60, 45.60)),)


async def grids(desk: Desk) -> dict[str, GridEntry]:
    found = (await told(desk, "grid")).items()
    return {grid: entry for grid, (_, entry) in found if isinstance(entry, GridEntry)}


async def buildings(desk: Desk) -> dict[str, tuple[str, BuildingEntry]]:
    found = (await told(desk, "building")).items()
    return {building: (scope, entry) for building, (scope, entry) in found if isinstance(entry, BuildingEntry)}


async def entrances(desk: Desk) -> dict[str, tuple[str, EntranceEntry]]:
    found = (await told(desk, "entrance")).items()
    return {entrance: (scope, entry) for entrance, (scope, entry) in found if isinstance(entry, EntranceEntry)}


async def faults_of(desk: Desk, *taken: object, **asked: object) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        await take(desk, *taken, **asked)  # type: ignore[arg-type]  # handed on
    return list(refused.value.faults)


async def test_organisations_come_are_changed_and_end(desk: Desk) -> None:
    heat = ("heat-1", "供热站", "处置单位", DISTRICT, "0000 0001", "", "")
    help_ = ("help", "志愿队", "partner", COMMUNITY, "", "", "")
    done = await take(desk, "orgs", ORGS, heat, help_)
    assert [act for act, *_ in acts(done)] == ["add", "add"]
    assert (await take(desk, "orgs", ORGS, heat, help_)).counts["keep"] == 2
    await take(desk, "orgs", ORGS, (*heat[:6], "2026-12-01"))
    found = {org.code: org for org in await desk.case_api.storage.orgs.all()}
    assert (found["heat-1"].valid_to, found["help"].kind) == ("2026-12-01", "partner")
    whole = await take(desk, "orgs", ORGS, heat, is_whole=True)
    assert ("end", "help 志愿队", "") in acts(whole)
    assert not next(org for org in await desk.case_api.storage.orgs.all() if org.code == "help").is_valid("2026-11-23")


async def test_an_organisation_of_another_district_or_a_strange_code_is_named(desk: Desk) -> None:
    bad = [
        ("heat 1", "供热站", "处置单位", DISTRICT, "", "", ""),
        ("a", "甲", "公司", "110101", "call me", "", ""),
        ("a", "乙", "handler", DISTRICT, "", "", ""),
    ]
    assert [fault.split(":")[1] for fault in await faults_of(desk, "orgs", ORGS, *bad)] == [
        *("2 单位代码", "3 负责区域", "3 值班电话", "3 类别", "4 单位代码")
    ]


async def test_the_tree_grows_and_is_renamed_on_its_day(desk: Desk) -> None:
    done = await take(
        desk,
        "units",
        UNITS,
        ("230108002", "新街道", "", ""),
        ("230108002001", "新社区", "", ""),
        ("230108002001001", "第1网格", "2026-11-25", ""),
        (COMMUNITY, "改名社区", "2026-11-24", ""),
    )
    assert set(acts(done)) == {
        ("add", "230108002001001 新社区 第1网格", "2026-11-25"),
        ("change", f"{GRID} 社区 第一网格", "2026-11-24"),
        ("change", f"{OTHER_GRID} 社区 第二网格", "2026-11-24"),
    }
    assert set(await grids(desk)) == {GRID, OTHER_GRID}
    await begin(desk, 1)
    assert {grid.community_name for grid in (await grids(desk)).values()} == {"改名社区"}
    await begin(desk, 1)
    new = (await grids(desk))["230108002001001"]
    assert (new.name, new.community_name, new.street_name) == ("第1网格", "新社区", "新街道")
    assert (new.district, new.district_name) == (DISTRICT, "平房区")


async def test_a_later_list_keeps_what_an_earlier_one_planned_of_others(desk: Desk) -> None:
    await take(desk, "units", UNITS, (COMMUNITY, "改名社区", "2026-11-24", ""))
    await take(desk, "units", UNITS, (GRID, "一号网格", "", ""))
    await begin(desk, 1)
    named = (await grids(desk))[GRID]
    assert (named.name, named.community_name) == ("一号网格", "改名社区")


async def test_a_grid_without_its_community_or_one_still_used_is_refused(desk: Desk) -> None:
    rows = [("230108009009001", "孤儿网格", "", ""), (GRID, "第一网格", "", "2026-11-20"), ("2301", "x", "", "")]
    said = await faults_of(desk, "units", UNITS, *rows)
    assert said[0].startswith("list.csv:4 编码: a code has 9 digits for a street")
    assert [fault.partition(": ")[2] for fault in said[1:]] == [
        "the street of “230108009009001”, its first 9 digits, is not known and not in this list",
        "still has 1 buildings and seats; move or end them first",
    ]


async def test_buildings_come_with_entrances_and_keep_them_by_name(desk: Desk) -> None:
    done = await take(desk, "buildings", BUILDINGS, (OTHER_GRID, "8号楼", "2", "", "", ""))
    assert acts(done) == [("add", f"{OTHER_GRID} 8号楼", "")]
    (new,) = [building for building, (_, each) in (await buildings(desk)).items() if each.name == "8号楼"]
    first = {each.name: entrance for entrance, (_, each) in (await entrances(desk)).items() if each.building == new}
    assert set(first) == {"1单元", "2单元"}
    assert (await take(desk, "buildings", BUILDINGS, (OTHER_GRID, "8号楼", "2", "", "", ""))).counts["keep"] == 1
    await take(desk, "buildings", BUILDINGS, (OTHER_GRID, "8号楼", "1单元、2单元、东门", "", "", ""))
    await take(desk, "buildings", BUILDINGS, (OTHER_GRID, "8号楼", "2单元、东门", "", "", ""))
    left = {each.name: entrance for entrance, (_, each) in (await entrances(desk)).items() if each.building == new}
    assert set(left) == {"2单元", "东门"}
    assert left["2单元"] == first["2单元"]


async def test_a_building_that_goes_to_another_grid_takes_entrances_and_plates_along(desk: Desk) -> None:
    await desk.publish([entry(f"grid:{GRID}", "tag", "d" * 64, TagEntry("qr", "place", str(ENTRANCE)))])
    move = (OTHER_GRID, "1号楼", "", str(BUILDING), "2026-11-24", "")
    done = await take(desk, "buildings", BUILDINGS, move)
    assert acts(done) == [("change", f"{OTHER_GRID} 1号楼", "2026-11-24")]
    assert (await buildings(desk))[str(BUILDING)][0] == f"grid:{GRID}"
    await begin(desk, 1)
    scopes = {scope for kind in ("building", "entrance", "tag") for scope, _ in (await told(desk, kind)).values()}
    assert scopes == {f"grid:{OTHER_GRID}"}


async def test_a_building_ends_with_its_entrances(desk: Desk) -> None:
    done = await take(desk, "buildings", BUILDINGS, (GRID, "1号楼", "", "", "", "2026-11-24"))
    assert acts(done) == [("end", f"{GRID} 1号楼", "2026-11-24")]
    await begin(desk, 1)
    assert await told(desk, "building") == await told(desk, "entrance") == {}


async def test_coordinates_are_grounded_and_a_wrong_datum_is_guessed(desk: Desk) -> None:
    changes = [each for each in small_district() if each.type != "grid"]
    drawn = GridEntry("第一网格", COMMUNITY, "社区", "街道", DISTRICT, "平房区", BORDER)
    await desk.publish([entry(f"grid:{GRID}", "grid", GRID, drawn), *changes])
    right = [(126.601 + step / 1000, 45.605) for step in range(4)]
    shifted = [wgs84_to_gcj02(point) for point in right]
    rows = [(GRID, f"{number}栋", *point, "CGCS2000") for number, point in enumerate(shifted)]
    said = await faults_of(desk, "buildings", POINTS, *rows)
    assert said == [
        "list.csv datum: the buildings lie outside their grids; they fit when the coordinates are taken as GCJ02"
    ]
    await take(desk, "buildings", POINTS, *[(*row[:4], "gcj-02") for row in rows])
    found = [each for _, each in (await buildings(desk)).values() if each.name.endswith("栋")]
    assert {(round(each.lon or 0, 6), round(each.lat or 0, 6)) for each in found} == set(right)
    far = (GRID, "远楼", 126.7, 45.7, "WGS84")
    assert (await faults_of(desk, "buildings", POINTS, far))[0].endswith("border of its grid; is the datum right?")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((126.6, "", "WGS84"), "lat: longitude and latitude are given together or not at all"),
        ((45.6, 126.6, "WGS84"), "lon: looks like longitude and latitude swapped"),
        ((0.1, 45.6, "WGS84"), "lon: 0.1, 45.6 is no longitude and latitude in China"),
        (("东", 45.6, "WGS84"), "lon: must be decimal degrees"),
        ((126.6, 45.6, ""), "datum: is empty: say CGCS2000, WGS84 or GCJ02"),
        ((126.6, 45.6, "BD-09"), "datum: BD-09 is not converted"),
        ((126.6, 45.6, "西安80"), "datum: must be one of"),
    ],
)
async def test_a_wrong_place_is_named(desk: Desk, cells: tuple[object, ...], expected: str) -> None:
    (fault,) = await faults_of(desk, "buildings", POINTS, (GRID, "9号楼", *cells))
    assert fault.startswith(f"list.csv:2 {expected}")


async def test_no_grid_ends_because_a_list_leaves_it_out(desk: Desk) -> None:
    (fault,) = await faults_of(desk, "units", UNITS, (GRID, "第一网格", "", ""), is_whole=True)
    assert fault.startswith("list.csv: cannot be taken as whole")
    assert set(await grids(desk)) == {GRID, OTHER_GRID}
