"""The writer: what waits is committed together, one that fails fails alone, everybody is answered."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from sync.caseapi.errors import CodeRefused, Overloaded, StorageFailed, WorkFailed
from sync.caseapi.storage.sqlite.connection import connect_reading, connect_writing
from sync.caseapi.storage.sqlite.writer import Writer


class Faulty:
    """A connection that fails at chosen statements; everything else is the real one."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self._real = real
        self.fails: Callable[[str], Exception | None] = lambda _: None
        self.commits = 0

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if (fault := self.fails(sql)) is not None:
            raise fault
        self.commits += sql == "commit"
        return self._real.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Bench:
    """A writer over one table, which can be held still while work gathers."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        connection = connect_writing(path)
        connection.execute("create table held (n integer primary key check (n <> 13))")
        self.connection = Faulty(connection)
        self.gate = threading.Event()
        self.writer = Writer(lambda: self.connection, **options)  # type: ignore[arg-type,return-value]

    def hold(self) -> "Future[None]":
        """Keep the writer busy until the gate opens, so that what comes now waits together."""
        reached = threading.Event()

        def wait(_: sqlite3.Connection) -> None:
            reached.set()
            self.gate.wait(10)

        future = self.writer.submit(wait, is_alone=True)
        assert reached.wait(10)
        return future

    def put(self, n: int) -> "Future[int]":
        def work(connection: sqlite3.Connection) -> int:
            connection.execute("insert into held values (?)", (n,))
            return n

        return self.writer.submit(work)

    def held(self) -> list[int]:
        connection = connect_reading(self.path)
        rows = [n for (n,) in connection.execute("select n from held order by n")]
        connection.close()
        return rows


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    opened = Bench(tmp_path / "w.db")
    yield opened
    opened.gate.set()
    opened.writer.stop()


def outcome(future: "Future[Any]") -> Any:
    error = future.exception(10)
    return future.result() if error is None else error


def test_what_waits_together_is_one_commit(bench: Bench) -> None:
    bench.hold()
    futures = [bench.put(n) for n in range(10)]
    before = bench.connection.commits
    bench.gate.set()
    assert [future.result(10) for future in futures] == list(range(10))
    assert bench.connection.commits - before == 2


def test_one_that_breaks_a_constraint_fails_alone(bench: Bench) -> None:
    bench.hold()
    futures = [bench.put(n) for n in (12, 13, 14)]
    bench.gate.set()
    assert isinstance(outcome(futures[1]), WorkFailed)
    assert (outcome(futures[0]), outcome(futures[2]), bench.held()) == (12, 14, [12, 14])


def test_a_refusal_undoes_what_its_work_wrote(bench: Bench) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("insert into held values (7)")
        raise CodeRefused("no")

    assert isinstance(outcome(bench.writer.submit(work)), CodeRefused)
    assert bench.held() == []


def test_an_error_of_ours_fails_alone_too(bench: Bench) -> None:
    bench.hold()
    first, broken, last = bench.put(1), bench.writer.submit(lambda _: 1 // 0), bench.put(2)
    with capture_logs() as logs:
        bench.gate.set()
        assert isinstance(outcome(broken), WorkFailed)
    assert (outcome(first), outcome(last), bench.held()) == (1, 2, [1, 2])
    assert [each["event"] for each in logs] == ["work_failed"]


@pytest.mark.parametrize("sql", ["select * from nowhere", "select", "insert into held values ('x', 'y')"])
def test_a_statement_that_is_wrong_in_itself_is_a_fault_of_ours(bench: Bench, sql: str) -> None:
    assert isinstance(outcome(bench.writer.submit(lambda connection: connection.execute(sql))), WorkFailed)


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), MemoryError(), sqlite3.OperationalError("database is locked")]
)
def test_what_the_machine_refuses_to_one_is_no_fault_of_ours(bench: Bench, fault: Exception) -> None:
    def refused(_: object) -> None:
        raise fault

    with capture_logs() as logs:
        assert isinstance(outcome(bench.writer.submit(refused)), StorageFailed)
    assert [each["event"] for each in logs] == ["storage_refused"]
    assert (bench.put(1).result(10), bench.held()) == (1, [1])


def test_a_commit_that_fails_fails_all_of_it_and_the_next_one_works(bench: Bench) -> None:
    bench.hold()
    futures = [bench.put(n) for n in (1, 2)]
    bench.connection.fails = lambda sql: sqlite3.OperationalError("disk I/O error") if sql == "commit" else None
    bench.gate.set()
    assert [type(outcome(future)) for future in futures] == [StorageFailed, StorageFailed]
    bench.connection.fails = lambda _: None
    assert (bench.put(3).result(10), bench.held()) == (3, [3])


def test_a_disk_that_fills_up_in_the_middle_fails_all_of_it(bench: Bench) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("rollback")
        raise sqlite3.OperationalError("database or disk is full")

    bench.hold()
    futures = [bench.put(1), bench.writer.submit(full), bench.put(2)]
    bench.gate.set()
    assert [type(outcome(future)) for future in futures] == [StorageFailed] * 3
    assert bench.held() == []


def test_a_transaction_that_cannot_begin_fails_its_waiters(bench: Bench) -> None:
    bench.connection.fails = lambda sql: sqlite3.OperationalError("locked") if sql == "begin immediate" else None
    assert isinstance(outcome(bench.put(1)), StorageFailed)


def test_a_full_queue_sends_away(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "w.db", queue_length=2)
    bench.hold()
    waiting = [bench.put(1), bench.put(2)]
    with pytest.raises(Overloaded):
        bench.put(3)
    bench.gate.set()
    bench.writer.stop()
    assert [outcome(future) for future in waiting] == [1, 2]


def test_stopping_finishes_what_waits_and_refuses_what_comes(bench: Bench) -> None:
    bench.hold()
    waiting = bench.put(1)
    stopper = threading.Thread(target=bench.writer.stop)
    stopper.start()
    bench.gate.set()
    stopper.join(10)
    assert (outcome(waiting), bench.held()) == (1, [1])
    with pytest.raises(StorageFailed):
        bench.put(2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_of_a_fault_of_ours_answers_everybody_and_takes_no_more(tmp_path: Path) -> None:
    def die(_: object) -> None:
        raise ZeroDivisionError

    bench = Bench(tmp_path / "dying.db", on_commit=die)
    committed = bench.hold()
    waiting = [bench.put(1), bench.put(2)]
    bench.gate.set()
    assert committed.result(10) is None
    assert [type(future.exception(10)) for future in waiting] == [StorageFailed] * 2
    with pytest.raises(StorageFailed):
        bench.put(3)
    assert not bench.writer.is_running
    bench.writer.stop()


def test_work_whose_waiter_left_is_not_done(bench: Bench) -> None:
    bench.hold()
    left, stayed = bench.put(1), bench.put(2)
    assert left.cancel()
    bench.gate.set()
    assert (stayed.result(10), bench.held()) == (2, [2])


def test_nobody_is_answered_before_the_hook_of_the_commit(tmp_path: Path) -> None:
    seen: list[tuple[list[int], list[int]]] = []
    bench = Bench(tmp_path / "w.db", on_commit=lambda results: seen.append((list(results), bench.held())))
    assert bench.put(1).result(10) == 1
    bench.writer.stop()
    assert seen == [([1], [1])]


def test_the_writing_connection_is_set_up_as_promised(tmp_path: Path) -> None:
    connection = connect_writing(tmp_path / "w.db")
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    values = [connection.execute(f"pragma {name}").fetchone()[0] for name in pragmas]
    connection.close()
    assert values == ["wal", 2, 1, 0]


def test_a_reading_connection_cannot_write(bench: Bench) -> None:
    connection = connect_reading(bench.path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("insert into held values (1)")
    connection.close()


async def test_who_waits_on_an_event_loop_is_told_the_outcome_of_its_own_work(bench: Bench) -> None:
    def refuse(_: sqlite3.Connection) -> None:
        raise CodeRefused("no")

    bench.hold()
    first, refused = asyncio.create_task(bench.writer.run(lambda _: 1)), asyncio.create_task(bench.writer.run(refuse))
    given_up = asyncio.create_task(bench.writer.run(lambda c: c.execute("insert into held values (5)").lastrowid))
    await asyncio.sleep(0)
    given_up.cancel()
    bench.gate.set()
    assert await first == 1
    with pytest.raises(CodeRefused):
        await refused
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert bench.held() == []


async def test_only_work_of_its_own_counts_as_such(bench: Bench) -> None:
    await bench.writer.run(lambda _: None)
    before = bench.writer.alone_commits
    await bench.writer.run(lambda _: None, is_alone=True)
    assert (before, bench.writer.alone_commits) == (0, 1)
