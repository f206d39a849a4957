"""Every queue of the desk's service, for every role, with a million cases against ten thousand.

The cases are built by bulk SQL and are synthetic, as a year would leave them: most are over, the newest are open, three
tenths lie in the grid that is asked for, so that a page is full on both sides. They go into the schema as it was before
queues were written down, and the shipped steps bring them to today's, as the first start after an update does.
By hand only: at a million cases the file takes about 1.1 GB and some five minutes. `CASES=100000` builds fewer.

Each queue is asked of both databases in turn through `CaseDesk.queue`. One that misses the limit is asked again, more
often, before it counts as missed: a hundred medians on a machine that does other things have outliers.
"""

import asyncio
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sync.caseapi.cases.permissions import org_at
from sync.caseapi.cases.states import FINAL_STATES, OPEN_STATES, Level
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.desk import CaseDesk, QueueAsked
from sync.caseapi.storage.casework import NEVER_MS
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps
from tests.bench.rounds import Figures, ratio_said
from tests.sync.caseapi.harness import (
    BUILDING,
    DISTRICT,
    GRID,
    MATTER,
    NOW_MS,
    Clock,
    open_case_api,
    prepare,
    small_district,
)
from tests.sync.caseapi.people import caller

CASES = int(os.environ.get("CASES", "1000000"))
FEW_CASES = 10_000
ROUNDS = 15
MORE_ROUNDS = 60
MOST_RATIO = 1.5
STEPS_BEFORE = 10
"""Schema steps of the database that the cases are put into."""

SEED = 20_261_129
YEAR_MS = 365 * 86_400_000
HOUR_MS = 3_600_000
PIECE_CASES = 100_000
STATES_OPEN = sorted(OPEN_STATES)
ORG_HOME = "org-heat"

Ask = Callable[[CaseDesk], Awaitable[int]]
"""Asks for a page and returns how many cases it has."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-queues-") as name:
        paths = {count: _built(Path(name) / f"{count}.db", count) for count in (FEW_CASES, CASES)}
        return 0 if asyncio.run(_measured(paths)) else 1


def _built(path: Path, count: int) -> Path:
    """Make a database with so many cases, brought to today's schema."""
    begun = time.perf_counter()
    connection = connect_writing(path)
    connection.execute("pragma synchronous = off")
    migrate(connection, shipped_steps()[:STEPS_BEFORE], 0)
    drawn = random.Random(SEED)
    for first in range(0, count, PIECE_CASES):
        _fill(connection, list(cases_of_a_year(drawn, range(first, min(first + PIECE_CASES, count)), count)))
    built = time.perf_counter()
    migrate(connection, shipped_steps(), 0)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    prepare(path, Clock())
    size_mb = path.stat().st_size >> 20
    print(
        f"   {count:,} cases, {size_mb:,} MB: built in {built - begun:.0f} s, brought to today's schema in"
        f" {time.perf_counter() - built:.1f} s",
        flush=True,
    )
    return path


def cases_of_a_year(drawn: random.Random, piece: range, count: int) -> Iterator[dict[str, Any]]:
    """Yield cases as a year would have them; the newest are open: 4,000 of a small year, 2 % of a large one."""
    still_open = max(4_000, count // 50)
    for place in piece:
        received_ms = NOW_MS - YEAR_MS + YEAR_MS * place // count
        is_open = place >= count - still_open
        ended = drawn.random()
        state = drawn.choice(STATES_OPEN) if is_open else "closed" if ended < 0.8 else "void"
        grid = GRID if drawn.random() < 0.3 else _grid(drawn)
        levels: tuple[Level, ...] = ("community", "street", "district")
        level = drawn.choices(levels, (4, 4, 2))[0]
        orgs = [ORG_HOME if drawn.random() < 0.1 else f"org-{drawn.randrange(300)}"]
        yield {
            "district_id": DISTRICT,
            "never_ms": NEVER_MS,
            "id": received_ms.to_bytes(6, "big") + drawn.randbytes(10),
            "grid": grid,
            "state": state,
            "matter": MATTER if drawn.random() < 0.1 else f"national:matter:{drawn.randrange(250):05}",
            "building": BUILDING.bytes if grid == GRID and place % 2 else None,
            "lat": 45.6 + drawn.random() / 10,
            "lon": 126.6 + drawn.random() / 10,
            "received_ms": received_ms,
            "is_void": state == "void" and ended > 0.92,
            "level": level,
            "desk": org_at(level, grid),
            "orgs": " ".join(dict.fromkeys((*orgs, "org-help") if drawn.random() < 0.1 else orgs)),
            "is_open": is_open,
            "due_ms": NOW_MS + drawn.randrange(-48, 120) * HOUR_MS if is_open else NEVER_MS,
        }


def _grid(drawn: random.Random) -> str:
    return f"{DISTRICT}{drawn.randrange(1, 11):03}{drawn.randrange(1, 13):03}{drawn.randrange(1, 11):03}"


def _fill(connection: sqlite3.Connection, cases: list[dict[str, Any]]) -> None:
    connection.execute("begin immediate")
    connection.executemany(
        "insert into cases (district_id, id, grid, state, matter, matter_name, severity, building, place, summary,"
        " is_restricted, reported_at, received_ms, version, is_void) values (:district_id, :id, :grid, :state, :matter,"
        " '暴露垃圾', 2, :building, '小区门口', '门口有一堆垃圾', 0, '2026-11-23T16:00:00+08:00', :received_ms, 1,"
        " :is_void)",
        cases,
    )
    connection.executemany(
        "insert into case_words (district_id, case_id, actor, description, place, action, condition, origin, contact,"
        " lat, lon) values (:district_id, :id, '', '门口有一堆垃圾', '', '', '', 'patrol', '', :lat, :lon)",
        cases,
    )
    connection.executemany(
        "insert into case_handling (district_id, case_id, grid, state, level, desk, version, orgs, is_open, due_ms,"
        " case_ms, wakes_ms, misfits) values (:district_id, :id, :grid, :state, :level, :desk, 3, :orgs, :is_open,"
        " :due_ms, :never_ms, :never_ms, 0)",
        cases,
    )
    connection.executemany(
        "insert into case_org (district_id, org, case_id, place, is_open, due_ms) values (?, ?, ?, ?, ?, ?)",
        [
            (DISTRICT, org, case["id"], place, case["is_open"], case["due_ms"])
            for case in cases
            for place, org in enumerate(case["orgs"].split())
        ],
    )
    connection.execute("commit")


async def _measured(paths: Mapping[int, Path]) -> bool:
    async with AsyncExitStack() as running:
        sides = {count: (await running.enter_async_context(open_side(path))).cases for count, path in paths.items()}
        questions = _questions()
        kept = [await _said(name, ask, sides) for name, ask in questions.items()]
    print(f"{sum(kept)} of {len(kept)} queues within {MOST_RATIO}")
    return all(kept)


@asynccontextmanager
async def open_side(path: Path) -> AsyncIterator[CaseApi]:
    clock = Clock()
    case_api = open_case_api(path, clock)
    await case_api.storage.feeds.publish(small_district())
    try:
        yield case_api
    finally:
        await case_api.storage.close()


def _questions() -> dict[str, Ask]:
    """Return every page that somebody may ask for, by its name."""
    seats = {
        "inspector": caller("inspector"),
        "grid leader": caller("grid_leader"),
        "community desk": caller("community_desk"),
        "street desk": caller("street_desk"),
        "district desk": caller("district_desk"),
        "handler": caller("handler", ORG_HOME),
        **{f"leader of {len(org)} digits": caller("leader", org) for org in (GRID[:6], GRID[:9], GRID[:12], GRID)},
        "auditor": caller("auditor"),
    }
    filters = {
        "open": QueueAsked(),
        "late": QueueAsked(late=True),
        **{state: QueueAsked(state=state) for state in (*STATES_OPEN, *sorted(FINAL_STATES))},
    }
    questions: dict[str, Ask] = {}
    for seat, by in seats.items():
        for words, asked in filters.items():
            questions[f"{seat}, {words}"] = _page(asked, by)
            if seat.endswith("desk"):
                questions[f"{seat}, all {words}"] = _page(replace(asked, reach="all"), by)
        questions[f"{seat}, third page of closed"] = _third(QueueAsked(state="closed", reach="all"), by)
    return questions


def _page(asked: QueueAsked, by: Caller) -> Ask:
    async def ask(desk: CaseDesk) -> int:
        return len(await desk.queue(asked, by))

    return ask


def _third(asked: QueueAsked, by: Caller) -> Ask:
    async def ask(desk: CaseDesk) -> int:
        lines = await desk.queue(asked, by)
        for _ in range(2):
            rank = int(lines[-1].cursor.partition(".")[0])
            lines = await desk.queue(replace(asked, after=(rank, lines[-1].id)), by)
        return len(lines)

    return ask


async def _said(name: str, ask: Ask, sides: Mapping[int, CaseDesk]) -> bool:
    rows = {count: await ask(desk) for count, desk in sides.items()}
    figures = await _in_turn(ask, sides, ROUNDS)
    if figures[CASES].median > MOST_RATIO * figures[FEW_CASES].median:
        figures = await _in_turn(ask, sides, MORE_ROUNDS)
    few, many = figures[FEW_CASES], figures[CASES]
    is_kept = ratio_said(name, many.median / few.median, most=MOST_RATIO)
    print(f"   {many.said('ms', 1)} over {few.said('ms', 1)}; {rows[CASES]} and {rows[FEW_CASES]} cases", flush=True)
    return is_kept


async def _in_turn(ask: Ask, sides: Mapping[int, CaseDesk], rounds: int) -> dict[int, Figures]:
    found: dict[int, list[float]] = {count: [] for count in sides}
    for _ in range(rounds):
        for count, desk in sides.items():
            begun = time.perf_counter()
            await ask(desk)
            found[count].append((time.perf_counter() - begun) * 1_000)
    return {count: Figures(tuple(values)) for count, values in found.items()}
