"""Searches, statistics and the map of the desk with a million cases, against ten thousand.

The cases are built by bulk SQL and are synthetic, as a year would leave them (`queues`); their words are drawn from
some phrases as reports have them, a few in almost every case, one number in one case alone. By hand only: at a million
cases the file takes about 1.5 GB and some minutes. `CASES=100000` builds fewer.

A search is asked through `CaseSearch.find`, as seats of every reach ask it; of a search the slowest of twenty counts
(p95). What statistics read is a ratio. The map reads every open case of its area, so it is told by how many there are.
"""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec

from sync.caseapi.cases.figures import hours_bucket
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.storage.figures import COUNTED
from sync.caseapi.storage.search_text import stored
from sync.caseapi.storage.sqlite.case_index import put, reach_words
from sync.caseapi.storage.sqlite.case_search import EPOCH_S, PLACES_A_SECOND
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps
from tests.bench.queues import CASES, FEW_CASES, MOST_RATIO, PIECE_CASES, SEED, cases_of_a_year, open_side
from tests.bench.rounds import Figures, ratio_said
from tests.sync.caseapi.harness import DISTRICT, GRID, NOW_MS, Clock, prepare
from tests.sync.caseapi.people import caller

ROUNDS = 20
MOST_P95_MS = 300.0
"""Longest that one search of twenty may take: nobody waits for what comes before the next breath."""

PHRASES = (
    *(
        "楼道堆物影响通行",
        "单元门锁坏了",
        "楼道灯不亮",
        "房檐冰溜很长",
        "下水井盖翘起",
        "垃圾桶满了没人清",
        "二楼漏水流到楼道",
    ),
    *(
        "消防栓没有水压",
        "电动车进楼充电",
        "窨井盖松动",
        "路面结冰行人滑倒",
        "乱贴小广告",
        "占道经营影响出行",
        "供热管道漏水",
    ),
    *(
        "楼上装修噪声扰民",
        "健身器材损坏",
        "树枝折断挂在线上",
        "宣传栏玻璃破碎",
        "居民反映多次",
        "已电话告知物业",
        "请尽快派人到现场",
    ),
)
SEATS = {
    "district desk": caller("district_desk"),
    "street desk": caller("street_desk"),
    "community desk": caller("community_desk"),
    "inspector": caller("inspector"),
    "handler": caller("handler", "org-heat"),
    "auditor": caller("auditor"),
}
QUERIES = {
    "in one case of seven": "楼道",
    "a whole phrase": "健身器材损坏",
    "two words": "楼道 冰溜",
    "characters that are everywhere, never together": "楼锁人",
    "one case alone": "单号 7777",
    "in no case": "彩虹",
}

Ask = Callable[[CaseApi], Awaitable[Any]]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-showing-") as name:
        paths = {count: _built(Path(name) / f"{count}.db", count) for count in (FEW_CASES, CASES)}
        return 0 if asyncio.run(_measured(paths)) else 1


def _built(path: Path, count: int) -> Path:
    begun = time.perf_counter()
    connection = connect_writing(path)
    connection.execute("pragma synchronous = off")
    migrate(connection, shipped_steps(), 0)
    drawn, words = random.Random(SEED), random.Random(SEED + 1)
    sums: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for first in range(0, count, PIECE_CASES):
        piece = range(first, min(first + PIECE_CASES, count))
        cases = [
            each | _said(words, place) for place, each in zip(piece, cases_of_a_year(drawn, piece, count), strict=True)
        ]
        _fill(connection, cases)
        for each in cases:
            _count(sums, words, each)
    connection.executemany(
        "insert into figure_month (district_id, area, month, matter, counts) values (?, ?, ?, ?, ?)",
        [
            (DISTRICT, *key, msgspec.json.encode([counts[what] for what in COUNTED]).decode())
            for key, counts in sorted(sums.items())
        ],
    )
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    prepare(path, Clock())
    print(
        f"   {count:,} cases, {path.stat().st_size >> 20:,} MB: built in {time.perf_counter() - begun:.0f} s",
        flush=True,
    )
    return path


def _said(drawn: random.Random, place: int) -> dict[str, str]:
    phrases = drawn.choices(PHRASES, weights=range(len(PHRASES), 0, -1), k=drawn.randrange(1, 5))
    number = "，单号7777" if place == FEW_CASES // 2 else ""
    return {
        "description": "，".join(phrases) + number,
        "place": f"{drawn.randrange(1, 40)}号楼{drawn.randrange(1, 7)}单元",
    }


def _fill(connection: sqlite3.Connection, cases: list[dict[str, Any]]) -> None:
    connection.execute("begin immediate")
    connection.executemany(
        "insert into cases (district_id, id, grid, state, matter, matter_name, severity, building, place, summary,"
        " is_restricted, reported_at, received_ms, version, is_void) values (:district_id, :id, :grid, :state, :matter,"
        " '暴露垃圾', 2, :building, :place, :description, 0, '2026-11-23T16:00:00+08:00', :received_ms, 1, 0)",
        cases,
    )
    connection.executemany(
        "insert into case_words (district_id, case_id, actor, description, place, action, condition, origin, contact)"
        " values (:district_id, :id, '', :description, :place, '', '', 'patrol', '')",
        cases,
    )
    connection.executemany(
        "insert into case_handling (district_id, case_id, grid, state, level, desk, version, orgs, is_open, due_ms,"
        " case_ms, wakes_ms, misfits, rank_ms) values (:district_id, :id, :grid, :state, :level, :desk, 3, :orgs,"
        " :is_open, :due_ms, :never_ms, :never_ms, 0, iif(:is_open, :due_ms, -:received_ms))",
        cases,
    )
    connection.executemany(
        "insert into case_queue (district_id, queue, state, rank_ms, case_id) values (?, ?, 'open', ?, ?)",
        [
            (DISTRICT, f"in:{each['grid'][:digits]}", each["due_ms"], each["id"])
            for each in cases
            if each["is_open"]
            for digits in (0, 9, 12, 15)
        ],
    )
    for place, each in _places(cases):
        words = stored((f"暴露垃圾 {each['matter'][-5:]}", each["place"], each["description"]))
        reach = reach_words(each["grid"], each["orgs"].split())
        put(connection, "case_index", place, words, reach)
        connection.execute(
            "insert into case_text (place, district_id, case_id, words, restricted, reach) values (?, ?, ?, ?, '', ?)",
            (place, DISTRICT, each["id"], words, reach),
        )
    connection.execute("commit")


def _places(cases: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    last = 0
    for each in cases:
        last = max((each["received_ms"] // 1000 - EPOCH_S) * PLACES_A_SECOND, last + 1)
        yield last, each


def _count(sums: dict[tuple[str, str, str], Counter[str]], drawn: random.Random, case: Mapping[str, Any]) -> None:
    month = time.strftime("%Y-%m", time.gmtime(case["received_ms"] / 1000))
    told = ["received", "filed", "void"] if case["state"] == "void" else ["received", "filed"]
    if case["state"] == "closed":
        told += ["closed", "handled", "due", *(("in_time",) if drawn.random() < 0.9 else ())]
        told.append(f"h{hours_bucket(int(drawn.expovariate(1 / 40)))}")
    for area in (DISTRICT, case["grid"][:9], case["grid"][:12]):
        for matter in ("", case["matter"]):
            sums[area, month, matter].update(told)


async def _measured(paths: Mapping[int, Path]) -> bool:
    async with AsyncExitStack() as running:
        sides = {count: await running.enter_async_context(open_side(path)) for count, path in paths.items()}
        kept = [
            await _search_said(f"{seat}: {name}", _finding(query, by), sides[CASES])
            for seat, by in SEATS.items()
            for name, query in QUERIES.items()
        ]
        kept += [await _ratio_said(name, ask, sides) for name, ask in _shown().items()]
        print(f"   map of a community: {'; '.join([await _of_map(side) for side in sides.values()])}")
    print(f"{sum(kept)} of {len(kept)} within their limits")
    return all(kept)


def _finding(query: str, by: Caller) -> Ask:
    async def ask(side: CaseApi) -> int:
        return len((await side.search.find(query, by, NOW_MS)).cases)

    return ask


def _shown() -> dict[str, Ask]:
    communities = [f"{DISTRICT}{street:03}{community:03}" for street in range(1, 11) for community in range(1, 13)]
    year = ("2025-12", "2026-11")

    async def statistics(side: CaseApi) -> None:
        await side.desk.figures([DISTRICT], year, by_matter=True)
        await side.desk.figures(communities, year)
        await side.desk.figures([DISTRICT], year)

    async def of_community(side: CaseApi) -> None:
        await side.desk.figures([GRID[:12]], ("2026-11", "2026-11"), by_matter=True)

    return {"statistics, district, a year": statistics, "statistics, community, a month": of_community}


async def _of_map(side: CaseApi) -> str:
    begun = time.perf_counter()
    places = await side.desk.open_places(GRID[:12])
    spent_ms = (time.perf_counter() - begun) * 1_000
    return f"{spent_ms:.1f} ms for {sum(each.cases for each in places):,} open cases"


async def _search_said(name: str, ask: Ask, side: CaseApi) -> bool:
    spent, cases = [], 0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        cases = await ask(side)
        spent.append((time.perf_counter() - begun) * 1_000)
    p95 = quantiles(spent, n=20)[-1]
    print(
        f"   {name}: p95 {p95:.1f} ms, median {sorted(spent)[ROUNDS // 2]:.1f} ms; {cases} cases of a page", flush=True
    )
    return p95 <= MOST_P95_MS


async def _ratio_said(name: str, ask: Ask, sides: Mapping[int, CaseApi]) -> bool:
    found: dict[int, list[float]] = {count: [] for count in sides}
    for _ in range(ROUNDS):
        for count, side in sides.items():
            begun = time.perf_counter()
            await ask(side)
            found[count].append((time.perf_counter() - begun) * 1_000)
    many, few = Figures(tuple(found[CASES])), Figures(tuple(found[FEW_CASES]))
    is_kept = ratio_said(name, many.median / few.median, most=MOST_RATIO)
    print(f"   {many.said('ms', 1)} over {few.said('ms', 1)}", flush=True)
    return is_kept
