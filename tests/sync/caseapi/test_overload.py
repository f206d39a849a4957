"""Too much at once is sent away with a time, before memory or the others suffer; whoever waits is always answered."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import pytest

from sync.caseapi.api.exchange import MAX_IN_FLIGHT
from sync.caseapi.api.pace import KEPT_DEVICES, DevicePace
from sync.caseapi.api.problems import RETRY_AFTER_S, SPREAD_S, TooManyInFlight, headers_of, spread_s
from sync.caseapi.app import make_app
from sync.caseapi.errors import Overloaded, SignInPaused, StorageFailed
from sync.caseapi.service.exchange import ExchangeService
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.writer import Writer
from sync.wire import SyncReply, encode_message
from tests.sync.caseapi.harness import ORIGIN, Clock, Desk

DEVICE, OTHER = UUID(int=1), UUID(int=2)


@asynccontextmanager
async def served_spread(desk: Desk, *, exchanges_per_minute: int = 0) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the tablets alone, with chance that is the same each time."""
    app = make_app(
        desk.case_api,
        exchanges_per_minute=exchanges_per_minute,
        has_desk=False,
        spread=partial(spread_s, chance=Random(1)),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client


def assert_spread(answers: Sequence[httpx.Response], at_least_s: int) -> None:
    """Assert that answers name times that differ and stay within bounds."""
    waits = [int(answer.headers["retry-after"]) for answer in answers]
    assert len(set(waits)) > 1
    assert all(at_least_s <= wait <= at_least_s + SPREAD_S for wait in waits)


class Held:
    """A writer whose first piece of work lasts until it is let go."""

    def __init__(self, path: Path, **options: int) -> None:
        self.writer = Writer(lambda: connect_writing(path), **options)
        self.let_go, self.runs = threading.Event(), threading.Event()

    async def block(self) -> "asyncio.Task[object]":
        def wait(connection: sqlite3.Connection) -> None:
            self.runs.set()
            self.let_go.wait()

        task = asyncio.create_task(self.writer.run(wait))
        await asyncio.to_thread(self.runs.wait)
        return task

    async def wait_with(self, size_bytes: int) -> "asyncio.Task[str]":
        task = asyncio.create_task(self.writer.run(lambda _: "done", size_bytes=size_bytes))
        await asyncio.sleep(0)
        return task


async def test_bytes_that_wait_are_bounded_and_everybody_is_answered(tmp_path: Path) -> None:
    held = Held(tmp_path / "w.db", queue_bytes=100)
    first = await held.block()
    waiting = [await held.wait_with(size) for size in (60, 40, 1)]
    with pytest.raises(Overloaded):
        await waiting[2]
    assert held.writer.load == 1.0
    held.let_go.set()
    assert await asyncio.gather(first, *waiting[:2]) == [None, "done", "done"]
    assert await (await held.wait_with(100)) == "done"
    assert held.writer.load == 0.0
    held.writer.stop()


async def test_a_single_large_exchange_is_always_taken(tmp_path: Path) -> None:
    held = Held(tmp_path / "w.db", queue_bytes=10)
    assert await (await held.wait_with(1_000)) == "done"
    held.writer.stop()


async def test_a_busy_server_asks_those_with_more_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = await desk.tablet()
    assert (await tablet.sync()).retry_after_s == 0
    monkeypatch.setattr(Writer, "load", 0.9)
    waits = {(await tablet.sync()).retry_after_s for _ in range(8)}
    assert len(waits) > 1
    assert all(1 <= wait <= 5 for wait in waits)


def test_a_device_that_comes_too_often_is_sent_away_alone_and_let_in_again() -> None:
    clock = Clock()
    pace = DevicePace(60, clock)
    for _ in range(60):
        pace.admit(DEVICE)
    with pytest.raises(TooManyInFlight):
        pace.admit(DEVICE)
    pace.admit(OTHER)
    clock.now_ms += 1_000
    pace.admit(DEVICE)


def test_a_clock_set_back_refills_nothing_and_refuses_nobody_for_ever() -> None:
    clock = Clock()
    pace = DevicePace(60, clock)
    pace.admit(DEVICE)
    clock.now_ms -= 86_400_000
    for _ in range(59):
        pace.admit(DEVICE)
    clock.now_ms += 60_000
    pace.admit(DEVICE)


def test_no_bound_means_none_and_devices_are_forgotten() -> None:
    unbounded = DevicePace(0, Clock())
    for _ in range(5_000):
        unbounded.admit(DEVICE)
    pace = DevicePace(1, Clock())
    pace.admit(DEVICE)
    for other in range(KEPT_DEVICES):
        pace.admit(UUID(int=10 + other))
    pace.admit(DEVICE)


async def test_the_answer_to_too_many_exchanges_names_a_time_and_not_always_the_same(desk: Desk) -> None:
    tablet = await desk.tablet()
    async with served_spread(desk, exchanges_per_minute=2) as tablet.client:
        answers = [await tablet.post(encode_message(tablet.request())) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [200, 200, *[429] * 10]
    assert answers[2].json()["code"] == "E-RATE"
    assert_spread(answers[2:], RETRY_AFTER_S)


async def test_too_many_under_way_are_sent_away_for_times_that_differ(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await desk.tablet()
    let_go = asyncio.Event()

    async def slow(*_: object) -> SyncReply:
        await let_go.wait()
        raise StorageFailed("the database is being closed")

    monkeypatch.setattr(ExchangeService, "exchange", slow)
    async with served_spread(desk) as tablet.client:
        body = encode_message(tablet.request())
        under_way = [asyncio.create_task(tablet.post(body)) for _ in range(MAX_IN_FLIGHT + 10)]
        sent_away = [await each for _, each in zip(range(10), asyncio.as_completed(under_way), strict=False)]
        let_go.set()
        answers = await asyncio.gather(*under_way)
    assert {answer.status_code for answer in sent_away} == {429}
    assert_spread(sent_away, RETRY_AFTER_S)
    failed = [answer for answer in answers if answer.status_code == 503]
    assert len(failed) == MAX_IN_FLIGHT
    assert_spread(failed, RETRY_AFTER_S)


async def test_a_full_queue_sends_tablets_away_for_times_that_differ(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await desk.tablet()

    async def full(*_: object) -> SyncReply:
        raise Overloaded("too many exchanges wait")

    monkeypatch.setattr(ExchangeService, "exchange", full)
    async with served_spread(desk) as tablet.client:
        answers = [await tablet.post(encode_message(tablet.request())) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {503}
    assert_spread(answers, 1)


@pytest.mark.parametrize(("at_least_s", "at_most_s"), [(0, 4), (1, 5), (2, 6), (8, 12), (20, 30), (900, 1350)])
def test_a_wait_is_spread_over_all_seconds_between_its_bounds(at_least_s: int, at_most_s: int) -> None:
    chance = Random(1)
    waits = {spread_s(at_least_s, chance) for _ in range(8_000)}
    assert waits == set(range(at_least_s, at_most_s + 1))


def test_two_servers_do_not_draw_the_same_waits() -> None:
    assert [spread_s(900) for _ in range(10)] != [spread_s(900) for _ in range(10)]


@pytest.mark.parametrize(
    "error", [Overloaded("busy", 20), SignInPaused("wrong", 20), TooManyInFlight("often"), StorageFailed("full")]
)
def test_every_wait_that_is_sent_is_spread(error: Exception) -> None:
    least_s = int(headers_of(error, "/", int)["retry-after"])
    assert least_s in (RETRY_AFTER_S, 20)
    assert headers_of(error, "/", lambda at_least_s: at_least_s + 7)["retry-after"] == str(least_s + 7)
