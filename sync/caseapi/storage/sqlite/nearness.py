"""Which cases of a category lie near another one, as SQL: by cells of place, written with the case.

Where a case lies is its point or, without one, that of its building as it was when the report was written or restated.
"""

import sqlite3
from uuid import UUID

from sync.caseapi.storage.casework import Near
from sync.caseapi.storage.cells import Point, cell_of, cell_of_building, cells_around
from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.sqlite.case_rows import building_entry


def put_near(connection: sqlite3.Connection, district: str, row: CaseRow) -> None:
    """Let a case stand in its cells, and in no other; the case itself is written already."""
    point = row.words.point if row.words is not None else None
    if point is None and row.building is not None:
        point = _building_point(connection, district, row.building)
    cells = [cell_of(point)] if point is not None else []
    cells += [cell_of_building(row.building)] if row.building is not None else []
    lat, lon = point or (None, None)
    key = (district, row.id.bytes)
    connection.execute("delete from case_near where district_id = ? and case_id = ?", key)
    connection.executemany(
        "insert into case_near (district_id, matter, cell, received_ms, case_id, lat, lon)"
        " select district_id, matter, ?, received_ms, id, ?, ? from cases where district_id = ? and id = ?",
        [(cell, lat, lon, *key) for cell in cells],
    )


def read_near(
    connection: sqlite3.Connection, district: str, case: UUID, *, span_ms: int, within_m: float
) -> list[Near]:
    """Return the cases that may be near a case, itself included, in place, time and category."""
    own = connection.execute(
        "select matter, cell, received_ms, lat, lon from case_near where district_id = ? and case_id = ? order by cell",
        (district, case.bytes),
    ).fetchall()
    found: dict[UUID, Near] = {}
    for matter, received_ms, cells in _wanted(own, within_m):
        for cell in cells:
            rows = connection.execute(
                "select case_id, cases.grid, case_near.received_ms, building, lat, lon from case_near join cases"
                " on cases.district_id = case_near.district_id and cases.id = case_id where case_near.district_id = ?"
                " and case_near.matter = ? and cell = ? and case_near.received_ms between ? and ? and is_void = 0"
                " order by case_near.received_ms, case_id",
                (district, matter, cell, received_ms - span_ms, received_ms + span_ms),
            )
            for near, grid, at_ms, building, lat, lon in rows:
                point = None if lat is None else (lat, lon)
                found[UUID(bytes=near)] = Near(
                    UUID(bytes=near), grid, at_ms, UUID(bytes=building) if building else None, point
                )
    return list(found.values())


def _wanted(
    own: list[tuple[str, str, int, float | None, float | None]], within_m: float
) -> list[tuple[str, int, set[str]]]:
    """Return the category, the time and the cells in which cases near one are looked for; nothing for a lost one."""
    if not own:
        return []
    matter, _, received_ms, lat, lon = own[0]
    cells = {cell for _, cell, *_ in own}
    if lat is not None and lon is not None:
        cells |= set(cells_around((lat, lon), within_m))
    return [(matter, received_ms, cells)]


def _building_point(connection: sqlite3.Connection, district: str, building: UUID) -> Point | None:
    entry = building_entry(connection, district, building.bytes)
    return (entry.lat, entry.lon) if entry is not None and entry.lat is not None and entry.lon is not None else None
