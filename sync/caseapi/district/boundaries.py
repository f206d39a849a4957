"""Borders of streets, communities and grids, and outlines of buildings, as GeoJSON (RFC 7946), one feature a line."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from sync.caseapi.district.area import Area, ring_fault
from sync.caseapi.district.model import DATUMS
from sync.caseapi.district.problems import ImportProblem
from sync.caseapi.district.tables import read_text

Level = Literal["street", "community", "grid", "building"]


class Properties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose border a feature is; a building's code is its id."""

    level: Level
    code: str


class Polygon(msgspec.Struct, frozen=True, tag_field="type", tag="Polygon"):
    """A GeoJSON polygon: rings of [longitude, latitude]."""

    coordinates: tuple[tuple[tuple[float, float], ...], ...]


class Feature(msgspec.Struct, frozen=True, tag_field="type", tag="Feature"):
    """One border."""

    properties: Properties
    geometry: Polygon


class _Collection(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    features: list[msgspec.Raw]
    datum: str = ""


def write_boundaries(path: Path, borders: Iterable[tuple[Level, str, Area]]) -> None:
    """Write the borders in their order; the coordinates are CGCS2000, which readers may take for WGS-84."""
    features = [msgspec.json.encode(Feature(Properties(level, code), Polygon(area))) for level, code, area in borders]
    head = b'{"type":"FeatureCollection","datum":"CGCS2000","features":[\n'
    path.write_bytes(head + b",\n".join(features) + b"\n]}\n")


def read_boundaries(path: Path, problems: list[ImportProblem]) -> dict[tuple[Level, str], Area]:
    """Return the areas by level and code; every fault is added to the list with its path in the file.

    A file without the member ``datum`` is refused: what a map vendor exports may be shifted by hundreds of metres.
    """
    collection = _collection(path, problems)
    areas: dict[tuple[Level, str], Area] = {}
    for place, raw in enumerate(collection.features if collection else ()):
        where = f"features[{place}]"
        try:
            feature = msgspec.json.decode(raw, type=Feature)
        except msgspec.ValidationError as exc:
            problems.append(ImportProblem(path.name, 0, where, str(exc)))
            continue
        key = (feature.properties.level, feature.properties.code)
        if key in areas:
            problems.append(ImportProblem(path.name, 0, where, f"the {key[0]} {key[1]} has a border already"))
        areas[key] = feature.geometry.coordinates
        problems += _ring_problems(path.name, where, feature.geometry.coordinates)
    return areas


def missing_borders(
    file: str, known: Mapping[Level, Sequence[str]], areas: Mapping[tuple[Level, str], Area]
) -> list[ImportProblem]:
    """Return a fault for every unit without a border and every border without a unit."""
    wanted = {(level, code) for level, codes in known.items() for code in codes}
    lacking = [f"has no border of the {level} {code}" for level, code in sorted(wanted - areas.keys())]
    foreign = [
        f"has a border of the {level} {code}, which org.csv lacks" for level, code in sorted(areas.keys() - wanted)
    ]
    return [ImportProblem(file, 0, "features", message) for message in lacking + foreign]


def foreign_outlines(
    file: str, building_ids: Collection[str], areas: Mapping[tuple[Level, str], Area]
) -> list[ImportProblem]:
    """Return a fault for every outline that is no known building's; a building needs none."""
    known = {("building", building_id) for building_id in building_ids}
    return [
        ImportProblem(file, 0, "features", f"has an outline of the {level} {code}, which buildings.csv lacks")
        for level, code in sorted(areas.keys() - known)
    ]


def _collection(path: Path, problems: list[ImportProblem]) -> _Collection | None:
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        collection = msgspec.json.decode(text, type=_Collection)
    except (msgspec.DecodeError, RecursionError) as exc:
        problems.append(ImportProblem(path.name, 0, "", f"is not a GeoJSON feature collection: {exc}"))
        return None
    if collection.datum not in DATUMS:
        wanted = " or ".join(DATUMS)
        message = f"must say {wanted}; convert GCJ-02 and BD-09 first, they are shifted by hundreds of metres"
        problems.append(ImportProblem(path.name, 0, "datum", message))
    return collection


def _ring_problems(file: str, where: str, area: Area) -> list[ImportProblem]:
    if not area:
        return [ImportProblem(file, 0, f"{where}.geometry.coordinates", "has no ring")]
    faults = [(place, ring_fault(ring)) for place, ring in enumerate(area)]
    return [ImportProblem(file, 0, f"{where}.geometry.coordinates[{place}]", fault) for place, fault in faults if fault]
