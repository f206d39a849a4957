"""Coordinates of Chinese maps are brought back to the earth once, at the import; none is taken without its datum."""

import csv
from collections.abc import Callable
from math import cos, hypot, radians
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.district.area import Point
from sync.caseapi.district.datum import gcj02_to_wgs84, grounded, wgs84_to_gcj02
from sync.caseapi.district.model import District
from sync.caseapi.district.pack import read_pack

METRES_A_DEGREE = 111_195.0


def metres(start: Point, end: Point) -> tuple[float, float]:
    """Return how far a point lies east and north of another."""
    east = (end[0] - start[0]) * cos(radians(start[1])) * METRES_A_DEGREE
    return east, (end[1] - start[1]) * METRES_A_DEGREE


def rewritten(file: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [change(row) for row in csv.DictReader(opened)]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def on_a_chinese_map(row: dict[str, str]) -> dict[str, str]:
    lon, lat = wgs84_to_gcj02((float(row["lon"]), float(row["lat"])))
    return row | {"lon": f"{lon:.7f}", "lat": f"{lat:.7f}"} | ({"datum": "gcj02"} if "datum" in row else {})


def test_the_shift_in_the_district_is_the_measured_one(district: District) -> None:
    shifts = [
        metres((building.lon, building.lat), wgs84_to_gcj02((building.lon, building.lat)))
        for building in district.buildings
    ]
    assert all(east == pytest.approx(466.5, abs=9.5) and north == pytest.approx(224, abs=8) for east, north in shifts)


def test_the_public_sample_of_the_formula_is_met() -> None:
    assert wgs84_to_gcj02((116.404, 39.915)) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)


@given(st.floats(73.1, 135.9), st.floats(3.1, 53.9))
def test_going_back_comes_within_a_centimetre_and_a_half_anywhere_in_the_country(lon: float, lat: float) -> None:
    assert hypot(*metres((lon, lat), gcj02_to_wgs84(wgs84_to_gcj02((lon, lat))))) < 0.015


@pytest.mark.parametrize(
    ("written", "datum"),
    [("wgs84", "WGS84"), ("WGS-84", "WGS84"), ("cgcs2000", "CGCS2000"), ("CGCS 2000", "CGCS2000"), ("GCJ-02", "WGS84")],
)
def test_a_datum_may_be_written_in_any_usual_way(pack: Path, written: str, datum: str) -> None:
    rewritten(
        pack / "buildings.csv", lambda row: (on_a_chinese_map(row) if "J" in written else row) | {"datum": written}
    )
    if "J" in written:
        rewritten(pack / "entrances.csv", on_a_chinese_map)
    assert {building.datum for building in read_pack(pack).buildings} == {datum}


def test_buildings_and_entrances_of_a_chinese_map_come_to_lie_where_they_are(hamlet: District, pack: Path) -> None:
    rewritten(pack / "buildings.csv", on_a_chinese_map)
    rewritten(pack / "entrances.csv", on_a_chinese_map)
    for read, meant in zip(read_pack(pack).buildings, hamlet.buildings, strict=True):
        assert hypot(*metres((meant.lon, meant.lat), (read.lon, read.lat))) < 0.05
        for door, right in zip(read.entrances, meant.entrances, strict=True):
            assert hypot(*metres((right.lon, right.lat), (door.lon, door.lat))) < 0.05


def test_what_needs_no_conversion_keeps_every_digit() -> None:
    assert grounded((126.64238681, 45.60205754), "CGCS2000") == ((126.64238681, 45.60205754), "CGCS2000")


@pytest.mark.parametrize(("radius", "metres_kept"), [("90", 90), (None, 60)])
def test_a_building_may_bring_its_own_radius(pack: Path, radius: str | None, metres_kept: int) -> None:
    if radius is not None:
        rewritten(pack / "buildings.csv", lambda row: row | {"radius_m": radius})
    assert {building.radius_m for building in read_pack(pack).buildings} == {metres_kept}
