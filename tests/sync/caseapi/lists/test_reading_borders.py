"""Borders are read from GeoJSON as map programs write it, and every fault is named with line and path."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.caseapi.lists.borders import read_borders, write_borders
from sync.caseapi.lists.faults import Faults
from tests.sync.caseapi.lists.making import sentences

GRID = "230108001001001"
SQUARE = [[126.6, 45.6], [126.7, 45.6], [126.7, 45.7], [126.6, 45.7], [126.6, 45.6]]
HOLE = [[126.64, 45.64], [126.66, 45.64], [126.66, 45.66], [126.64, 45.64]]


def feature(rings: object, code: object = GRID, sort: str = "Polygon", **properties: object) -> dict[str, object]:
    given = {"code": code} | properties
    return {"type": "Feature", "properties": given, "geometry": {"type": sort, "coordinates": rings}}


def collection(*features: object, **members: object) -> bytes:
    lines = ",\n".join(json.dumps(each) for each in features)
    head = json.dumps({"type": "FeatureCollection"} | members)[:-1]
    return f'{head}, "features": [\n{lines}\n]}}\n'.encode()


def read(data: bytes) -> tuple[Sequence[object], list[str]]:
    faults = Faults("b.geojson")
    return read_borders(data, faults), sentences(faults)


@pytest.mark.parametrize(
    "data",
    [
        collection(feature([SQUARE, HOLE])),
        b"\xef\xbb\xbf" + collection(feature([SQUARE, HOLE])),
        collection(feature([[SQUARE, HOLE]], sort="MultiPolygon", colour="red")),
        collection(feature([[[*point, 120.5] for point in SQUARE], HOLE])),
        collection(feature([SQUARE, HOLE]), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}),
        collection(feature([SQUARE, HOLE]), datum="CGCS2000"),
        collection(feature([SQUARE, HOLE], code=None, 网格编码=GRID)),
        collection(feature([SQUARE, HOLE], code=int(GRID))),
    ],
)
def test_a_border_is_read_as_map_programs_write_it_and_written_so_that_it_is_read_again(data: bytes) -> None:
    (border,), said = read(data)
    assert said == []
    area = tuple(tuple(map(tuple, ring)) for ring in (SQUARE, HOLE))
    assert (border.code, border.area, border.line) == (GRID, area, 2)
    (again,), _ = read(b"".join(write_borders([(border.code, "第1网格", border.area)])))
    assert again.area == border.area


SWAPPED = [[lat, lon] for lon, lat in SQUARE]
BOW = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
EIGHT = [*SQUARE[:2], SQUARE[0], SQUARE[3], SQUARE[0]]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (feature([SWAPPED]), "features[1].geometry.coordinates[0]: looks like longitude and latitude swapped"),
        (feature([BOW]), "features[1].geometry.coordinates[0]: a ring crosses itself"),
        (feature([EIGHT]), "features[1].geometry.coordinates[0]: a ring passes through the same point twice"),
        (feature([SQUARE[:-1]]), "features[1].geometry.coordinates[0]: a ring needs at least four points"),
        (feature([SQUARE, [[127, 46], [127.1, 46], [127.1, 46.1], [127, 46]]]), "coordinates[1]: a hole lies outside"),
        (feature([[[0, 0], [1, 0], [1, 1], [0, 0]]]), "0.0, 0.0 is no longitude and latitude in China"),
        (feature([]), "features[1].geometry.coordinates: a ring needs"),
        (feature([[["a", "b"]]]), "features[1].geometry.coordinates: every point is a longitude and a latitude"),
        (feature([[[126.6]]]), "features[1].geometry.coordinates: every point is a longitude and a latitude"),
        (feature(SQUARE[0], sort="Point"), "must be a Polygon, or a MultiPolygon of one part, is “Point”"),
        (feature([[SQUARE], [HOLE]], sort="MultiPolygon"), "must be a Polygon, or a MultiPolygon of one part"),
        (feature([SQUARE], code="12"), "features[1].properties: needs the property code"),
        (feature([SQUARE], code="230108001001002"), "“230108001001002” stands in line 2 already"),
        (5, "features[1]: is no GeoJSON: Expected `object`"),
    ],
)
def test_a_wrong_border_is_named_with_line_and_path(bad: object, expected: str) -> None:
    _, said = read(collection(feature([SQUARE], code="230108001001002"), bad))
    assert len(said) == 1
    assert said[0].startswith("b.geojson:3 ")
    assert expected in said[0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"type":\n "FeatureCollection", x', "b.geojson:2: is no GeoJSON: JSON is malformed"),
        (b"[]", "is no GeoJSON: Expected `object`, got `array`"),
        (b"[" * 100_000, "is no GeoJSON"),
        (b'{"type":"Feature","features":[]}', "must be a FeatureCollection"),
        (collection(crs={"properties": {"name": "EPSG:4479"}}), "crs: has the coordinates of"),
        (collection(datum="GCJ02"), "datum: has the coordinates of “GCJ02”: export it as WGS 84 or CGCS2000"),
    ],
)
def test_what_is_no_borders_file_is_refused_in_a_sentence(data: bytes, expected: str) -> None:
    borders, (said,) = read(data)
    assert borders == []
    assert expected in said


@settings(max_examples=40)
@given(st.recursive(st.none() | st.floats() | st.text() | st.booleans(), lambda inner: st.lists(inner, max_size=4)))
def test_no_coordinates_break_the_reading(rings: object) -> None:
    borders, said = read(collection(feature(rings)))
    assert bool(borders) != bool(said)
