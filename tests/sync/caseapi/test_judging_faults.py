"""A fault of the program in judging: the record it fails by is told as such, nobody else waits for it."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from sync.caseapi.errors import StorageFailed
from sync.caseapi.service import judging
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.reading import ReadRecord, read_record
from sync.caseapi.storage.judged import Unjudged
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.records import KINDS, CaseReport
from sync.records.base import Kind
from tests.contracts.storages import ENGINES
from tests.sync.caseapi.harness import Clock, Desk, Tablet, open_case_api, prepare

BLANK = "\u200b"
ON_BOTH = pytest.mark.parametrize("engine", ENGINES)


def unruled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reports say nothing where they must say something, as they could before there was such a rule."""
    monkeypatch.setitem(KINDS, "case_report", Kind("case_report", 1, CaseReport))


async def told(tablet: Tablet) -> dict[str, tuple[str, str, str]]:
    """Return what a tablet's own feed says: id to verdict, reason and sentence."""
    page = (await tablet.sync(feeds={})).feeds[f"device:{tablet.device}"]
    bodies = {entry.id: msgspec.json.decode(entry.body) for entry in page.entries}
    return {name: (body["verdict"], body.get("reason", ""), body.get("sentence", "")) for name, body in bodies.items()}


@ON_BOTH
async def test_a_record_that_no_case_can_begin_with_stops_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet, other = await desk.tablet(), await desk.tablet()
    before = tablet.case()
    bad = tablet.case(self_resolved=True, action=BLANK)
    after, elsewhere = tablet.case(), other.case()
    for each in (tablet, other):
        await each.sync()
    with monkeypatch.context() as unmended, capture_logs() as logs:
        unruled(unmended)
        assert await desk.fold() == 4
    assert {row.id for row in await desk.case_api.desk.cases()} == {before, after, elsewhere}
    assert await told(tablet) == {str(bad): ("quarantined", "not_judged", "")}
    assert [each["n"] for each in logs if each["event"] == "record_set_apart"] == [2]
    verdicts = (await tablet.sync()).verdicts
    assert [(each.verdict, each.reason) for each in verdicts] == [
        ("duplicate", None),
        ("quarantined", "not_judged"),
        ("duplicate", None),
    ]
    assert [(row.reason, row.records) for row in await desk.case_api.desk.quarantined()] == [("not_judged", 1)]
    await desk.case_api.storage.judging.learn("a mended program")
    await desk.fold()
    assert (await told(tablet))[str(bad)][:2] == ("quarantined", "bad_shape")


async def test_the_loop_goes_on_and_a_mended_program_judges_what_was_set_apart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Lives.moved
    tablet = await desk.tablet()
    bad = tablet.case()

    def faulty(lives: Lives, kept: Any, rows: Any) -> Any:
        if kept.row.id == bad:
            raise KeyError("a fault of ours")
        return moved(lives, kept, rows)

    monkeypatch.setattr(Lives, "moved", faulty)
    running = asyncio.create_task(desk.case_api.judging.run())
    await tablet.sync()
    async with asyncio.timeout(20):
        while not await told(tablet):
            await asyncio.sleep(0)
        good = tablet.case()
        await tablet.sync()
        while not await desk.case_api.desk.cases():
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [row.id for row in await desk.case_api.desk.cases()] == [good]
    monkeypatch.setattr(Lives, "moved", moved)
    await desk.case_api.storage.judging.learn("a mended program")
    await desk.fold()
    assert {row.id for row in await desk.case_api.desk.cases()} == {bad, good}
    assert await told(tablet) == {str(bad): ("stored", "", "")}


@ON_BOTH
async def test_a_record_that_the_program_cannot_even_read_is_named_by_its_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await desk.tablet()
    tablet.check_in()
    tablet.check_in()

    def faulty(source: Unjudged) -> ReadRecord:
        if source.n == 1:
            raise RecursionError("a fault of ours")
        return read_record(source)

    faulty.cache_clear = read_record.cache_clear  # type: ignore[attr-defined]
    monkeypatch.setattr(judging, "read_record", faulty)
    await tablet.sync()
    assert await desk.fold() == 2
    assert await told(tablet) == {f"{tablet.stream}:1": ("quarantined", "not_judged", "")}


async def test_a_record_that_repeats_another_one_leaves_that_one_as_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, clone = await desk.tablet(), await desk.tablet()
    case = first.case()
    clone.records = list(first.records)
    await first.sync()
    await desk.fold()
    await clone.sync()

    def faulty(*_: object) -> None:
        raise KeyError("a fault of ours")

    with monkeypatch.context() as unmended:
        unmended.setattr(judging._Bench, "repeat", faulty)
        assert await desk.fold() == 1
    assert await told(clone) == {f"{clone.stream}:1": ("quarantined", "not_judged", "")}
    assert await told(first) == {}
    assert [row.id for row in await desk.case_api.desk.cases()] == [case]


async def test_what_was_set_apart_can_be_withdrawn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = await desk.tablet()
    bad = tablet.case(self_resolved=True, action=BLANK)
    await tablet.sync()
    with monkeypatch.context() as unmended:
        unruled(unmended)
        await desk.fold()
    tablet.void(bad)
    await tablet.sync()
    await desk.fold()
    assert await told(tablet) == {str(bad): ("stored", "superseded", "")}
    assert await desk.case_api.desk.cases() == []


class Refusing(sqlite3.Connection):
    """A writing connection whose disk fills up at some statements."""

    is_full: Callable[[str], bool] = staticmethod(lambda _: False)
    ends_all = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if Refusing.is_full(sql):
            if Refusing.ends_all:
                super().execute("rollback")
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, parameters)


def refusing(path: Path, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    real = sqlite3.connect
    with monkeypatch.context() as connecting:
        connecting.setattr(sqlite3, "connect", lambda *args, **given: real(*args, factory=Refusing, **given))
        return connect_writing(path)


@pytest.mark.parametrize("ends_all", [False, True])
async def test_a_full_disk_sets_nothing_apart_and_all_is_judged_once_there_is_room(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, ends_all: bool
) -> None:
    monkeypatch.setattr(Refusing, "ends_all", ends_all)
    path = prepare(tmp_path / "case.db", clock)
    desk = Desk(open_case_api(path, clock, connect=lambda at: refusing(at, monkeypatch)), clock)
    await desk.import_small_district()
    async with desk.serving():
        tablet = await desk.tablet()
        cases = {tablet.case(), tablet.case()}
        await tablet.sync()
        with monkeypatch.context() as full:
            full.setattr(Refusing, "is_full", staticmethod(lambda sql: sql.startswith("insert into case_event")))
            with capture_logs() as logs, pytest.raises(StorageFailed):
                await desk.fold()
        assert not [each for each in logs if each["event"] in ("work_failed", "record_set_apart")]
        assert (await desk.case_api.desk.lag()).records == 2
        await desk.fold()
        assert {row.id for row in await desk.case_api.desk.cases()} == cases
        assert await told(tablet) == {}
    await desk.case_api.storage.close()
