"""Too much at once is sent away with a time, before memory or the others suffer; whoever waits is always answered."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from sync.caseapi.api.pace import KEPT_DEVICES, DevicePace
from sync.caseapi.api.problems import TooManyInFlight
from sync.caseapi.app import make_app
from sync.caseapi.errors import Overloaded
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.writer import Writer
from sync.wire import encode_message
from tests.sync.caseapi.harness import ORIGIN, Clock, Desk

DEVICE, OTHER = UUID(int=1), UUID(int=2)


class Held:
    """A writer whose first piece of work lasts until it is let go."""

    def __init__(self, path: Path, **options: int) -> None:
        self.writer = Writer(lambda: connect_writing(path), retry_after_s=lambda: 4, **options)
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
    with pytest.raises(Overloaded) as refused:
        await waiting[2]
    assert refused.value.retry_after_s == 4
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
    pace = DevicePace(60, clock, lambda: 3)
    for _ in range(60):
        pace.admit(DEVICE)
    with pytest.raises(TooManyInFlight) as refused:
        pace.admit(DEVICE)
    assert refused.value.retry_after_s == 3
    pace.admit(OTHER)
    clock.now_ms += 1_000
    pace.admit(DEVICE)


def test_a_clock_set_back_refills_nothing_and_refuses_nobody_for_ever() -> None:
    clock = Clock()
    pace = DevicePace(60, clock, lambda: 1)
    pace.admit(DEVICE)
    clock.now_ms -= 86_400_000
    for _ in range(59):
        pace.admit(DEVICE)
    clock.now_ms += 60_000
    pace.admit(DEVICE)


def test_no_bound_means_none_and_devices_are_forgotten() -> None:
    unbounded = DevicePace(0, Clock(), lambda: 1)
    for _ in range(5_000):
        unbounded.admit(DEVICE)
    pace = DevicePace(1, Clock(), lambda: 1)
    pace.admit(DEVICE)
    for other in range(KEPT_DEVICES):
        pace.admit(UUID(int=10 + other))
    pace.admit(DEVICE)


async def test_the_answer_to_too_many_exchanges_names_a_time(desk: Desk) -> None:
    tablet = await desk.tablet()
    transport = httpx.ASGITransport(make_app(desk.case_api, exchanges_per_minute=2))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as tablet.client:
        answers = [await tablet.post(encode_message(tablet.request())) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "E-RATE"
    assert 1 <= int(answers[2].headers["retry-after"]) <= 5
