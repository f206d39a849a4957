"""The queues that a case stands in, as rows in each queue's own order: a page of any of them is looked up."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sync.caseapi.storage.casework import DANGER_LEAD_MS, MOST_SHOWN, QueueWanted
from sync.caseapi.storage.sqlite.arrivals import count_arrivals

QueuePlace = tuple[str, str, int]
"""Queue, state, and the rank that orders it."""

_OPEN = "open"
"""Stands for all open states in a queue."""

_PATCH_DIGITS = (0, 9, 12, 15)
"""How much of a grid's code names the whole district, its street, its community, itself."""

_FIRST = (-(1 << 62), UUID(int=0))
"""Before every case of a queue."""


def page_of(district: str, wanted: QueueWanted) -> tuple[str, list[Any]]:
    """Return the select for the ids of a page, with the rank that orders it, and what is bound to it."""
    after_ms, after = wanted.after or _FIRST
    given: list[Any] = [district, _queue(district, wanted), wanted.state or _OPEN, after_ms, after.bytes]
    late = ""
    if wanted.late_ms is not None:
        # Dangerous ones stand that much earlier, and what is over in between.
        late = " and rank_ms < ? and (rank_ms >= 0 or rank_ms < ?)"
        given += [wanted.late_ms, wanted.late_ms - DANGER_LEAD_MS]
    given.append(min(wanted.limit, MOST_SHOWN))
    return (
        "select case_id, rank_ms from case_queue where district_id = ? and queue = ? and state = ?"  # noqa: S608 - our own words
        f" and (rank_ms, case_id) > (?, ?){late} order by rank_ms, case_id limit ?"
    ), given


def places_of(connection: sqlite3.Connection, district: str, case: bytes) -> frozenset[QueuePlace]:
    """Return where a case stands in queues by its handling, withdrawn or not; nowhere while it has none."""
    row = connection.execute(
        "select grid, state, desk, orgs, is_open, rank_ms from case_handling where district_id = ? and case_id = ?",
        (district, case),
    ).fetchone()
    return frozenset() if row is None else frozenset(_places(*row))


def put_places(
    connection: sqlite3.Connection,
    district: str,
    case: bytes,
    before: frozenset[QueuePlace],
    after: frozenset[QueuePlace],
) -> None:
    """Move a case from where it stood in queues to where it stands."""
    connection.executemany(
        "delete from case_queue where district_id = ? and queue = ? and state = ? and rank_ms = ? and case_id = ?",
        [(district, *place, case) for place in before - after],
    )
    connection.executemany(
        "insert or ignore into case_queue (district_id, queue, state, rank_ms, case_id) values (?, ?, ?, ?, ?)",
        [(district, *place, case) for place in after],
    )
    count_arrivals(connection, district, _open_in(after) - _open_in(before))


def astray_in_queues(connection: sqlite3.Connection, district: str) -> tuple[str, ...]:
    """Return a sentence for each case that is missing in a queue, and one when queues hold what they should not."""
    rows = connection.execute(
        "select case_id, case_handling.grid, case_handling.state, desk, orgs, is_open, rank_ms from case_handling"
        " join cases on cases.district_id = case_handling.district_id and cases.id = case_id"
        " where case_handling.district_id = ? and is_void = 0",
        (district,),
    )
    wanted, findings = 0, []
    for case, *standing in rows:
        places = set(_places(*standing))
        wanted += len(places)
        missing = sorted(place for place in places if not _stands(connection, district, place, case))
        if missing:
            findings.append(f"case {UUID(bytes=case)}: it is missing in queue {missing[0][0]} under {missing[0][1]}")
    (held,) = connection.execute("select count(*) from case_queue where district_id = ?", (district,)).fetchone()
    if not findings and held != wanted:
        findings.append(f"queues: they hold {held} places of cases, and the cases stand in {wanted}")
    return tuple(findings)


def queues_of(district: str, wanted: Iterable[QueueWanted]) -> frozenset[str]:
    """Return the names of queues that are asked for."""
    return frozenset(_queue(district, each) for each in wanted)


def _open_in(places: frozenset[QueuePlace]) -> frozenset[str]:
    return frozenset(queue for queue, state, _ in places if state == _OPEN)


def _places(grid: str, state: str, desk: str, orgs: str, is_open: int, rank_ms: int) -> Iterator[QueuePlace]:
    patches = (f"in:{grid[:digits]}" for digits in _PATCH_DIGITS)
    given = (f"org:{org}" for org in orgs.split())
    for queue in (*patches, f"desk:{desk}", *given):
        yield queue, state, rank_ms
        if is_open:
            yield queue, _OPEN, rank_ms


def _queue(district: str, wanted: QueueWanted) -> str:
    if wanted.org:
        return f"org:{wanted.org}"
    if wanted.desk:
        return f"desk:{wanted.desk}"
    return f"in:{'' if wanted.within == district else wanted.within}"


def _stands(connection: sqlite3.Connection, district: str, place: QueuePlace, case: bytes) -> bool:
    found = connection.execute(
        "select 1 from case_queue where district_id = ? and queue = ? and state = ? and rank_ms = ? and case_id = ?",
        (district, *place, case),
    ).fetchone()
    return found is not None
