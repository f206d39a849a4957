"""Lists of buildings with their entrances."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from sync.caseapi.district.area import Area, Point, contains
from sync.caseapi.district.datum import bd09_to_gcj02, gcj02_to_wgs84, grounded
from sync.caseapi.district.initials import initials_of
from sync.caseapi.district.model import USUAL_RADIUS_M
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.columns import NEVER
from sync.caseapi.lists.faults import Faults, quoted
from sync.caseapi.lists.kinds import Place
from sync.caseapi.service.feeds import grid_scope
from sync.caseapi.service.places.timelines import Name, Standing, Subject, Timeline, Told
from sync.reference import BuildingEntry, EntranceEntry, GridEntry

BUILDING, ENTRANCE = "building", "entrance"

MANY = 3
"""From so many buildings outside their grids on, a wrong datum is looked for."""


@dataclass(slots=True)
class _Known:
    """A building as it stands or will: its entry, and id and entry of its entrances."""

    entry: BuildingEntry
    entrances: dict[str, EntranceEntry]


@dataclass(slots=True)
class Housing:
    """Makes what a list of buildings says into entries."""

    standing: Standing
    today: str
    new_id: Callable[[], str]

    def subjects(self, places: Sequence[Place], *, is_whole: bool) -> list[Subject]:
        """Return what a list touches.

        Args:
            is_whole: the list holds every building, so that one that is not in it ends.
        """
        known = self._known()
        by_name = {(each.entry.grid, each.entry.name): building for building, each in known.items()}
        order = max((each.entry.order for each in known.values()), default=-1) + 1
        subjects: list[Subject] = []
        named: set[str] = set()
        for place in places:
            building = place.building or by_name.get((place.grid, place.name), "") or self.new_id()
            named.add(building)
            subjects.append(self._subject(place, building, known.get(building), order + len(subjects)))
        if is_whole:
            gone = [(building, each) for building, each in known.items() if building not in named]
            subjects += [Subject(_label(each.entry), 0, _over(building, each.entrances)) for building, each in gone]
        return subjects

    def _known(self) -> dict[str, _Known]:
        known = {
            building: _Known(msgspec.json.decode(body, type=BuildingEntry), {})
            for building, body in _bodies(self.standing, BUILDING)
        }
        for entrance, body in _bodies(self.standing, ENTRANCE):
            entry = msgspec.json.decode(body, type=EntranceEntry)
            if entry.building in known:
                known[entry.building].entrances[entrance] = entry
        return known

    def _subject(self, place: Place, building: str, known: _Known | None, order: int) -> Subject:
        entry = _entry(place, known.entry if known is not None else None, order)
        scope = grid_scope(place.grid)
        had = known.entrances if known is not None else {}
        entries: dict[Name, Timeline] = {
            (BUILDING, building): self._timeline((BUILDING, building), place, (scope, msgspec.json.encode(entry)))
        }
        left = dict(had)
        for number, entrance_name in enumerate(place.entrances, 1):
            entrance = _matching(left, entrance_name, number) or self.new_id()
            left.pop(entrance, None)
            body = msgspec.json.encode(EntranceEntry(building, entrance_name, number))
            name = (ENTRANCE, entrance)
            entries[name] = self._timeline(name, place, (scope, body))
        for entrance, told in left.items():
            name = (ENTRANCE, entrance)
            # Without a word on entrances those that are there stay, and move with their building.
            stays = not place.entrances
            kept = (scope, msgspec.json.encode(told)) if stays else None
            entries[name] = self._timeline(name, place, kept)
        return Subject(_label(entry), place.row.line, entries)

    def _timeline(self, name: Name, place: Place, told: Told | None) -> Timeline:
        stands = self.standing.entries.get(name)
        if place.ends <= self.today:
            return Timeline(None)
        later: list[tuple[str, Told | None]] = [(place.ends, None)] if place.ends != NEVER else []
        if place.begins > self.today:
            return Timeline(stands, ((place.begins, told), *later))
        return Timeline(told, tuple(later))


def check_places(places: Sequence[Place], standing: Standing, faults: Faults) -> None:
    """Add a fault to every row of an unknown grid, and where buildings lie outside their grids."""
    grids = {grid: msgspec.json.decode(body, type=GridEntry).border for grid, body in _bodies(standing, "grid")}
    for place in places:
        if place.grid and place.grid not in grids:
            place.row.fail("grid", f.UNKNOWN_GRID, shown=quoted(place.grid))
    drawn = [place for place in places if place.point is not None and place.row.is_sound and grids.get(place.grid)]
    outside = [place for place in drawn if not _lies(place, grids, lambda point: point)]
    if len(outside) >= MANY and 2 * len(outside) > len(drawn):
        for datum, convert in _OTHER_DATUMS:
            if sum(_lies(place, grids, convert) for place in outside) * 2 > len(outside):
                faults.add(f.SHIFTED, column="datum", datum=datum)
                return
    for place in outside:
        place.row.fail("lon", f.OUTSIDE, shown=f"{place.point}".strip("()"))


_OTHER_DATUMS: tuple[tuple[str, Callable[[Point], Point]], ...] = (
    ("GCJ02", gcj02_to_wgs84),
    ("BD09", lambda point: gcj02_to_wgs84(bd09_to_gcj02(point))),
)


def _lies(place: Place, grids: Mapping[str, Area], convert: Callable[[Point], Point]) -> bool:
    if place.point is None:
        return False
    point, _ = grounded(place.point, place.source)
    return contains(grids[place.grid], convert(point))


def _entry(place: Place, known: BuildingEntry | None, order: int) -> BuildingEntry:
    """Return what a building says now: what the list leaves empty stays as it was."""
    was = (
        known
        if known is not None
        else BuildingEntry(place.name, place.grid, order=order, radius_m=float(USUAL_RADIUS_M))
    )
    initials = was.initials if known is not None and was.name == place.name else " ".join(initials_of(place.name))
    lon, lat = (was.lon, was.lat) if place.point is None else grounded(place.point, place.source)[0]
    return replace(
        was,
        name=place.name,
        grid=place.grid,
        address=place.address or was.address,
        initials=initials,
        lat=lat,
        lon=lon,
        radius_m=was.radius_m if place.radius_m is None else float(place.radius_m),
        note=place.note or was.note,
    )


def _matching(entrances: Mapping[str, EntranceEntry], name: str, number: int) -> str:
    same_name = (entrance for entrance, entry in entrances.items() if entry.name == name)
    same_place = (entrance for entrance, entry in entrances.items() if entry.order == number)
    return next(same_name, "") or next(same_place, "")


def _over(building: str, entrances: Iterable[str]) -> dict[Name, Timeline]:
    return {(BUILDING, building): Timeline(None)} | {(ENTRANCE, each): Timeline(None) for each in entrances}


def _label(entry: BuildingEntry) -> str:
    return f"{entry.grid} {entry.name}"


def _bodies(standing: Standing, entry_type: str) -> Iterable[tuple[str, bytes]]:
    yield from ((entry_id, step.body) for entry_id, step in standing.coming(entry_type))
    yield from ((entry_id, body) for entry_id, (_, body) in standing.of_type(entry_type))
