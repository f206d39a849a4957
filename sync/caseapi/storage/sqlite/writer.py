"""The thread that owns the writing connection: what waits together is committed together.

Every piece of work runs in its own savepoint, so that one that fails takes no other with it, and every waiter is
answered on every path: done, failed alone, failed with the whole transaction, or stopped.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import structlog

from sync.caseapi.errors import CaseApiError, Overloaded, StorageFailed, WorkFailed
from sync.caseapi.storage.sqlite.faults import is_of_storage

_Result = TypeVar("_Result")
_Outcome = tuple["asyncio.Future[Any]", Any]

QUEUE_LENGTH = 2_048
"""Most pieces of work that wait: all tablets of a district at once, and half as many again. More is told to wait."""

QUEUE_BYTES = 64 * 1024 * 1024
"""Most bytes of records that wait: twice those of all tablets of a district with 40 records each."""

GROUP_LENGTH = 256
"""Most pieces of work in one transaction; keeps the memory and the wait of the first one bounded."""

IDLE_S = 1.0
"""Silence after which the writer moves the log into the database, so that the work of the day never waits for it."""

log = structlog.get_logger("caseapi.writer")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: "Future[Any] | asyncio.Future[Any]"
    is_alone: bool
    size_bytes: int = 0

    def is_wanted(self) -> bool:
        """Tell whether somebody still waits, as the work begins."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()


class Writer:
    """Runs pieces of work on the writing connection, in the order given."""

    _failures: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error, StorageFailed)
    """What ends a transaction."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        on_commit: Callable[[Sequence[Any]], object] = len,
        queue_length: int = QUEUE_LENGTH,
        queue_bytes: int = QUEUE_BYTES,
        is_of_storage: Callable[[Exception], bool] = is_of_storage,
    ) -> None:
        """Start the thread.

        Args:
            on_commit: called in the thread with the results of a committed group, before anybody is answered.
            is_of_storage: tells an error by which the storage refuses from one of the program.
        """
        self.commits = 0
        self.alone_commits = 0
        """Those of them that were work of its own: while it stays, nothing but exchanges was written."""
        self._on_commit = on_commit
        self.is_of_storage = is_of_storage
        self._waiting: queue.Queue[_Job | None] = queue.Queue(queue_length)
        self._waiting_bytes, self._queue_bytes = 0, queue_bytes
        self._put_back: _Job | None = None
        self._is_stopping = self._is_settling = False
        self._lock = threading.Lock()
        self._connection = connect()
        self._thread = threading.Thread(target=self._run, name="caseapi-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], _Result], *, is_alone: bool = False) -> "Future[_Result]":
        """Queue a piece of work.

        Args:
            is_alone: run it in a transaction of its own; for work that is large or not an exchange.

        Raises:
            Overloaded: the queue is full.
            StorageFailed: the writer has stopped.

        The future raises what the work raised, `StorageFailed` when the storage refused, `WorkFailed` for a fault of
        the program.
        """
        future: Future[_Result] = Future()
        self._queue(_Job(work, future, is_alone))
        return future

    async def run(
        self, work: Callable[[sqlite3.Connection], _Result], *, is_alone: bool = False, size_bytes: int = 0
    ) -> _Result:
        """Queue a piece of work, as `submit` does, and wait for it on the event loop.

        A group's waiters are told together: one wake of the loop, not one for each.

        Args:
            size_bytes: memory that it holds while it waits.
        """
        future: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        self._queue(_Job(work, future, is_alone, size_bytes))
        return await future

    async def settle(self) -> None:
        """Move the log into the database and empty it, unless somebody reads; returns when that was tried."""

        def wish(_: sqlite3.Connection) -> None:
            self._is_settling = True

        await self.run(wish, is_alone=True)

    @property
    def load(self) -> float:
        """Return how full the queue is, from 0 to 1."""
        return max(self._waiting.qsize() / self._waiting.maxsize, self._waiting_bytes / self._queue_bytes)

    @property
    def is_running(self) -> bool:
        """Tell whether work is still taken."""
        return self._thread.is_alive() and not self._is_stopping

    def stop(self) -> None:
        """Finish what waits, then close the connection; safe to call twice."""
        with self._lock:
            was_stopping, self._is_stopping = self._is_stopping, True
        if not was_stopping:
            self._waiting.put(None)
        self._thread.join()

    def _queue(self, job: _Job) -> None:
        with self._lock:
            if self._is_stopping:
                raise StorageFailed("the database is being closed")
            if job.size_bytes and self._waiting_bytes and self._waiting_bytes + job.size_bytes > self._queue_bytes:
                raise Overloaded("too many bytes wait")
            try:
                self._waiting.put_nowait(job)
            except queue.Full as exc:
                raise Overloaded("too many exchanges wait") from exc
            self._waiting_bytes += job.size_bytes

    def _run(self) -> None:
        try:
            while (jobs := self._next_group()) is not None:
                self._run_group(jobs)
        finally:
            with self._lock:
                self._is_stopping = True
            self._answer_left()
            self._close()

    def _next_group(self) -> list[_Job] | None:
        first = self._next_job()
        if first is None:
            return None
        group = [first]
        while not first.is_alone and len(group) < GROUP_LENGTH:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._waiting.put(None)
                break
            if job.is_alone:
                self._put_back = job
                break
            group.append(job)
        with self._lock:
            self._waiting_bytes -= sum(job.size_bytes for job in group)
        return [job for job in group if job.is_wanted()]

    def _next_job(self) -> _Job | None:
        if self._put_back is not None:
            job, self._put_back = self._put_back, None
            return job
        try:
            return self._waiting.get(timeout=IDLE_S)
        except queue.Empty:
            self._rest()
            return self._waiting.get()

    def _run_group(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        try:
            outcomes = self._committed(jobs)
        except self._failures as exc:
            log.error("transaction_failed", jobs=len(jobs), error=str(exc))
            self._roll_back()
            self._answer(jobs, [StorageFailed(f"the database could not commit: {exc}")] * len(jobs))
            return
        self.commits += 1
        self.alone_commits += jobs[0].is_alone
        self._settle()
        try:
            self._on_commit([outcome for outcome in outcomes if not isinstance(outcome, Exception)])
        finally:
            self._answer(jobs, outcomes)

    def _committed(self, jobs: list[_Job]) -> list[Any]:
        """Run pieces of work in one transaction, and return what came of each; an engine may put them in order."""
        self._connection.execute("begin immediate")
        outcomes = [self._run_one(job) for job in jobs]
        self._connection.execute("commit")
        return outcomes

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("rollback")

    def _rest(self) -> None:
        """Use a silence."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("pragma wal_checkpoint(passive)")

    def _close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()

    def _settle(self) -> None:
        if self._is_settling:
            self._is_settling = False
            with contextlib.suppress(sqlite3.Error):
                # Nobody's exchange waits for somebody who reads.
                (waited_ms,) = self._connection.execute("pragma busy_timeout").fetchone()
                self._connection.execute("pragma busy_timeout = 0")
                self._connection.execute("pragma wal_checkpoint(truncate)")
                self._connection.execute(f"pragma busy_timeout = {waited_ms}")

    def _run_one(self, job: _Job) -> Any:
        self._connection.execute("savepoint job")
        try:
            outcome = job.work(self._connection)
        except Exception as exc:
            if not self._connection.in_transaction:
                # A full disk or a read error ends the whole transaction, not this savepoint alone.
                raise StorageFailed(str(exc)) from exc
            outcome = _told_of(exc, is_of_storage=self.is_of_storage(exc))
            self._connection.execute("rollback to job")
        self._connection.execute("release job")
        return outcome

    def _answer(self, jobs: Sequence[_Job], outcomes: Sequence[Any]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
        for job, outcome in zip(jobs, outcomes, strict=True):
            if not isinstance(job.future, Future):
                by_loop.setdefault(job.future.get_loop(), []).append((job.future, outcome))
            elif isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)
        for loop, answered in by_loop.items():
            # A loop that was closed has nobody left who waits.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_tell, answered)

    def _answer_left(self) -> None:
        left: list[_Job | None] = [self._put_back]
        with contextlib.suppress(queue.Empty):
            while True:
                left.append(self._waiting.get_nowait())
        waiting = [job for job in left if job is not None and job.is_wanted()]
        self._answer(waiting, [StorageFailed("the database was closed")] * len(waiting))


def _told_of(exc: Exception, *, is_of_storage: bool) -> CaseApiError:
    """Return what the waiter of a piece of work is told of its error."""
    if isinstance(exc, CaseApiError):
        return exc
    if is_of_storage:
        log.error("storage_refused", error=repr(exc))
        return StorageFailed(f"a piece of work failed: {exc!r}")
    log.exception("work_failed", exc_info=exc)
    return WorkFailed(f"a piece of work failed: {exc!r}")


def _tell(answered: Sequence[_Outcome]) -> None:
    for future, outcome in answered:
        if future.done():
            continue  # cancelled while the work ran
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
