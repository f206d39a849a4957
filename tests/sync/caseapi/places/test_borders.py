"""Borders of the district: in and out, overlaps and wrong datums named, what waits for its day keeps them."""

import json
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from sync.caseapi.district.datum import bd09_to_gcj02, wgs84_to_bd09, wgs84_to_gcj02
from sync.caseapi.errors import ImportRefused
from sync.caseapi.service.places.importing import Outcome, Wanted
from sync.reference import BuildingEntry, GridEntry
from tests.sync.caseapi.harness import GRID, OTHER_GRID, Desk, entry
from tests.sync.caseapi.lists.making import as_csv
from tests.sync.caseapi.lists.test_reading_borders import collection, feature
from tests.sync.caseapi.places.listed import acts, begin, take, told

COMMUNITY = GRID[:12]
MIDDLE = (126.601, 45.601)


def square(west: float, south: float, size: float = 0.002) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


async def bring(desk: Desk, *features: object, is_dry: bool = False) -> Outcome:
    wanted = Wanted("boundaries", "b.geojson", collection(*features), is_dry=is_dry, by="tests")
    return await desk.case_api.places.take(wanted)


async def refused(desk: Desk, *features: object) -> tuple[str, ...]:
    with pytest.raises(ImportRefused) as found:
        await bring(desk, *features)
    return found.value.faults


async def border_of(desk: Desk, grid: str) -> object:
    _, found = (await told(desk, "grid"))[grid]
    assert isinstance(found, GridEntry)
    return found.border


async def housed(desk: Desk) -> None:
    """Let four buildings of the grid have coordinates, within a square of a hundred metres or two."""
    for number in range(4):
        lon, lat = MIDDLE[0] + number / 10_000, MIDDLE[1]
        await desk.publish(
            [entry(f"grid:{GRID}", "building", f"b{number}", BuildingEntry("栋", GRID, lat=lat, lon=lon))]
        )


async def test_borders_of_grids_and_communities_come_in_and_go_out(desk: Desk) -> None:
    first, whole = feature(square(126.6, 45.6), GRID), feature(square(126.6, 45.6, 0.01), COMMUNITY)
    done = await bring(desk, first, whole)
    assert acts(done) == [("change", f"{GRID} 第一网格", ""), ("add", COMMUNITY, "")]
    assert [str(note) for note in done.notes] == [f"b.geojson: 1 grids have no border yet: {OTHER_GRID}"]
    borders = await desk.case_api.places.borders()
    assert [(code, name) for code, name, _ in borders] == [(COMMUNITY, "社区"), (GRID, "第一网格")]
    assert (await bring(desk, first, whole)).counts["keep"] == 2
    tablet = await desk.tablet()
    pages = (await tablet.sync()).feeds
    assert not [scope for scope in pages if scope == "areas"]


async def test_a_border_is_for_what_is_known_and_neighbours_do_not_overlap(desk: Desk) -> None:
    said = await refused(desk, feature(square(126.6, 45.6), "230108009009009"))
    assert said[0].endswith("there is no “230108009009009” here; import the tree first")
    said = await refused(desk, feature(square(126.6, 45.6), GRID), feature(square(126.6015, 45.6), OTHER_GRID))
    assert said[0].endswith(f"the grids {GRID} and {OTHER_GRID} overlap by 25 % of the smaller one")
    await bring(desk, feature(square(126.6, 45.6), GRID), feature(square(126.60198, 45.6), OTHER_GRID))
    assert len(await refused(desk, feature(square(126.601, 45.6), OTHER_GRID))) == 1


@pytest.mark.parametrize(("convert", "datum"), [(wgs84_to_gcj02, "GCJ-02"), (wgs84_to_bd09, "BD-09")])
async def test_a_border_of_a_chinese_map_is_recognised_by_the_buildings(
    desk: Desk, convert: object, datum: str
) -> None:
    await housed(desk)
    assert callable(convert)
    shifted = [[list(convert((lon, lat))) for lon, lat in ring] for ring in square(126.6, 45.6)]
    (said,) = await refused(desk, feature(shifted))
    assert f"4 of the 4 buildings of “{GRID}” lie outside; they fit if the border is {datum}" in said
    far = await bring(desk, feature(square(126.7, 45.7)))
    assert "4 of the 4 buildings" in str(far.notes[0])


def test_the_shifts_of_chinese_maps_lead_back_to_within_metres() -> None:
    lon, lat = bd09_to_gcj02(wgs84_to_bd09(MIDDLE))
    assert (lon, lat) == pytest.approx(wgs84_to_gcj02(MIDDLE), abs=2e-5)


async def test_a_grid_that_is_renamed_tomorrow_keeps_the_border_of_today(desk: Desk) -> None:
    await take(desk, "units", ("编码", "名称", "生效日期"), (GRID, "新名", "2026-11-24"))
    await bring(desk, feature(square(126.6, 45.6)))
    await begin(desk, 1)
    assert len(await border_of(desk, GRID)) == 1  # type: ignore[arg-type]  # a border is a tuple of rings


async def test_a_dry_run_of_borders_changes_nothing(desk: Desk) -> None:
    assert (await bring(desk, feature(square(126.6, 45.6)), is_dry=True)).counts["change"] == 1
    assert await border_of(desk, GRID) == ()


def test_the_command_writes_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = ["--db", f"sqlite:///{tmp_path / 'case.db'}"]
    units, borders, out = (tmp_path / name for name in ("units.csv", "b.geojson", "out.geojson"))
    units.write_bytes(as_csv([("编码", "名称"), (GRID[:9], "街道"), (COMMUNITY, "社区"), (GRID, "第1网格")]))
    borders.write_bytes(collection(feature(square(126.6, 45.6)), feature(square(126.6, 45.6), COMMUNITY)))
    assert main(["init", *to]) == 0
    assert main(["import", "units", str(units), *to]) == 0
    assert main(["import", "boundaries", str(borders), *to]) == 0
    assert main(["export", "boundaries", "--out", str(out), *to]) == 0
    assert [each["properties"]["level"] for each in json.loads(out.read_bytes())["features"]] == ["community", "grid"]
    capsys.readouterr()
    assert main(["import", "boundaries", str(out), "--dry-run", *to]) == 0
    assert "0 added, 0 changed, 0 ended, 2 left alone" in capsys.readouterr().err
