"""A million cases with their histories taken along, verified, folded again and asked for their like. By hand only.

Cases are synthetic and alike: a year of days, each case reported, filed, dispatched, accepted, handled and, but for the
newest, closed; six events. They are folded once for each day by the product and copied by bulk SQL with ids of their
own. `CASES=100000` builds fewer. What is said: rows a second of processor time and the most memory of a process for
each table and form, the time of `verify` and of a dry `cases rebuild`, and how long it takes to ask for what may be the
same case.
"""

import asyncio
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.nearby import NEAR_M, SAME_MS
from sync.caseapi.service.casework.lives import Lives, shipped_lives
from sync.caseapi.storage.casework import CaseChange
from sync.caseapi.storage.judged import CaseRow, CaseWords
from sync.caseapi.storage.sqlite import case_events
from sync.caseapi.storage.sqlite.connection import connect_writing
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import DISTRICT, GRID, NOW_MS, Clock, open_case_api, prepare, small_district

CASES = int(os.environ.get("CASES", "1000000"))
DAYS = 365
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
OPEN_DAYS = 5
SEED = 20_261_129
ASKED = 200
COPIED = {
    "cases": ("id",),
    "case_words": ("case_id",),
    "case_event": ("case_id", "id", "body"),
    "case_handling": ("case_id",),
    "case_queue": ("case_id",),
    "case_near": ("case_id",),
}
"""Tables of a case, with the columns that name it."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-taken-") as name:
        path = _built(Path(name) / "case.db")
        for kind, form in (("cases", "csv"), ("cases", "jsonl"), ("history", "csv"), ("cases", "xlsx")):
            if form != "xlsx" or CASES <= 200_000:
                out = ("--out", f"{name}/{kind}.{form}")
                _run(f"export {kind} as {form}", path, "export", kind, "--format", form, *out)
        _run("verify", path, "verify", "--without-photos")
        _run("cases rebuild, dry", path, "cases", "rebuild", "--dry-run")
        asyncio.run(_asked(path))
    return 0


def _built(path: Path) -> Path:
    begun = time.perf_counter()
    prepare(path, Clock())
    connection = connect_writing(path)
    connection.execute("pragma synchronous = off")
    lives, drawn = shipped_lives(ZoneInfo("Asia/Shanghai")), random.Random(SEED)
    each_day = max(1, CASES // DAYS)
    for day in range(DAYS):
        connection.execute("begin immediate")
        row, change = _day(lives, day, drawn)
        case_events.change(connection, DISTRICT, row.id, lambda _, change=change: change)
        _copy(connection, row.id, each_day - 1, drawn)
        connection.execute("commit")
    connection.execute("pragma wal_checkpoint(truncate)")
    (cases,) = connection.execute("select count(*) from cases").fetchone()
    connection.close()
    size_mb = path.stat().st_size >> 20
    print(f"   {cases:,} cases, {size_mb:,} MB: built in {time.perf_counter() - begun:.0f} s", flush=True)
    return path


def _day(lives: Lives, day: int, drawn: random.Random) -> tuple[CaseRow, CaseChange]:
    """Return the case of a day and what begins it."""
    at_ms = NOW_MS - (DAYS - day) * DAY_MS + drawn.randrange(8) * HOUR_MS
    words = CaseWords(description="门口有一堆垃圾，已经三天没有人清理", point=(45.6, 126.6))
    made = case_row(
        id=_id(at_ms, drawn), matter=f"national:matter:{6001 + day % 50:05}", matter_name="暴露垃圾", words=words,
        received_ms=at_ms, place="小区门口", summary="门口有一堆垃圾",
    )  # fmt: skip
    steps = [("report", {}), ("file", {"condition": "usual"}), ("dispatch", {"to_org": "org-heat"}), ("accept", {})]
    if day < DAYS - OPEN_DAYS:
        steps += [("done", {"note": "清理完毕"}), ("close", {})]
    events = [
        CaseEvent(
            id=made.id if not number else _id(at_ms, drawn), action=action, at_ms=at_ms + number * HOUR_MS,  # type: ignore[arg-type]  # our own words
            received_ms=at_ms + number * HOUR_MS, org=GRID[:12], level="community", **said,
        )
        for number, (action, said) in enumerate(steps)
    ]  # fmt: skip
    change = lives.begun(made, events)
    assert change.standing is not None
    return made, replace(change, row=replace(made, state=change.standing.state))


def _copy(connection: sqlite3.Connection, case: UUID, count: int, drawn: random.Random) -> None:
    """Copy a case so many times, each with ids and a point of its own."""
    rows = {table: _rows(connection, table, case) for table in COPIED}
    made: dict[str, list[tuple[object, ...]]] = {table: [] for table in COPIED}
    for _ in range(count):
        new = _id(int.from_bytes(case.bytes[:6], "big"), drawn)
        lat, lon = 45.6 + drawn.random() / 10, 126.6 + drawn.random() / 10
        for table, (columns, found) in rows.items():
            for row in found:
                values = dict(zip(columns, row, strict=True))
                if table == "case_event":
                    event = new if values["place"] == 1 else _id(int.from_bytes(case.bytes[:6], "big"), drawn)
                    old = str(UUID(bytes=values["id"])).encode()
                    values |= {"id": event.bytes, "body": values["body"].replace(old, str(event).encode())}
                if table in ("case_words", "case_near"):
                    values |= {"lat": lat, "lon": lon}
                if table == "case_near":
                    values["cell"] = f"{int(lat * 1000)}.{int(lon * 1000)}"
                values["id" if table == "cases" else "case_id"] = new.bytes
                made[table].append(tuple(values.values()))
    for table, (columns, _) in rows.items():
        marks = ", ".join("?" for _ in columns)
        names = ", ".join(columns)
        connection.executemany(f"insert into {table} ({names}) values ({marks})", made[table])  # noqa: S608 - our own words


def _rows(connection: sqlite3.Connection, table: str, case: UUID) -> tuple[list[str], list[tuple[object, ...]]]:
    key = COPIED[table][0]
    cursor = connection.execute(f"select * from {table} where {key} = ?", (case.bytes,))  # noqa: S608 - our own words
    return [column[0] for column in cursor.description], cursor.fetchall()


def _id(at_ms: int, drawn: random.Random) -> UUID:
    return UUID(bytes=at_ms.to_bytes(6, "big") + drawn.randbytes(10))


def _run(name: str, path: Path, *arguments: str) -> None:
    """Run a command of the product and say how long it took and how much memory it had at most."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "sync.caseapi", *arguments, "--db", f"sqlite:///{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    most_mb = after.ru_maxrss >> 10
    said = " ".join(done.stdout.split())[:60]
    took = f"{took_s:.0f} s ({cpu_s:.1f} s of processor), at most {most_mb} MB so far"
    print(f"{name}: {took}, exit {done.returncode}: {said}", flush=True)
    if rows := _counted(done.stdout):
        print(f"   {rows / cpu_s:,.0f} rows a second of processor time", flush=True)


def _counted(text: str) -> int:
    first = text.strip().splitlines()[-1:] or [""]
    return int(first[0]) if first[0].isdigit() else 0


async def _asked(path: Path) -> None:
    case_api = open_case_api(path, Clock())
    await case_api.storage.feeds.publish(small_district())
    ids = list(_some(path))
    took_ms = []
    for case in ids:
        begun = time.perf_counter()
        await case_api.storage.casework.near(case, span_ms=SAME_MS, within_m=NEAR_M)
        took_ms.append((time.perf_counter() - begun) * 1000)
    await case_api.storage.close()
    median_ms, most_ms = statistics.median(took_ms), max(took_ms)
    print(f"what may be the same: median {median_ms:.2f} ms, longest {most_ms:.1f} ms of {len(ids)}")


def _some(path: Path) -> Iterator[UUID]:
    connection = connect_writing(path)
    drawn = random.Random(SEED)
    for _ in range(ASKED):
        key = (NOW_MS - drawn.randrange(DAYS) * DAY_MS).to_bytes(6, "big") + drawn.randbytes(10)
        row = connection.execute("select id from cases where id >= ? order by id limit 1", (key,)).fetchone()
        if row is not None:
            yield UUID(bytes=row[0])
    connection.close()
