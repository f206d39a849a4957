"""Rounds by building, as SQL: which buildings were checked in at on a day, and what was found. Never by whom."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sync.caseapi.storage.rows import BuildingRounds, LookedAt, RoundDone
from sync.caseapi.storage.sqlite.feeding import standing
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, TagEntry, decode_entry

_Entrances = dict[str, list[tuple[int, str, str]]]


def read_rounds(
    connection: sqlite3.Connection, district: str, day: str, *, grid: str, community: str
) -> list[BuildingRounds]:
    """Return every building of a grid, a community or the district with its rounds of a day, by grid and order."""
    grids = _wanted_grids(connection, district, grid, community)
    entrances = _entrances(connection, district)
    done = _rounds_done(connection, district, day)
    plated = _plated(connection, district)
    found: list[tuple[str, int, str, BuildingRounds]] = []
    for (_, _, building_id), body in standing(connection, district, ["building"]).items():
        entry = decode_entry("building", body)
        if not isinstance(entry, BuildingEntry) or entry.grid not in grids:
            continue
        building = UUID(building_id)
        named = tuple((UUID(entrance), name) for _, name, entrance in sorted(entrances.get(building_id, [])))
        doors = [str(entrance) for entrance, _ in named] or [building_id]
        plates = sum(door in plated for door in doors)
        rounds = BuildingRounds(building, entry.name, entry.grid, named, tuple(done.get(building.bytes, ())), plates)
        found.append((entry.grid, entry.order, building_id, rounds))
    return [rounds for *_, rounds in sorted(found, key=lambda item: item[:3])]


def read_looked_at(
    connection: sqlite3.Connection, district: str, from_day: str, to_day: str, *, within: str
) -> list[LookedAt]:
    """Return which buildings and entrances somebody was at, day by day; each day is looked up by itself."""
    first, last = date.fromisoformat(from_day), date.fromisoformat(to_day)
    found: list[LookedAt] = []
    for day in (first + timedelta(days=place) for place in range((last - first).days + 1)):
        rows = connection.execute(
            "select distinct building, entrance from check_in where district_id = ? and day = ? and grid >= ?"
            " and grid < ? and is_void = 0",
            # Codes are digits: whatever begins with one stands before this.
            (district, day.isoformat(), within, f"{within}:"),
        )
        found += [
            LookedAt(day.isoformat(), UUID(bytes=building), UUID(bytes=entrance) if entrance else None)
            for building, entrance in sorted(rows, key=lambda row: (row[0], row[1] or b""))
        ]
    return found


def _wanted_grids(connection: sqlite3.Connection, district: str, grid: str, community: str) -> set[str]:
    if grid:
        return {grid}
    entries = {key[2]: decode_entry("grid", body) for key, body in standing(connection, district, ["grid"]).items()}
    return {
        grid_id
        for grid_id, entry in entries.items()
        if isinstance(entry, GridEntry) and community in ("", entry.community)
    }


def _entrances(connection: sqlite3.Connection, district: str) -> _Entrances:
    found: _Entrances = defaultdict(list)
    for (_, _, entrance_id), body in standing(connection, district, ["entrance"]).items():
        entry = decode_entry("entrance", body)
        if isinstance(entry, EntranceEntry):
            found[entry.building].append((entry.order, entry.name, entrance_id))
    return found


def _plated(connection: sqlite3.Connection, district: str) -> set[str]:
    """Return the buildings and entrances where a tag hangs that counts."""
    entries = (decode_entry("tag", body) for body in standing(connection, district, ["tag"]).values())
    return {
        entry.target
        for entry in entries
        if isinstance(entry, TagEntry) and (entry.role, entry.status) == ("place", "active")
    }


def _rounds_done(connection: sqlite3.Connection, district: str, day: str) -> dict[bytes, list[RoundDone]]:
    rows = connection.execute(
        "select building, round, entrance, result, count(*) from check_in"
        " where district_id = ? and day = ? and is_void = 0"
        " group by building, round, entrance, result order by building, round, entrance",
        (district, day),
    )
    grouped: dict[tuple[bytes, int], list[tuple[bytes | None, str, int]]] = defaultdict(list)
    for building, number, entrance, result, count in rows:
        grouped[building, number].append((entrance, result, count))
    done: dict[bytes, list[RoundDone]] = defaultdict(list)
    for (building, number), cells in grouped.items():
        done[building].append(_round(number, cells))
    return done


def _round(number: int, cells: Iterable[tuple[bytes | None, str, int]]) -> RoundDone:
    by_result: dict[str, int] = defaultdict(int)
    entrances: dict[bytes, None] = {}
    for entrance, result, count in cells:
        by_result[result] += count
        if entrance is not None:
            entrances[entrance] = None
    return RoundDone(
        round=number,
        check_ins=sum(by_result.values()),
        entrances=tuple(UUID(bytes=entrance) for entrance in entrances),
        not_stated=by_result["not_stated"],
        normal=by_result["normal"],
        issue=by_result["issue"],
        no_access=by_result["no_access"],
    )
