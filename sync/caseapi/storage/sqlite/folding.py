"""Writes folded rows into the read tables: put by id, the newest stands."""

import sqlite3
from collections.abc import Sequence
from uuid import UUID

from sync.caseapi.storage.judged import CaseRow, CaseWords, CheckInRow, FoldedRow, ShiftEnded, ShiftRow, VisitRow
from sync.caseapi.storage.sqlite.inserting import insert_rows
from sync.caseapi.storage.sqlite.nearness import put_near


def write_rows(connection: sqlite3.Connection, district: str, rows: Sequence[FoldedRow]) -> None:
    """Write rows in order; those of one table together."""
    # Of several rows with one id, the last: no statement puts a row twice.
    _write_check_ins(connection, district, list({row.id: row for row in rows if isinstance(row, CheckInRow)}.values()))
    _write_visits(connection, district, list({row.id: row for row in rows if isinstance(row, VisitRow)}.values()))
    for row in rows:
        match row:
            case CaseRow():
                _write_case(connection, district, row)
            case ShiftRow():
                _write_shift(connection, district, row)
            case ShiftEnded():
                _end_shift(connection, district, row)


def _write_case(connection: sqlite3.Connection, district: str, row: CaseRow) -> None:
    connection.execute(
        "insert into cases (district_id, id, grid, state, matter, matter_name, severity, building, entrance, place,"
        " summary, is_restricted, reported_at, received_ms, version, is_void, clock)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
        " on conflict (district_id, id) do update set grid = excluded.grid, state = excluded.state,"
        " matter = excluded.matter, matter_name = excluded.matter_name, severity = excluded.severity,"
        " building = excluded.building, entrance = excluded.entrance, place = excluded.place,"
        " summary = excluded.summary, is_restricted = excluded.is_restricted, reported_at = excluded.reported_at,"
        " version = cases.version + 1, is_void = excluded.is_void, clock = excluded.clock",
        (
            district,
            row.id.bytes,
            row.grid,
            row.state,
            row.matter,
            row.matter_name,
            row.severity,
            row.building.bytes if row.building else None,
            row.entrance.bytes if row.entrance else None,
            row.place,
            row.summary,
            row.is_restricted,
            row.reported_at,
            row.received_ms,
            row.is_void,
            row.clock,
        ),
    )
    _write_photos(connection, district, row)
    put_near(connection, district, row)
    if row.words is not None:
        _write_words(connection, district, row.id, row.words)


def _write_words(connection: sqlite3.Connection, district: str, case: UUID, words: CaseWords) -> None:
    connection.execute(
        "insert or replace into case_words (district_id, case_id, actor, record, description, place, action,"
        " condition, origin, contact, lat, lon) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(district, case.bytes, words.actor, words.record.bytes if words.record else None, words.description),
            *(words.place, words.action, words.condition, words.origin, words.contact, *(words.point or (None, None))),
        ),
    )
    if words.contact:
        connection.execute(
            "insert or ignore into contact_held (district_id, case_id) values (?, ?)", (district, case.bytes)
        )


def _write_photos(connection: sqlite3.Connection, district: str, row: CaseRow) -> None:
    connection.execute("delete from case_media where district_id = ? and case_id = ?", (district, row.id.bytes))
    connection.executemany(
        "insert into case_media (district_id, case_id, place, sha256, role) values (?, ?, ?, ?, ?)",
        [
            (district, row.id.bytes, place, bytes.fromhex(photo.sha256), photo.role)
            for place, photo in enumerate(row.photos, start=1)
        ],
    )


def _write_check_ins(connection: sqlite3.Connection, district: str, rows: Sequence[CheckInRow]) -> None:
    insert_rows(
        connection,
        "check_in (district_id, id, grid, building, entrance, day, round, result, method, geofence, is_void, clock,"
        " at_ms)",
        [
            (
                district,
                row.id.bytes,
                row.grid,
                row.building.bytes,
                row.entrance.bytes if row.entrance else None,
                row.day,
                row.round,
                row.result,
                row.method,
                row.geofence,
                row.is_void,
                row.clock,
                row.at_ms,
            )
            for row in rows
        ],
        is_replacing=True,
    )


def _write_visits(connection: sqlite3.Connection, district: str, rows: Sequence[VisitRow]) -> None:
    insert_rows(
        connection,
        "visit (district_id, id, grid, building, entrance, day, purpose, outcome, is_void, clock)",
        [
            (
                district,
                row.id.bytes,
                row.grid,
                row.building.bytes,
                row.entrance.bytes if row.entrance else None,
                row.day,
                row.purpose,
                row.outcome,
                row.is_void,
                row.clock,
            )
            for row in rows
        ],
        is_replacing=True,
    )


def _write_shift(connection: sqlite3.Connection, district: str, row: ShiftRow) -> None:
    connection.execute(
        "insert into shift (district_id, id, device, grid, day, is_void, clock) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict (district_id, id) do update set grid = excluded.grid, day = excluded.day,"
        " is_void = excluded.is_void, clock = excluded.clock",
        (district, row.id.bytes, row.device.bytes, row.grid, row.day, row.is_void, row.clock),
    )


def _end_shift(connection: sqlite3.Connection, district: str, row: ShiftEnded) -> None:
    if row.is_void:
        connection.execute(
            "update shift set ended_by = null where district_id = ? and ended_by = ?", (district, row.by.bytes)
        )
        return
    connection.execute(
        "update shift set ended_by = ? where district_id = ? and id = ?",
        (row.by.bytes, district, row.shift.bytes),
    )
