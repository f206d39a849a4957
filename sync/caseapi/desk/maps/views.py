"""A map of an area and the table that says the same: open cases by building, as far as their place is a building."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sync.caseapi.cases.permissions import CODE_DIGITS
from sync.caseapi.desk.areas import COMMUNITY_DIGITS, GRID_DIGITS
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.maps.drawing import WIDTH, Area, Paper, Point, paper_for
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.storage.figures import OpenPlace
from sync.reference import BuildingEntry
from sync.text import clean_line

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("new", N_("To be filed"), ("reported", "verifying")),
    ("filed", N_("To be dispatched"), ("filed",)),
    ("given", N_("In hand"), ("dispatched", "handling", "suspended")),
    ("done", N_("To be closed"), ("handled", "rechecking")),
)
"""What an open case waits for: its mark on the map, its words, its states."""

NEAR_DIGITS, FAR_DIGITS = COMMUNITY_DIGITS, CODE_DIGITS["street"]
"""From here on buildings are told one by one; before there, cases are told by community, and no building is drawn."""

_MARK_STEP, _DIGIT_STEP, _MARK_HEIGHT = 30, 11, 23
"""From one mark to the next, what its number takes, and from one below to the next."""

_SHAPES = {
    "new": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0Z",
    "filed": "M0 -11L11 9L-11 9Z",
    "given": "M-9 -9L9 -9L9 9L-9 9Z",
    "done": "M0 -12L12 0L0 12L-12 0Z",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Open cases of a building or an area that wait for the same, where they stand on the map."""

    name: str
    count: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """A community or a grid on the map.

    Attributes:
        number: under which the table has it.
    """

    code: str
    name: str
    number: int
    path: str
    x: int
    y: int
    open: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnBuilding:
    """A building on the map; its ground plan where somebody drew it.

    Attributes:
        number: under which the table has it.
    """

    id: str
    number: int
    name: str
    x: int
    y: int
    path: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line of the table: a community, a grid or a building, with its open cases by what they wait for.

    Attributes:
        code: of an area, to look at it closer; empty for a building.
        is_drawn: it is on the map.
    """

    id: str
    number: int
    name: str
    more: str
    code: str
    is_drawn: bool
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return all its open cases."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class MapView:
    """The page."""

    width: int
    height: int
    streets: tuple[str, ...]
    areas: tuple[DrawnArea, ...]
    buildings: tuple[DrawnBuilding, ...]
    groups: tuple[tuple[str, str, str], ...]
    area_lines: tuple[MapLine, ...]
    building_lines: tuple[MapLine, ...]
    placeless: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def is_drawn(self) -> bool:
        """Return whether there is anything to draw."""
        return self.height > 0


def map_view(directory: Directory, code: str, found: Sequence[OpenPlace], texts: Texts) -> MapView:
    """Return the map of a district, street, community or grid."""
    grids = {grid: entry for grid, entry in sorted(directory.grids.items()) if grid.startswith(code)}
    buildings = sorted(
        ((each, entry) for each, entry in directory.buildings.items() if entry.grid in grids),
        key=lambda each: (each[1].grid, each[1].order, each[0]),
    )
    digits = COMMUNITY_DIGITS if len(code) < COMMUNITY_DIGITS else GRID_DIGITS
    by_area = _counted((each.grid[:digits], each) for each in found)
    by_building = _counted((str(each.building), each) for each in found if each.building is not None)
    areas: dict[str, list[Area]] = {
        area: [grids[grid].border for grid in members if grids[grid].border]
        for area, members in groupby(grids, key=lambda grid: grid[:digits])
    }
    named = {area: number for number, area in enumerate(areas, start=1)}
    paper = paper_for(
        (border for borders in areas.values() for border in borders),
        (point for _, entry in buildings if (point := _point(entry)) is not None),
    )
    is_near, is_far = len(code) >= NEAR_DIGITS, len(code) < FAR_DIGITS
    how_many = Counter(entry.grid[:digits] for _, entry in buildings)
    known = {str(building) for building, _ in buildings}
    return MapView(
        width=WIDTH,
        height=paper.height if paper is not None else 0,
        streets=() if paper is None or is_near else tuple(_streets(paper, areas)),
        areas=() if paper is None else tuple(_drawn_areas(paper, areas, by_area, directory, is_far=is_far)),
        buildings=() if paper is None or is_far else tuple(_drawn_buildings(paper, buildings, by_building)),
        groups=tuple((name, texts(words), _SHAPES[name]) for name, words, _ in GROUPS),
        area_lines=tuple(
            MapLine(
                id=f"a-{area}",
                number=named[area],
                name=directory.named(area),
                more=texts.plural("{count} building", "{count} buildings", how_many[area]).format(count=how_many[area]),
                code=area if area != code else "",
                is_drawn=bool(areas[area]),
                counts=_by_group(by_area.get(area, Counter())),
            )
            for area in areas
        ),
        building_lines=tuple(_building_lines(buildings, by_building, directory)) if is_near else (),
        placeless=_by_group(_sum(each for each in found if str(each.building) not in known)),
        counts=_by_group(_sum(found)),
    )


def _building_lines(
    buildings: Sequence[tuple[str, BuildingEntry]], counts: Mapping[str, Counter[str]], directory: Directory
) -> Iterator[MapLine]:
    for number, (building, entry) in enumerate(buildings, start=1):
        yield MapLine(
            id=f"b-{building}",
            number=number,
            name=clean_line(entry.name),
            more=clean_line(entry.address) or directory.named(entry.grid),
            code="",
            is_drawn=_point(entry) is not None,
            counts=_by_group(counts.get(building, Counter())),
        )


def _drawn_areas(
    paper: Paper,
    areas: Mapping[str, list[Area]],
    counts: Mapping[str, Counter[str]],
    directory: Directory,
    *,
    is_far: bool,
) -> Iterator[DrawnArea]:
    for number, (area, borders) in enumerate(areas.items(), start=1):
        if not borders:
            continue
        left, top, right = paper.box(borders)[:3]
        found = counts.get(area, Counter())
        # One below the other, so that they stay within a small community.
        marks = [
            replace(mark, x=(left + right) // 2, y=top + 20 + place * _MARK_HEIGHT)
            for place, mark in enumerate(_marks(found, 0, 0) if is_far else ())
        ]
        path, name = paper.path(borders), directory.named(area)
        yield DrawnArea(area, name, number, path, left + 8, top + 28, found.total(), tuple(marks))


def _drawn_buildings(
    paper: Paper, buildings: Sequence[tuple[str, BuildingEntry]], counts: Mapping[str, Counter[str]]
) -> Iterator[DrawnBuilding]:
    for number, (building, entry) in enumerate(buildings, start=1):
        point = _point(entry)
        if point is None:
            continue
        x, y = paper.place(point)
        marks = tuple(_marks(counts.get(building, Counter()), x, y))
        path = paper.path([entry.outline]) if entry.outline else ""
        yield DrawnBuilding(building, number, clean_line(entry.name), x, y, path, marks)


def _marks(states: Counter[str], x: int, y: int) -> Iterator[Mark]:
    for (name, _, _), count in zip(GROUPS, _by_group(states), strict=True):
        if count:
            yield Mark(name, count, x, y)
            x += _MARK_STEP + (_DIGIT_STEP * len(str(count)) if count > 1 else 0)


def _streets(paper: Paper, areas: Mapping[str, list[Area]]) -> Iterator[str]:
    for _, members in groupby(areas, key=lambda area: area[:9]):
        yield paper.path(border for area in members for border in areas[area])


def _counted(found: Iterable[tuple[str, OpenPlace]]) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for key, each in found:
        counted.setdefault(key, Counter())[each.state] += each.cases
    return counted


def _sum(found: Iterable[OpenPlace]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in found:
        counted[each.state] += each.cases
    return counted


def _by_group(states: Counter[str]) -> tuple[int, ...]:
    return tuple(sum(states[state] for state in group) for _, _, group in GROUPS)


def _point(entry: BuildingEntry) -> Point | None:
    return (entry.lon, entry.lat) if entry.lon is not None and entry.lat is not None else None
