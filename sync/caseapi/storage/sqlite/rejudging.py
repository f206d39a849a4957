"""What is judged again as SQL: released by a correction, or queued because more is known than at the first time."""

import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID

from sync.caseapi.storage.judged import NewlyJudged, Released, Unjudged

_QUEUE = "insert into judge_again (district_id, stream, n) select district_id, stream, n from place_verdict"
_ONCE = " on conflict do nothing"


def waiting_again(connection: sqlite3.Connection, district: str, limit: int) -> list[Unjudged]:
    """Return up to so many places that wait to be judged again, those of a stream in order."""
    rows = connection.execute(
        "select judge_again.stream, judge_again.n, device, raw, digest, mark, received_ms from judge_again"
        " join inbox using (district_id, stream, n) join stream using (district_id, stream)"
        " where judge_again.district_id = ? order by judge_again.stream, judge_again.n limit ?",
        (district, limit),
    )
    return [
        Unjudged(UUID(bytes=stream), n, UUID(bytes=device), raw, digest, mark, received_ms)
        for stream, n, device, raw, digest, mark, received_ms in rows
    ]


def mark_judged_again(connection: sqlite3.Connection, district: str, records: Iterable[Unjudged]) -> None:
    """Take places off the queue."""
    connection.executemany(
        "delete from judge_again where district_id = ? and stream = ? and n = ?",
        [(district, record.stream.bytes, record.n) for record in records],
    )


def release(connection: sqlite3.Connection, district: str, released: Iterable[Released]) -> None:
    """Take records out of quarantine that another one corrects or withdraws."""
    for one in released:
        connection.execute(
            "update judged set superseded_by = ? where district_id = ? and id = ? and verdict <> 'stored'",
            (one.by.bytes, district, one.id.bytes),
        )
        connection.execute(
            "delete from place_verdict where district_id = ? and stream = ? and n = ?",
            (district, one.stream.bytes, one.n),
        )


def repeated_by(connection: sqlite3.Connection, district: str, record: UUID) -> list[UUID]:
    """Return the devices that brought a record again which another place holds first, in order."""
    rows = connection.execute(
        "select distinct device from place_verdict where district_id = ? and id = ? and verdict = 'duplicate'"
        " order by device",
        (district, record.bytes),
    )
    return [UUID(bytes=bytes(device)) for (device,) in rows]


def wake_dependents(connection: sqlite3.Connection, district: str, judged: Sequence[NewlyJudged]) -> None:
    """Queue the places that wait for records which have now been judged."""
    is_any = connection.execute(
        "select exists (select 1 from place_verdict where district_id = ? and waits_for is not null)", (district,)
    ).fetchone()[0]
    if is_any:
        connection.executemany(
            f"{_QUEUE} where district_id = ? and waits_for = ?{_ONCE}",
            [(district, new.id.bytes) for new in judged],
        )


def learn(connection: sqlite3.Connection, district: str, knowledge: str) -> int:
    """Queue all that is quarantined or parked when it was judged by other knowledge; return how many."""
    row = connection.execute("select knowledge from judging_state where district_id = ?", (district,)).fetchone()
    if row is not None and row[0] == knowledge:
        return 0
    connection.execute(
        "insert into judging_state (district_id, knowledge) values (?, ?)"
        " on conflict (district_id) do update set knowledge = excluded.knowledge",
        (district, knowledge),
    )
    queued = connection.execute(
        f"{_QUEUE} where district_id = ? and verdict <> 'duplicate'"
        f" and reason in ('unknown_kind', 'bad_shape', 'unknown_ref', 'not_allowed', 'bad_amend', 'not_judged'){_ONCE}",
        (district,),
    )
    return queued.rowcount


def reference_changed(connection: sqlite3.Connection, district: str) -> int:
    """Queue what refers to reference data that was not there; return how many."""
    queued = connection.execute(
        f"{_QUEUE} where district_id = ? and verdict <> 'duplicate' and reason = 'unknown_ref'{_ONCE}", (district,)
    )
    return queued.rowcount
