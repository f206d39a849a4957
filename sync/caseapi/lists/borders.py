"""Reads borders of grids, communities and streets from GeoJSON (RFC 7946): every fault with its line and path."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sync.caseapi.district.area import (
    CHINA_LAT,
    CHINA_LON,
    MAX_RING_POINTS,
    Area,
    Point,
    Ring,
    contains,
    crosses_itself,
)
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.cells import MAX_FILE_BYTES, MAX_ROWS, MEGABYTE
from sync.caseapi.lists.faults import Faults, quoted
from sync.caseapi.lists.kinds import LEVEL_OF_DIGITS

_CODE_NAMES = ("code", "grid", "grid_id", "id", "编码", "网格编码")
_KNOWN_CRS = re.compile(r"CRS84|EPSG:+(?:4326|4490)\b|CGCS ?2000|WGS ?84", re.IGNORECASE)
_AT_BYTE = re.compile(r" \(byte (\d+)\)")
_DECIMALS = 7


class Border(Struct, frozen=True):
    """A border as handed over, with the line in which its feature begins and its path in the file."""

    code: str
    area: Area
    line: int
    path: str


class _Collection(Struct, frozen=True):
    type: str
    features: list[msgspec.Raw]
    crs: msgspec.Raw = msgspec.Raw(b"null")
    datum: str = ""


class _Geometry(Struct, frozen=True):
    type: str
    coordinates: msgspec.Raw = msgspec.Raw(b"null")


class _Feature(Struct, frozen=True):
    geometry: _Geometry | None = None
    properties: dict[str, Any] | None = None


def read_borders(data: bytes, faults: Faults) -> list[Border]:
    """Return the borders that are sound; levels follow from the lengths of their codes."""
    if len(data) > MAX_FILE_BYTES:
        faults.add(f.TOO_LARGE, most=MAX_FILE_BYTES // MEGABYTE)
        return []
    collection = _collection(data, faults)
    if collection is None:
        return []
    if len(collection.features) > MAX_ROWS:
        faults.add(f.TOO_MANY_ROWS, most=MAX_ROWS)
        return []
    first: dict[str, int] = {}
    borders: list[Border] = []
    for line, path, raw in _placed(data, collection.features):
        border = _border(raw, line, path, faults)
        if border is not None and first.setdefault(border.code, line) != line:
            faults.add(f.TWICE, line=line, column=path, shown=quoted(border.code), first=first[border.code])
        elif border is not None:
            borders.append(border)
    return borders


def write_borders(borders: Sequence[tuple[str, str, Area]]) -> Iterator[bytes]:
    """Yield GeoJSON, one feature a line; each border is its code, its name, its area.

    The coordinates are CGCS2000 or WGS-84, which differ by less than a metre.
    """
    yield b'{"type":"FeatureCollection","features":[\n'
    for place, (code, name, area) in enumerate(borders):
        properties = {"level": LEVEL_OF_DIGITS.get(len(code), ""), "code": code, "name": name}
        geometry = {"type": "Polygon", "coordinates": area}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        yield (b",\n" if place else b"") + msgspec.json.encode(feature)
    yield b"\n]}\n"


def _collection(data: bytes, faults: Faults) -> _Collection | None:
    try:
        collection = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        at = _AT_BYTE.search(str(exc))
        line = data[: int(at[1])].count(b"\n") + 1 if at else 0
        faults.add(f.NO_JSON, line=line, why=_AT_BYTE.sub("", str(exc)))
        return None
    if collection.type != "FeatureCollection":
        faults.add(f.NO_COLLECTION, column="type")
        return None
    said = collection.datum or bytes(collection.crs).decode("utf-8", "replace")
    if said != "null" and not _KNOWN_CRS.search(said):
        faults.add(f.OTHER_CRS, column="datum" if collection.datum else "crs", shown=quoted(said))
        return None
    return collection


def _placed(data: bytes, features: Sequence[msgspec.Raw]) -> Iterator[tuple[int, str, bytes]]:
    """Yield each feature with its line and path."""
    at, line = 0, 1
    for number, raw in enumerate(features):
        feature = bytes(raw)
        begins = data.find(feature, at)
        line += data.count(b"\n", at, begins)
        at = begins
        yield line, f"features[{number}]", feature
        line += feature.count(b"\n")
        at += len(feature)


def _border(raw: bytes, line: int, path: str, faults: Faults) -> Border | None:
    before = len(faults.kept) + faults.more
    try:
        feature = msgspec.json.decode(raw, type=_Feature)
    except (msgspec.DecodeError, RecursionError) as exc:
        faults.add(f.NO_JSON, line=line, column=path, why=exc)
        return None
    properties = feature.properties or {}
    code = next((str(properties[name]) for name in _CODE_NAMES if properties.get(name)), "")
    if not code.isascii() or not code.isdigit() or len(code) not in LEVEL_OF_DIGITS:
        faults.add(f.NO_CODE, line=line, column=f"{path}.properties")
    area = _area(feature.geometry, line, f"{path}.geometry", faults)
    is_sound = len(faults.kept) + faults.more == before
    return Border(code, area, line, path) if is_sound else None


def _area(geometry: _Geometry | None, line: int, path: str, faults: Faults) -> Area:
    shown = geometry.type if geometry is not None else "null"
    if geometry is None or shown not in ("Polygon", "MultiPolygon"):
        faults.add(f.NO_POLYGON, line=line, column=path, shown=quoted(shown))
        return ()
    try:
        rings: Any = msgspec.json.decode(geometry.coordinates, type=list[Any])
        if shown == "MultiPolygon":
            if len(rings) != 1:
                faults.add(f.NO_POLYGON, line=line, column=path, shown=quoted(f"MultiPolygon × {len(rings)}"))
                return ()
            rings = rings[0]
        area = tuple(tuple(_point(each) for each in ring) for ring in rings)
    except (msgspec.DecodeError, TypeError, ValueError, IndexError, RecursionError):
        faults.add(f.NO_POINT, line=line, column=f"{path}.coordinates")
        return ()
    for number, ring in enumerate(area):
        fault = _ring_fault(ring)
        if fault is not None:
            faults.add(fault[0], line=line, column=f"{path}.coordinates[{number}]", **fault[1])
            return ()
    if not area:
        faults.add(f.NO_RING, line=line, column=f"{path}.coordinates")
    for number, hole in enumerate(area[1:], start=1):
        if not all(contains(area[:1], point) for point in hole[:-1]):
            faults.add(f.HOLE_OUTSIDE, line=line, column=f"{path}.coordinates[{number}]")
    return area


def _point(position: Any) -> Point:
    lon, lat, *_ = position
    if isinstance(lon, bool | str) or isinstance(lat, bool | str):
        raise TypeError("a coordinate is a number")
    return round(float(lon), _DECIMALS), round(float(lat), _DECIMALS)


def _ring_fault(ring: Ring) -> tuple[str, dict[str, object]] | None:
    if len(ring) < 4 or ring[0] != ring[-1]:
        return f.NO_RING, {}
    if len(ring) > MAX_RING_POINTS:
        return f.LONG_RING, {"most": MAX_RING_POINTS, "count": len(ring)}
    for lon, lat in ring:
        if not (CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]):
            is_swapped = CHINA_LON[0] <= lat <= CHINA_LON[1] and CHINA_LAT[0] <= lon <= CHINA_LAT[1]
            return (f.SWAPPED, {}) if is_swapped else (f.NOT_CHINA, {"shown": f"{lon}, {lat}"})
    if len(set(ring)) != len(ring) - 1:
        return f.SAME_POINT, {}
    return (f.CROSSES, {}) if crosses_itself(ring) else None
