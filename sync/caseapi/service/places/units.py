"""Lists of streets, communities and grids: the district's tree, which stands in the grids' entries, day by day."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sync.caseapi.district.area import Area
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.columns import NEVER
from sync.caseapi.lists.faults import quoted
from sync.caseapi.lists.kinds import ALWAYS, GRID_DIGITS, LEVEL_OF_DIGITS, Unit
from sync.caseapi.service.feeds import grid_scope
from sync.caseapi.service.places.timelines import Standing, Subject, Timeline, Told
from sync.reference import BuildingEntry, GridEntry, PersonEntry

GRID = "grid"

_Names = Mapping[str, Sequence[tuple[str, str]]]
"""Code to (first day, name), by day."""


def unit_subjects(units: Sequence[Unit], standing: Standing, today: str) -> list[Subject]:
    """Return the grids that a list touches; faults go to the rows."""
    entries = dict(_grids(standing))
    names = _names(units, standing)
    _check(units, names, standing, today)
    codes = {unit.code for unit in units}
    rows = {code: [unit for unit in units if unit.code == code] for code in codes}
    added = {code for code in codes if len(code) == GRID_DIGITS}
    subjects = []
    for grid in sorted(added | {grid for grid in entries if any(grid.startswith(code) for code in codes)}):
        border = entries[grid].border if grid in entries else ()
        timeline = _timeline(grid, border, names, _span(grid, rows.get(grid, []), standing, today))
        line = rows[grid][0].row.line if grid in rows else 0
        subjects.append(Subject(_label(grid, timeline, entries.get(grid)), line, {(GRID, grid): timeline}))
    return subjects


def _grids(standing: Standing) -> Iterable[tuple[str, GridEntry]]:
    for grid, step in standing.coming(GRID):
        yield grid, msgspec.json.decode(step.body, type=GridEntry)
    for grid, (_, body) in standing.of_type(GRID):
        yield grid, msgspec.json.decode(body, type=GridEntry)


def _names(units: Sequence[Unit], standing: Standing) -> dict[str, list[tuple[str, str]]]:
    """Return what every code is called from which day on: as it stands, as it was to be, and as the list says now."""
    told = [("", grid, body) for grid, (_, body) in standing.of_type(GRID)]
    told += [(step.day, grid, step.body) for grid, step in standing.coming(GRID)]
    rows = {unit.code for unit in units}
    names: dict[str, list[tuple[str, str]]] = {}
    for day, grid, body in sorted(told):
        entry = msgspec.json.decode(body, type=GridEntry)
        pairs = (entry.district, entry.district_name), (grid[:9], entry.street_name)
        for code, name in (*pairs, (entry.community, entry.community_name), (grid, entry.name)):
            known = names.setdefault(code, [])
            if not known or (code not in rows and known[-1][1] != name):
                known.append((day, name))
    for unit in sorted(units, key=lambda unit: unit.begins):
        names.setdefault(unit.code, []).append((unit.begins, unit.name))
    return names


def _span(grid: str, rows: Sequence[Unit], standing: Standing, today: str) -> tuple[str, str, str]:
    """Return today, and the days on which a grid begins and ends."""
    if rows:
        stands = (GRID, grid) in standing.entries
        begins = ALWAYS if stands else min(unit.begins for unit in rows)
        return today, begins, max(unit.ends for unit in rows)
    steps = standing.waiting.get((GRID, grid), [])
    begins = ALWAYS if (GRID, grid) in standing.entries else min(step.day for step in steps if step.scope)
    return today, begins, next((step.day for step in steps if not step.scope), NEVER)


def _check(units: Sequence[Unit], names: _Names, standing: Standing, today: str) -> None:
    used = _used(standing)
    for unit in units:
        parents = [length for length in LEVEL_OF_DIGITS if length < len(unit.code)]
        for length in parents:
            if unit.code[:length] not in names and unit.row.is_sound:
                unit.row.fail("code", f.NO_STREET if length == 9 else f.NO_COMMUNITY, shown=quoted(unit.code))
        is_over = unit.ends != NEVER and unit.ends <= today
        if is_over and used.get(unit.code):
            unit.row.fail("valid_to", f.STILL_USED, count=used[unit.code])


def _used(standing: Standing) -> dict[str, int]:
    used: dict[str, int] = {}
    for _, (_, body) in standing.of_type("building"):
        grid = msgspec.json.decode(body, type=BuildingEntry).grid
        used[grid] = used.get(grid, 0) + 1
    for _, (_, body) in standing.of_type("person"):
        grid = msgspec.json.decode(body, type=PersonEntry).grid
        used[grid] = used.get(grid, 0) + 1
    return used


def _timeline(grid: str, border: Area, names: _Names, span: tuple[str, str, str]) -> Timeline:
    today, begins, ends = span
    chain = [grid, grid[:12], grid[:9], grid[:6]]

    def told(day: str) -> Told:
        name, community, street, district = (_name_at(names, code, day) for code in chain)
        body = GridEntry(name, grid[:12], community, street, grid[:6], district, border)
        return grid_scope(grid), msgspec.json.encode(body)

    days = {day for code in chain for day, _ in names.get(code, ()) if max(today, begins) < day < ends}
    later: list[tuple[str, Told | None]] = [(day, told(day)) for day in sorted(days)]
    if begins > today:
        later.insert(0, (begins, told(begins)))
    if today < ends != NEVER:
        later.append((ends, None))
    return Timeline(told(today) if begins <= today < ends else None, tuple(later))


def _name_at(names: _Names, code: str, day: str) -> str:
    known = names.get(code, ())
    reached = [name for begins, name in known if begins <= day]
    return reached[-1] if reached else next((name for _, name in known), code)


def _label(grid: str, timeline: Timeline, entry: GridEntry | None) -> str:
    told = timeline.now or next((told for _, told in timeline.later if told is not None), None)
    if told is not None:
        entry = msgspec.json.decode(told[1], type=GridEntry)
    return f"{grid} {entry.community_name} {entry.name}" if entry is not None else grid
