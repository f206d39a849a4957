"""Cases after their report, as SQL: what is said of them, what is asked, what is handed over, and what tablets hear."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from sync.caseapi.storage.casework import TaskFact, TaskRow
from sync.caseapi.storage.judged import CaseSaid, HandedOff
from sync.caseapi.storage.sqlite import feeding
from sync.caseapi.storage.values import FeedChange
from sync.casework import Said, after_answers, history_of
from sync.reference import CaseEntry, HistoryLine, PersonEntry, TaskEntry, decode_entry

HANDOFFS_TOLD = 12
"""Hand-overs of a grid that tablets are told, the newest: three days of four seats."""

_ANSWERS = {"answer_verify": "verify", "answer_recheck": "recheck"}
"""What an answer that a desk took down is called in a history."""


class _Answer(msgspec.Struct, frozen=True):
    """What of an event says which task was answered, and how."""

    task: str | None = None
    answer: str | None = None


def write_said(connection: sqlite3.Connection, district: str, rows: Iterable[CaseSaid]) -> set[UUID]:
    """Put what records say of cases in the place of what they said before, and return every case concerned."""
    concerned: set[UUID] = set()
    for row in rows:
        key = (district, row.id.bytes)
        before = connection.execute("select case_id from case_said where district_id = ? and root = ?", key)
        concerned |= {UUID(bytes=case) for (case,) in before}
        connection.execute("delete from case_said where district_id = ? and root = ?", key)
        case = row.case.bytes if row.case is not None else _case_of(connection, district, row.task)
        if row.is_void or case is None:
            continue
        task = row.task.bytes if row.task is not None else None
        values = (*key, case, task, msgspec.json.encode(row.line), row.received_ms, row.stream.bytes, row.n, row.clock)
        _insert_said(connection, values)
        concerned.add(UUID(bytes=case))
    return concerned


def handed_over(connection: sqlite3.Connection, district: str, rows: Iterable[HandedOff]) -> list[FeedChange]:
    """Put hand-overs and return what tablets are told: the newest of each grid concerned, none of the others."""
    grids: set[str] = set()
    for row in rows:
        key = (district, row.id.bytes)
        before = connection.execute("select grid from handoff where district_id = ? and root = ?", key)
        grids |= {grid for (grid,) in before} | {row.grid}
        connection.execute("delete from handoff where district_id = ? and root = ?", key)
        if not row.is_void:
            connection.execute(
                "insert into handoff (district_id, root, grid, body, received_ms) values (?, ?, ?, ?, ?)",
                (*key, row.grid, msgspec.json.encode(row.entry), row.received_ms),
            )
    return [change for grid in sorted(grids) for change in _handoffs_told(connection, district, grid)]


def restated(connection: sqlite3.Connection, district: str, cases: Iterable[UUID]) -> list[FeedChange]:
    """Return what tablets are told of cases and their tasks now: in the scope of the case's grid, nowhere else."""
    return [change for case in sorted(cases) for change in _restated(connection, district, case.bytes)]


def grid_of_case(connection: sqlite3.Connection, district: str, case: UUID) -> str | None:
    """Return the grid of a case, also of one that was withdrawn, or None for one that is not held."""
    row = _case_row(connection, district, case.bytes)
    return None if row is None else str(row[0])


def task_fact(connection: sqlite3.Connection, district: str, task: UUID) -> TaskFact | None:
    """Return what a judge asks of a task, or None when the desk never made it."""
    row = connection.execute(
        "select type, grid from case_task join cases on cases.district_id = case_task.district_id"
        " and cases.id = case_task.case_id where case_task.district_id = ? and case_task.id = ?",
        (district, task.bytes),
    ).fetchone()
    return None if row is None else TaskFact(*row)


def team_of(connection: sqlite3.Connection, district: str, grid: str) -> frozenset[tuple[str, str]]:
    """Return the seats of a grid, each with the id of who sits there."""
    rows = connection.execute(
        "select id, body from feed_entry where district_id = ? and scope = ? and type = 'person' and is_replaced = 0"
        " and op = 'put'",
        (district, f"grid:{grid}"),
    )
    people = ((person, decode_entry("person", body)) for person, body in rows)
    return frozenset((entry.seat, person) for person, entry in people if isinstance(entry, PersonEntry))


def ask(connection: sqlite3.Connection, district: str, task: TaskRow) -> None:
    """Make a task of a case that is there; one that stands under its id already is left as it is."""
    if _case_row(connection, district, task.case.bytes) is not None:
        connection.execute(
            "insert into case_task (district_id, id, case_id, type, ask, made_at, due_at)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict (district_id, id) do nothing",
            (district, task.id.bytes, task.case.bytes, task.type, task.ask, task.made_at, task.due_at),
        )


def _insert_said(connection: sqlite3.Connection, values: Sequence[Any]) -> None:
    connection.execute(
        "insert into case_said (district_id, root, case_id, task, line, received_ms, stream, n, clock)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def _case_of(connection: sqlite3.Connection, district: str, task: UUID | None) -> bytes | None:
    row = connection.execute(
        "select case_id from case_task where district_id = ? and id = ?", (district, task.bytes if task else None)
    ).fetchone()
    return None if row is None else bytes(row[0])


def _case_row(connection: sqlite3.Connection, district: str, case: bytes) -> tuple[Any, ...] | None:
    found: tuple[Any, ...] | None = connection.execute(
        "select cases.grid, coalesce(case_handling.state, cases.state), matter_name, building, entrance, summary,"
        " place, severity, is_restricted, is_void, reported_at, due_at, coalesce(org.name, ''),"
        " coalesce(org.number, ''), (select count(*) from case_media where case_media.district_id ="
        " cases.district_id and case_media.case_id = cases.id)"
        " from cases left join case_handling on case_handling.district_id = cases.district_id"
        " and case_handling.case_id = cases.id left join org on org.district_id = cases.district_id"
        " and org.code = substr(orgs, 1, instr(orgs || ' ', ' ') - 1) where cases.district_id = ? and cases.id = ?",
        (district, case),
    ).fetchone()
    return found


def _restated(connection: sqlite3.Connection, district: str, case: bytes) -> Iterator[FeedChange]:
    row = _case_row(connection, district, case)
    if row is None:
        return
    case_id, said, is_void = str(UUID(bytes=case)), _said(connection, district, case), bool(row[9])
    entry = _case_entry(row, case_id, said)

    def told(name: tuple[str, str], now: CaseEntry | TaskEntry) -> Iterator[FeedChange]:
        standing = None if is_void else (f"grid:{row[0]}", msgspec.json.encode(now))
        return feeding.in_one_scope(connection, district, name, standing)

    yield from told(("case", case_id), entry)
    tasks = connection.execute(
        "select id, type, ask, made_at, due_at from case_task where district_id = ? and case_id = ? order by id",
        (district, case),
    ).fetchall()
    for task_id, *asked in tasks:
        name = str(UUID(bytes=task_id))
        yield from told(("task", name), after_answers(_task_entry(entry, case_id, asked), said, name))


def _said(connection: sqlite3.Connection, district: str, case: bytes) -> list[Said]:
    """Return what tablets are told of a case: words of records, and what the desk did, in the order received."""
    rows = connection.execute(
        "select line, task, received_ms from case_said where district_id = ? and case_id = ?"
        " order by received_ms, stream, n, root",
        (district, case),
    ).fetchall()
    said = [
        (at_ms, 1, Said(msgspec.json.decode(line, type=HistoryLine), str(UUID(bytes=task)) if task else ""))
        for line, task, at_ms in rows
    ]
    acts = connection.execute(
        "select told_at, action, state, said, received_ms, body from case_event"
        " where district_id = ? and case_id = ? and is_said = 0 and why = '' order by place",
        (district, case),
    ).fetchall()
    for told_at, action, state, text, at_ms, body in acts:
        if action in _ANSWERS:
            told = msgspec.json.decode(body, type=_Answer)
            line = HistoryLine(told_at, _ANSWERS[action], text, told.answer or "")
            said.append((at_ms, 0, Said(line, told.task or "")))
        else:
            said.append((at_ms, 0, Said(HistoryLine(told_at, state, text))))
    return [each for *_, each in sorted(said, key=lambda each: each[:2])]


def _case_entry(row: tuple[Any, ...], case: str, said: Sequence[Said]) -> CaseEntry:
    _, state, matter_name, building, entrance, summary, place, severity, is_restricted, _, reported_at, *rest = row
    due_at, handler, handler_number, photos = rest
    begin = HistoryLine(reported_at, "reported", summary, photos=photos, record=case)
    return CaseEntry(
        state=state,
        matter_name=matter_name,
        building=_text_id(building),
        entrance=_text_id(entrance),
        summary=summary,
        reported_at=reported_at,
        due_at=due_at,
        place=place,
        severity=severity,
        handler=handler,
        handler_number=handler_number,
        history=history_of(begin, said, is_restricted=bool(is_restricted)),
    )


def _task_entry(case: CaseEntry, case_id: str, asked: Sequence[Any]) -> TaskEntry:
    task_type, ask, made_at, due_at = asked
    return TaskEntry(
        type=task_type,
        case=case_id,
        matter_name=case.matter_name,
        building=case.building,
        entrance=case.entrance,
        place=case.place,
        ask=ask,
        made_at=made_at,
        due_at=due_at,
        severity=case.severity,
    )


def _handoffs_told(connection: sqlite3.Connection, district: str, grid: str) -> Iterator[FeedChange]:
    scope = f"grid:{grid}"
    newest = connection.execute(
        "select root, body from handoff where district_id = ? and grid = ?"
        " order by received_ms desc, root desc limit ?",
        (district, grid, HANDOFFS_TOLD),
    ).fetchall()
    kept = {str(UUID(bytes=root)): bytes(body) for root, body in newest}
    told = connection.execute(
        "select id from feed_entry where district_id = ? and scope = ? and type = 'handoff' and is_replaced = 0"
        " and op = 'put' order by id",
        (district, scope),
    ).fetchall()
    yield from (FeedChange(scope, "handoff", each, b"null", is_deleted=True) for (each,) in told if each not in kept)
    yield from (FeedChange(scope, "handoff", each, kept[each]) for each in sorted(kept))


def _text_id(value: bytes | None) -> str | None:
    return str(UUID(bytes=value)) if value else None
