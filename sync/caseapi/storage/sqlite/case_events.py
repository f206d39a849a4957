"""What happened to cases, as SQL: events are added, and where the case stands is put in the same transaction."""

import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID

from sync.caseapi.errors import UnknownCase
from sync.caseapi.storage.base import Judge
from sync.caseapi.storage.casework import AsideRow, CaseChange, CaseFile, Decide, KeptEvent, Standing, TaskRow
from sync.caseapi.storage.judged import CaseRow, CaseSaid
from sync.caseapi.storage.sqlite import casework, feeding, rejudging
from sync.caseapi.storage.sqlite.case_figures import put_figures
from sync.caseapi.storage.sqlite.case_queues import places_of, put_places
from sync.caseapi.storage.sqlite.case_rows import read_case, standing_of
from sync.caseapi.storage.sqlite.case_search import put_text
from sync.caseapi.storage.sqlite.folding import write_rows
from sync.caseapi.storage.sqlite.media import hold_files


def change(connection: sqlite3.Connection, district: str, case: UUID, decide: Decide) -> CaseFile:
    """Let an act decide over a case, write it with what tablets are told of it, and return what is kept then."""
    before = read_file(connection, district, case)
    decided = decide(before)
    _write(connection, district, case, decided)
    if decided.row is not None or decided.tasks:
        rejudging.reference_changed(connection, district)
    feeding.publish(connection, district, casework.restated(connection, district, [case]))
    after = read_file(connection, district, case)
    if after is None:
        raise UnknownCase("there is no such case")
    return after


def move(
    connection: sqlite3.Connection, district: str, judge: Judge, rows: Sequence[CaseRow | CaseSaid], cases: set[UUID]
) -> None:
    """Let records move the cases that they are about."""
    for case in sorted(cases):
        kept = read_file(connection, district, case, is_void_too=True)
        if kept is None:
            continue
        tasks = {task.id for task in kept.tasks}
        about = [row for row in rows if _is_about(row, case, tasks)]
        _write(connection, district, case, judge.move(kept, about))


def read_file(
    connection: sqlite3.Connection, district: str, case: UUID, *, is_void_too: bool = False
) -> CaseFile | None:
    """Return all that is kept of a case, or None."""
    row = read_case(connection, district, case.bytes)
    if row is None or (row.is_void and not is_void_too):
        return None
    key = (district, case.bytes)
    return CaseFile(
        row=row,
        events=tuple(_events(connection, key)),
        asides=tuple(_asides(connection, key)),
        tasks=tuple(_tasks(connection, key)),
        standing=standing_of(connection, district, case.bytes),
    )


def _is_about(row: CaseRow | CaseSaid, case: UUID, tasks: set[UUID]) -> bool:
    return row.id == case if isinstance(row, CaseRow) else row.task in tasks


def _write(connection: sqlite3.Connection, district: str, case: UUID, change: CaseChange) -> None:
    key = (district, case.bytes)
    if change.row is not None:
        write_rows(connection, district, [change.row])
    _add_events(connection, key, change.events)
    if change.standing is not None:
        _put_standing(connection, key, change.standing)
    for aside in change.asides:
        connection.execute(
            "insert into case_aside (district_id, id, case_id, kind, state, made_ms, body) values (?, ?, ?, ?, ?, ?, ?)"
            " on conflict (district_id, id) do update set state = excluded.state, body = excluded.body",
            (district, aside.id.bytes, case.bytes, aside.kind, aside.state, aside.made_ms, aside.body),
        )
    for task in change.tasks:
        casework.ask(connection, district, task)
    if change.figures is not None:
        put_figures(connection, district, case.bytes, change.figures)
    put_text(connection, district, case.bytes)
    hold_files(connection, district, change.files)


def _add_events(connection: sqlite3.Connection, key: tuple[str, bytes], events: Iterable[KeptEvent]) -> None:
    for event in events:
        connection.execute(
            "insert into case_event (district_id, case_id, place, id, action, actor, at_ms, received_ms, why, state,"
            " told_at, said, is_said, body) values (?, ?, (select coalesce(max(place), 0) + 1 from case_event where"
            " district_id = ? and case_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(*key, *key, event.id.bytes, event.action, event.actor, event.at_ms, event.received_ms),
                *(event.why, event.state, event.told_at, event.text, event.is_said, event.body),
            ),
        )


def _put_standing(connection: sqlite3.Connection, key: tuple[str, bytes], standing: Standing) -> None:
    district, case = key
    stood = places_of(connection, district, case)
    connection.execute(
        "insert or replace into case_handling (district_id, case_id, grid, state, level, desk, version, orgs, is_open,"
        " due_ms, rank_ms, case_ms, wakes_ms, misfits, due_at) select ?, ?, grid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        " from cases"
        " where district_id = ? and id = ?",
        (
            *(*key, standing.state, standing.level, standing.desk, standing.version, " ".join(standing.orgs)),
            *(
                standing.is_open,
                standing.due_ms,
                standing.rank_ms,
                standing.case_ms,
                standing.wakes_ms,
                standing.misfits,
            ),
            *(standing.due_at, *key),
        ),
    )
    # A withdrawal that came too late leaves the case with the desk.
    connection.execute(
        "update cases set is_void = ? where district_id = ? and id = ? and is_void <> ?",
        (standing.is_void, *key, standing.is_void),
    )
    stands = frozenset() if standing.is_void else places_of(connection, district, case)
    put_places(connection, district, case, stood, stands)


def _events(connection: sqlite3.Connection, key: tuple[str, bytes]) -> Iterable[KeptEvent]:
    rows = connection.execute(
        "select id, action, actor, at_ms, received_ms, why, state, told_at, said, is_said, body"
        " from case_event"
        " where district_id = ? and case_id = ? order by place",
        key,
    )
    for event, *columns in rows:
        yield KeptEvent(UUID(bytes=event), *columns)


def _asides(connection: sqlite3.Connection, key: tuple[str, bytes]) -> Iterable[AsideRow]:
    rows = connection.execute(
        "select id, kind, state, made_ms, body from case_aside where district_id = ? and case_id = ?"
        " order by made_ms, id",
        key,
    )
    for aside, kind, state, made_ms, body in rows:
        yield AsideRow(UUID(bytes=aside), kind, state, made_ms, bytes(body))


def _tasks(connection: sqlite3.Connection, key: tuple[str, bytes]) -> Iterable[TaskRow]:
    rows = connection.execute(
        "select id, type, ask, made_at, due_at from case_task where district_id = ? and case_id = ? order by id", key
    )
    for task, task_type, ask, made_at, due_at in rows:
        yield TaskRow(UUID(bytes=task), UUID(bytes=key[1]), task_type, ask, made_at, due_at)
