"""Borders of grids, which tablets draw, and of communities and streets, which only the desk's maps need."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from sync.caseapi.district.area import Area, Point, contains
from sync.caseapi.district.datum import wgs84_to_bd09, wgs84_to_gcj02
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.borders import Border
from sync.caseapi.lists.faults import Fault, Faults, quoted
from sync.caseapi.lists.kinds import GRID_DIGITS
from sync.caseapi.service.places.timelines import Standing, Subject, Timeline, Told
from sync.reference import BuildingEntry, GridEntry

AREA = "area"
"""Type of the entries that hold the borders of communities and streets."""

AREAS = "areas"
"""The scope in which these stand: no tablet asks for it."""

LITTLE = 0.02
"""Part of the smaller of two grids by which they may overlap: neighbours are drawn along the same street, not alike."""

_SAMPLES = 24
"""Points across and down at which an overlap is measured: it is found to half a percent."""

_MANY = 3
"""From so many buildings outside a border on, a wrong datum is looked for."""

_MOST_NAMED = 20

_Box = tuple[float, float, float, float]


class AreaEntry(msgspec.Struct, frozen=True):
    """The border of a community or street."""

    border: Area


def border_subjects(
    borders: Sequence[Border], standing: Standing, faults: Faults
) -> tuple[list[Subject], tuple[Fault, ...]]:
    """Return what borders change, and what is worth a look though it is no fault; faults go to the file's."""
    grids = _grids(standing)
    _check_known(borders, grids, faults)
    drawn = {grid: entry.border for grid, entry in grids.items() if entry.border}
    drawn |= {border.code: border.area for border in borders if border.code in grids}
    _check_overlaps(borders, drawn, faults)
    notes = Faults(faults.file)
    _check_buildings(borders, standing, faults, notes)
    bare = sorted(grid for grid in grids if grid not in drawn)
    if bare:
        more = " …" if len(bare) > _MOST_NAMED else ""
        notes.add(f.LACKS_BORDER, count=len(bare), shown=", ".join(bare[:_MOST_NAMED]) + more)
    return [_subject(border, standing, grids) for border in borders if not faults], notes.all()


def standing_borders(standing: Mapping[tuple[str, str, str], bytes]) -> list[tuple[str, str, Area]]:
    """Return code, name and area of every border that stands, streets first, each level by code."""
    names: dict[str, str] = {}
    found: list[tuple[str, str, Area]] = []
    for (_, entry_type, code), body in standing.items():
        if entry_type == "grid":
            entry = msgspec.json.decode(body, type=GridEntry)
            names |= {code[:9]: entry.street_name, entry.community: entry.community_name}
            found += [(code, entry.name, entry.border)] if entry.border else []
    for (_, entry_type, code), body in standing.items():
        if entry_type == AREA:
            found.append((code, names.get(code, ""), msgspec.json.decode(body, type=AreaEntry).border))
    return sorted(found, key=lambda each: (len(each[0]), each[0]))


def _grids(standing: Standing) -> dict[str, GridEntry]:
    coming = {grid: msgspec.json.decode(step.body, type=GridEntry) for grid, step in standing.coming("grid")}
    return coming | {grid: msgspec.json.decode(body, type=GridEntry) for grid, (_, body) in standing.of_type("grid")}


def _check_known(borders: Sequence[Border], grids: Mapping[str, GridEntry], faults: Faults) -> None:
    known = {grid[:length] for grid in grids for length in (9, 12, GRID_DIGITS)}
    for border in borders:
        if border.code not in known:
            faults.add(f.UNKNOWN_AREA, line=border.line, column=border.path, shown=quoted(border.code))


def _check_overlaps(borders: Sequence[Border], drawn: Mapping[str, Area], faults: Faults) -> None:
    boxes = {grid: _box(area) for grid, area in drawn.items()}
    done: set[tuple[str, str]] = set()
    for border in borders:
        if border.code not in boxes:
            continue
        for other, box in boxes.items():
            pair = (min(border.code, other), max(border.code, other))
            if other == border.code or pair in done:
                continue
            done.add(pair)
            part = _overlap(drawn[border.code], drawn[other], boxes[border.code], box)
            if part > LITTLE:
                given = {"first": pair[0], "second": pair[1], "percent": round(part * 100)}
                faults.add(f.OVERLAP, line=border.line, column=border.path, **given)


def _overlap(first: Area, second: Area, box: _Box, other: _Box) -> float:
    """Return how much of the smaller area both cover, about; 0 where hardly their boxes touch."""
    west, south, east, north = (
        max(box[0], other[0]),
        max(box[1], other[1]),
        min(box[2], other[2]),
        min(box[3], other[3]),
    )
    smaller = min(_size(first), _size(second))
    shared = (east - west) * (north - south)
    if east <= west or north <= south or smaller <= 0 or shared <= LITTLE * smaller:
        return 0.0
    across = [west + (east - west) * (step + 0.5) / _SAMPLES for step in range(_SAMPLES)]
    down = [south + (north - south) * (step + 0.5) / _SAMPLES for step in range(_SAMPLES)]
    hits = sum(contains(first, (lon, lat)) and contains(second, (lon, lat)) for lon in across for lat in down)
    return hits / _SAMPLES**2 * shared / smaller


def _check_buildings(borders: Sequence[Border], standing: Standing, faults: Faults, notes: Faults) -> None:
    points: dict[str, list[Point]] = {}
    for _, (_, body) in standing.of_type("building"):
        entry = msgspec.json.decode(body, type=BuildingEntry)
        if entry.lon is not None and entry.lat is not None:
            points.setdefault(entry.grid, []).append((entry.lon, entry.lat))
    for border in borders:
        held = points.get(border.code, [])
        outside = [point for point in held if not contains(border.area, point)]
        if not outside:
            continue
        given: dict[str, object] = {"count": len(outside), "all": len(held), "shown": quoted(border.code)}
        datum = _likely_datum(border.area, outside) if len(outside) >= min(_MANY, len(held)) else ""
        if datum:
            faults.add(f.SHIFTED_BORDER, line=border.line, column=border.path, datum=datum, **given)
        else:
            notes.add(f.SOME_OUTSIDE, line=border.line, column=border.path, **given)


def _likely_datum(area: Area, outside: Sequence[Point]) -> str:
    """Return in which datum of Chinese maps a border would hold most of the buildings, empty for none."""
    datums: tuple[tuple[str, Callable[[Point], Point]], ...] = (("GCJ-02", wgs84_to_gcj02), ("BD-09", wgs84_to_bd09))
    for name, convert in datums:
        if sum(contains(area, convert(point)) for point in outside) * 2 > len(outside):
            return name
    return ""


def _subject(border: Border, standing: Standing, grids: Mapping[str, GridEntry]) -> Subject:
    if len(border.code) != GRID_DIGITS:
        told = (AREAS, msgspec.json.encode(AreaEntry(border.area)))
        return Subject(border.code, border.line, {(AREA, border.code): Timeline(told)})
    name = ("grid", border.code)
    timeline = standing.timeline(name)
    later = tuple((day, _bordered(told, border.area)) for day, told in timeline.later)
    label = f"{border.code} {grids[border.code].name}"
    return Subject(label, border.line, {name: Timeline(_bordered(timeline.now, border.area), later)})


def _bordered(told: Told | None, area: Area) -> Told | None:
    if told is None:
        return None
    return told[0], msgspec.json.encode(replace(msgspec.json.decode(told[1], type=GridEntry), border=area))


def _box(area: Area) -> _Box:
    longitudes, latitudes = zip(*area[0], strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _size(area: Area) -> float:
    """Return the size of an area in square degrees, holes taken off."""
    outer, *holes = (abs(sum(_turns(ring))) / 2 for ring in area)
    return outer - sum(holes)


def _turns(ring: Sequence[Point]) -> Iterator[float]:
    return (x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
