"""Judging and folding as SQL: what waits is read, judged by the service's judge, and written in one transaction."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

import structlog

from sync.caseapi.storage.base import Facts, Judge
from sync.caseapi.storage.judged import (
    CaseRow,
    CaseSaid,
    CheckInRow,
    HandedOff,
    JudgedBatch,
    Known,
    TagsSaid,
    Unjudged,
)
from sync.caseapi.storage.sqlite import case_events, casework, clocks, feeding, mounting, rejudging, seen
from sync.caseapi.storage.sqlite.folding import write_rows
from sync.caseapi.storage.sqlite.inserting import in_parts, insert_rows
from sync.reference import BuildingEntry, EntranceEntry, MatterEntry, decode_entry

_KnownRow = tuple[Any, ...]
_Way = Callable[[sqlite3.Connection, str, Judge, Sequence[Unjudged]], None]

log = structlog.get_logger("caseapi.judging")


def judge_waiting(connection: sqlite3.Connection, district: str, judge: Judge, limit: int) -> int:
    """Judge up to so many records, new ones first, and return how many were."""
    return _judge_next(connection, district, judge, limit, _judge)


def judge_apart(
    connection: sqlite3.Connection,
    district: str,
    judge: Judge,
    limit: int,
    is_of_storage: Callable[[Exception], bool],
) -> int:
    """Judge as `judge_waiting` does, but set apart the records by which the program fails, each alone.

    Args:
        is_of_storage: tells an error of the storage, which ends all of it, from one of the program.
    """
    return _judge_next(connection, district, judge, limit, partial(_judge_in_halves, is_of_storage=is_of_storage))


def _judge_next(connection: sqlite3.Connection, district: str, judge: Judge, limit: int, way: _Way) -> int:
    if records := _waiting(connection, district, limit):
        way(connection, district, judge, records)
        _mark_judged(connection, district, records)
    elif records := rejudging.waiting_again(connection, district, limit):
        way(connection, district, judge, records)
        rejudging.mark_judged_again(connection, district, records)
    return len(records)


def _judge_in_halves(
    connection: sqlite3.Connection,
    district: str,
    judge: Judge,
    records: Sequence[Unjudged],
    *,
    is_of_storage: Callable[[Exception], bool],
) -> None:
    fault = _fault_in(connection, lambda: _judge(connection, district, judge, records), is_of_storage)
    if fault is None:
        return
    if len(records) == 1:
        log.error("record_set_apart", stream=str(records[0].stream), n=records[0].n, exc_info=fault)
        facts = _facts(connection, district, judge, records)
        _write(connection, district, judge, judge.set_apart(records[0], facts))
        return
    middle = len(records) // 2
    for half in (records[:middle], records[middle:]):
        _judge_in_halves(connection, district, judge, half, is_of_storage=is_of_storage)


def _fault_in(
    connection: sqlite3.Connection, work: Callable[[], None], is_of_storage: Callable[[Exception], bool]
) -> Exception | None:
    """Do some work; when the program fails in it, undo it and return the error."""
    connection.execute("savepoint half")
    fault: Exception | None = None
    try:
        work()
    except Exception as exc:
        if is_of_storage(exc) or not connection.in_transaction:
            raise
        fault = exc
        connection.execute("rollback to half")
    connection.execute("release half")
    return fault


def _judge(connection: sqlite3.Connection, district: str, judge: Judge, records: Sequence[Unjudged]) -> None:
    _write(connection, district, judge, judge.judge(records, _facts(connection, district, judge, records)))


def _facts(connection: sqlite3.Connection, district: str, judge: Judge, records: Sequence[Unjudged]) -> Facts:
    needs = judge.needs(records)
    return Facts(
        known={known.id: known for known in _known(connection, district, needs.ids)},
        families={target: family for target in needs.targets if (family := _family(connection, district, target))},
        # The reference data stands still while a batch is judged, and a batch names the same few again and again.
        matter_name=cache(lambda matter: _matter_name(connection, district, matter)),
        grid_of=cache(lambda building: _grid_of(connection, district, building)),
        building_of=cache(lambda entrance: _building_of(connection, district, entrance)),
        tag_role=cache(lambda tag: mounting.published_role(connection, district, tag)),
        case_grid=cache(lambda case: casework.grid_of_case(connection, district, case)),
        task_of=cache(lambda task: casework.task_fact(connection, district, task)),
        team_of=cache(lambda grid: casework.team_of(connection, district, grid)),
        clock_seen=lambda device, boot, received_ms: clocks.clock_seen(connection, district, device, boot, received_ms),
        repeated_by=lambda record: rejudging.repeated_by(connection, district, record),
    )


def _waiting(connection: sqlite3.Connection, district: str, limit: int) -> list[Unjudged]:
    streams = connection.execute(
        "select stream, device, judged_to from stream where district_id = ? and judged_to < watermark"
        " order by opened_ms, stream limit ?",
        (district, limit),
    ).fetchall()
    records: list[Unjudged] = []
    for stream, device, judged_to in streams:
        if len(records) >= limit:
            break
        rows = connection.execute(
            "select n, raw, digest, mark, received_ms from inbox where district_id = ? and stream = ? and n > ?"
            " order by n limit ?",
            (district, stream, judged_to, limit - len(records)),
        )
        stream_id, device_id = UUID(bytes=stream), UUID(bytes=device)
        records += [
            Unjudged(stream_id, n, device_id, raw, digest, mark, received_ms)
            for n, raw, digest, mark, received_ms in rows
        ]
    return records


def _known(connection: sqlite3.Connection, district: str, record_ids: Iterable[UUID]) -> Iterator[Known]:
    for ids in in_parts([record_id.bytes for record_id in record_ids]):
        yield from _known_of(connection, district, ids)


def _known_of(connection: sqlite3.Connection, district: str, ids: Sequence[bytes]) -> Iterator[Known]:
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(
        "select judged.id, root, kind, actor, judged.verdict, is_void, stream, n, digest, 0, x'', reason, sentence,"  # noqa: S608 - question marks
        " null, superseded_by is not null"
        " from judged left join place_verdict using (district_id, stream, n)"
        f" where judged.district_id = ? and judged.id in ({marks})",
        (district, *ids),
    )
    return map(_as_known, rows)


def _family(connection: sqlite3.Connection, district: str, target: UUID) -> tuple[Known, ...]:
    row = connection.execute(
        "select root from judged where district_id = ? and id = ?", (district, target.bytes)
    ).fetchone()
    if row is None:
        return ()
    rows = connection.execute(
        "select judged.id, root, kind, actor, judged.verdict, is_void, inbox.stream, inbox.n, inbox.digest,"
        " received_ms, raw, place_verdict.reason, place_verdict.sentence, stream.device, superseded_by is not null"
        " from judged join inbox using (district_id, stream, n) join stream using (district_id, stream)"
        # A target that repeats in the same batch is told again, with its reason.
        " left join place_verdict using (district_id, stream, n)"
        " where judged.district_id = ? and (judged.id = ? or (root = ? and root <> judged.id))"
        " order by received_ms, inbox.stream, inbox.n",
        (district, row[0], row[0]),
    )
    return tuple(_as_known(found) for found in rows)


def _as_known(row: _KnownRow) -> Known:
    record_id, root, kind, actor, verdict, is_void, stream, n, digest, received_ms, raw, *rest = row
    reason, sentence, device, is_released = rest
    return Known(
        id=UUID(bytes=record_id),
        root=UUID(bytes=root),
        kind=kind,
        actor=actor,
        verdict=verdict,
        is_void=bool(is_void),
        stream=UUID(bytes=stream),
        n=n,
        digest=digest,
        received_ms=received_ms,
        raw=raw,
        reason=reason or "",
        sentence=sentence or "",
        device=UUID(bytes=device) if device else None,
        is_released=bool(is_released),
    )


def _matter_name(connection: sqlite3.Connection, district: str, matter: str) -> str:
    body = feeding.standing_body(connection, district, "matter", matter)
    entry = None if body is None else decode_entry("matter", body)
    return entry.name if isinstance(entry, MatterEntry) else ""


def _grid_of(connection: sqlite3.Connection, district: str, building: str) -> str | None:
    found = feeding.standing_entry(connection, district, "building", building)
    if found is None:
        return None
    op, body = found
    entry = decode_entry("building", body) if op == "put" else None
    return entry.grid if isinstance(entry, BuildingEntry) else ""


def _building_of(connection: sqlite3.Connection, district: str, entrance: str) -> str | None:
    found = feeding.standing_entry(connection, district, "entrance", entrance)
    if found is None:
        return None
    op, body = found
    entry = decode_entry("entrance", body) if op == "put" else None
    return entry.building if isinstance(entry, EntranceEntry) else ""


def _write(connection: sqlite3.Connection, district: str, judge: Judge, batch: JudgedBatch) -> None:
    insert_rows(
        connection,
        "judged (district_id, id, root, kind, actor, verdict, stream, n, digest)",
        [
            (
                district,
                new.id.bytes,
                new.root.bytes,
                new.kind,
                new.actor,
                new.verdict,
                new.stream.bytes,
                new.n,
                new.digest,
            )
            for new in batch.judged
        ],
        # Only what is quarantined or parked is ever judged again; for all others the constraint stands.
        then="on conflict (district_id, id) do update set root = excluded.root, kind = excluded.kind,"
        " actor = excluded.actor, verdict = excluded.verdict where judged.verdict <> 'stored'"
        " and judged.superseded_by is null and judged.stream = excluded.stream and judged.n = excluded.n",
    )
    connection.executemany(
        "update judged set is_void = 1 where district_id = ? and id = ?",
        [(district, voided.bytes) for voided in batch.voided],
    )
    _write_verdicts(connection, district, batch)
    rejudging.release(connection, district, batch.released)
    rejudging.wake_dependents(connection, district, batch.judged)
    places = seen.concerned(connection, district, [row for row in batch.rows if isinstance(row, CheckInRow)])
    write_rows(connection, district, batch.rows)
    tags = mounting.write_said(connection, district, [row for row in batch.rows if isinstance(row, TagsSaid)])
    said = [row for row in batch.rows if isinstance(row, CaseSaid)]
    cases = casework.write_said(connection, district, said)
    reports = [row for row in batch.rows if isinstance(row, CaseRow)]
    cases |= {row.id for row in reports}
    if cases:
        case_events.move(connection, district, judge, [*reports, *said], cases)
    handed = [row for row in batch.rows if isinstance(row, HandedOff)]
    told = [
        *batch.feed,
        *mounting.restated(connection, district, tags),
        *casework.restated(connection, district, cases),
        *casework.handed_over(connection, district, handed),
        *seen.restated(connection, district, places),
    ]
    feeding.publish(connection, district, told)


def _write_verdicts(connection: sqlite3.Connection, district: str, batch: JudgedBatch) -> None:
    connection.executemany(
        "delete from place_verdict where district_id = ? and stream = ? and n = ?",
        [(district, new.stream.bytes, new.n) for new in batch.judged],
    )
    connection.executemany(
        "insert into place_verdict (district_id, stream, n, device, id, verdict, reason, sentence, waits_for)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (district_id, stream, n) do update set id = excluded.id,"
        " verdict = excluded.verdict, reason = excluded.reason, sentence = excluded.sentence,"
        " waits_for = excluded.waits_for",
        [
            (
                district,
                place.stream.bytes,
                place.n,
                place.device.bytes,
                place.id.bytes if place.id else None,
                place.verdict,
                place.reason,
                place.sentence,
                place.waits_for.bytes if place.waits_for else None,
            )
            for place in batch.exceptions
        ],
    )


def _mark_judged(connection: sqlite3.Connection, district: str, records: Iterable[Unjudged]) -> None:
    reached = {record.stream: record.n for record in records}
    connection.executemany(
        "update stream set judged_to = ? where district_id = ? and stream = ?",
        [(n, district, stream.bytes) for stream, n in sorted(reached.items())],
    )
