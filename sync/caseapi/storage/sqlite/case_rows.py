"""Cases as SQL rows: one whole, a page of a queue, those of a category that may be the same."""

import sqlite3
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from sync.caseapi.storage.casework import MOST_SHOWN, Place, QueueRow, QueueWanted, SaidLine, Standing
from sync.caseapi.storage.judged import CasePhoto, CaseRow, CaseWords
from sync.caseapi.storage.sqlite.case_queues import page_of
from sync.caseapi.storage.sqlite.feeding import standing_body
from sync.reference import BuildingEntry, EntranceEntry, HistoryLine, MatterEntry, decode_entry

_ROW = (
    "cases.id, cases.grid, coalesce(case_handling.state, cases.state), matter, matter_name, severity, building,"
    " entrance, cases.place, summary, is_restricted, reported_at, received_ms, cases.version, is_void,"
    " cases.clock"
)
_STANDING = (
    "case_handling.state, case_handling.level, case_handling.desk, case_handling.version, case_handling.orgs,"
    " case_handling.is_open, case_handling.due_ms, case_handling.rank_ms, case_handling.case_ms,"
    " case_handling.wakes_ms, case_handling.misfits, case_handling.due_at"
)
_BESIDE = "case_handling.district_id = cases.district_id and case_handling.case_id = cases.id"
_JOINED = f"cases left join case_handling on {_BESIDE}"


def read_case(connection: sqlite3.Connection, district: str, case: bytes) -> CaseRow | None:
    """Return a case with its words, also one that was withdrawn, or None."""
    row = connection.execute(
        f"select {_ROW} from {_JOINED} where cases.district_id = ? and cases.id = ?",  # noqa: S608 - our own columns
        (district, case),
    ).fetchone()
    if row is None:
        return None
    words = connection.execute(
        "select actor, record, description, place, action, condition, origin, contact, lat, lon from case_words"
        " where district_id = ? and case_id = ?",
        (district, case),
    ).fetchone()
    return case_row(connection, district, row, None if words is None else _words(words))


def newest_cases(connection: sqlite3.Connection, district: str, limit: int) -> list[CaseRow]:
    """Return the newest cases that stand, newest first."""
    rows = connection.execute(
        f"select {_ROW} from {_JOINED} where cases.district_id = ? and is_void = 0"  # noqa: S608 - our own columns
        " order by received_ms desc, cases.id desc limit ?",
        (district, limit),
    )
    return [case_row(connection, district, row) for row in rows]


def case_row(
    connection: sqlite3.Connection, district: str, row: tuple[Any, ...], words: CaseWords | None = None
) -> CaseRow:
    """Return a case from its columns."""
    record_id, grid, state, matter, matter_name, severity, building, entrance, place, summary, *rest = row
    is_restricted, reported_at, received_ms, version, is_void, clock = rest
    return CaseRow(
        id=UUID(bytes=record_id),
        grid=grid,
        state=state,
        matter=matter,
        matter_name=matter_name,
        severity=severity,
        building=UUID(bytes=building) if building else None,
        building_name=_building_name(connection, district, building) if building else "",
        entrance=UUID(bytes=entrance) if entrance else None,
        place=place,
        summary=summary,
        is_restricted=bool(is_restricted),
        reported_at=reported_at,
        received_ms=received_ms,
        version=version,
        is_void=bool(is_void),
        photos=_photos(connection, district, record_id),
        words=words,
        clock=clock,
    )


def standing_of(connection: sqlite3.Connection, district: str, case: bytes) -> Standing | None:
    """Return where a case stands, or None while nothing has happened to it."""
    row = connection.execute(
        f"select {_STANDING}, is_void from {_JOINED} where cases.district_id = ? and cases.id = ?"  # noqa: S608 - our own columns
        " and case_handling.case_id is not null",
        (district, case),
    ).fetchone()
    return None if row is None else _standing(row)


def read_queue(connection: sqlite3.Connection, district: str, wanted: QueueWanted) -> list[QueueRow]:
    """Return cases by rank, then id."""
    page, given = page_of(district, wanted)
    # What is looked up is narrow: the cases themselves are read for those of the page alone.
    rows = connection.execute(
        f"select {_ROW}, {_STANDING} from ({page}) as page join cases on cases.district_id = ?"  # noqa: S608 - our own columns
        f" and cases.id = page.case_id join case_handling on {_BESIDE} order by page.rank_ms, page.case_id",
        (*given, district),
    ).fetchall()
    return [
        QueueRow(case_row(connection, district, row[:_COLUMNS]), _standing((*row[_COLUMNS:], False))) for row in rows
    ]


def read_queue_row(connection: sqlite3.Connection, district: str, case: bytes) -> QueueRow | None:
    """Return a case with where it stands, or None when nothing has happened to it or it was withdrawn."""
    row = connection.execute(
        f"select {_ROW}, {_STANDING} from cases join case_handling on {_BESIDE}"  # noqa: S608 - our own columns
        " where cases.district_id = ? and cases.id = ? and is_void = 0",
        (district, case),
    ).fetchone()
    if row is None:
        return None
    return QueueRow(case_row(connection, district, row[:_COLUMNS]), _standing((*row[_COLUMNS:], False)))


def read_place(
    connection: sqlite3.Connection, district: str, building: UUID | None, entrance: UUID | None, matter: str
) -> Place | None:
    """Return what is known of a place and a category, or None where there is no such building or entrance."""
    entry = building_entry(connection, district, building.bytes) if building is not None else None
    door = standing_body(connection, district, "entrance", str(entrance)) if entrance is not None else None
    door_entry = decode_entry("entrance", door) if door is not None else None
    if building is not None and entry is None:
        return None
    if entrance is not None and not (isinstance(door_entry, EntranceEntry) and door_entry.building == str(building)):
        return None
    body = standing_body(connection, district, "matter", matter)
    found = decode_entry("matter", body) if body is not None else None
    return Place(entry.grid if entry is not None else "", found if isinstance(found, MatterEntry) else None)


def read_said(connection: sqlite3.Connection, district: str, case: UUID) -> list[SaidLine]:
    """Return what records say of a case, in the order received."""
    rows = connection.execute(
        "select line, case_said.received_ms, coalesce(judged.actor, ''), case_said.clock from case_said"
        " left join judged on judged.district_id = case_said.district_id and judged.id = case_said.root"
        " where case_said.district_id = ? and case_id = ?"
        " order by case_said.received_ms, case_said.stream, case_said.n",
        (district, case.bytes),
    )
    return [SaidLine(msgspec.json.decode(line, type=HistoryLine), *rest) for line, *rest in rows]


def read_waking(connection: sqlite3.Connection, district: str, now_ms: int) -> list[UUID]:
    """Return the cases whose suspension has ended."""
    rows = connection.execute(
        "select case_id from case_handling where district_id = ? and state = 'suspended' and wakes_ms <= ?"
        " order by wakes_ms limit ?",
        (district, now_ms, MOST_SHOWN),
    )
    return [UUID(bytes=case) for (case,) in rows]


def read_acts(connection: sqlite3.Connection, district: str, actor: str, from_ms: int) -> dict[str, int]:
    """Return how many events of each action somebody made since a moment."""
    rows = connection.execute(
        "select action, count(*) from case_event where district_id = ? and actor = ? and actor <> ''"
        " and received_ms >= ? group by action order by action",
        (district, actor, from_ms),
    )
    return dict(rows.fetchall())


def read_ids(connection: sqlite3.Connection, district: str, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Return ids of cases in order, those after one."""
    rows = connection.execute(
        "select id from cases where district_id = ? and id > ? order by id limit ?",
        (district, after.bytes if after else b"", limit),
    )
    return [UUID(bytes=case) for (case,) in rows]


_COLUMNS = 16


def _standing(row: tuple[Any, ...]) -> Standing:
    state, level, desk, version, orgs, is_open, due_ms, rank_ms, case_ms, wakes_ms, misfits, due_at, is_void = row
    return Standing(
        state=state,
        level=level,
        desk=desk,
        version=version,
        orgs=tuple(orgs.split()),
        is_open=bool(is_open),
        is_void=bool(is_void),
        due_ms=due_ms,
        rank_ms=rank_ms,
        case_ms=case_ms,
        wakes_ms=wakes_ms,
        misfits=misfits,
        due_at=due_at,
    )


def _words(row: tuple[Any, ...]) -> CaseWords:
    actor, record, description, place, action, condition, origin, contact, lat, lon = row
    point = (lat, lon) if lat is not None else None
    return CaseWords(
        actor,
        UUID(bytes=record) if record else None,
        description,
        place,
        action,
        condition,
        origin,
        contact,
        point,
    )


def _photos(connection: sqlite3.Connection, district: str, case: bytes) -> tuple[CasePhoto, ...]:
    rows = connection.execute(
        "select sha256, role, exists (select 1 from media where media.district_id = case_media.district_id"
        " and media.sha256 = case_media.sha256) from case_media where district_id = ? and case_id = ? order by place",
        (district, case),
    )
    return tuple(CasePhoto(sha256.hex(), role, bool(is_held)) for sha256, role, is_held in rows)


def building_entry(connection: sqlite3.Connection, district: str, building: bytes) -> BuildingEntry | None:
    """Return a building as it stands, or None."""
    body = standing_body(connection, district, "building", str(UUID(bytes=building)))
    entry = None if body is None else decode_entry("building", body)
    return entry if isinstance(entry, BuildingEntry) else None


def _building_name(connection: sqlite3.Connection, district: str, building: bytes) -> str:
    entry = building_entry(connection, district, building)
    return entry.name if entry is not None else ""
