"""The thread that writes to PostgreSQL: as in SQLite, what waits together is committed together.

Other processes write the same database. Where two stand in each other's way, PostgreSQL ends one transaction, and it
is run again; whatever a piece of work reads, it reads anew.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import structlog

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import FAILED
from sync.caseapi.storage.postgres.session import Session
from sync.caseapi.storage.sqlite.writer import QUEUE_BYTES, QUEUE_LENGTH, Writer, _Job

TRIES = 5
"""How often a transaction is run before its waiters are told that it failed: the one in whose way it stood is done."""

log = structlog.get_logger("caseapi.writer")


class PostgresWriter(Writer):
    """Runs pieces of work in transactions of one session, in the order given, those of a group by stream."""

    def __init__(
        self,
        session: Session,
        *,
        on_commit: Callable[[Sequence[Any]], object] = len,
        queue_length: int = QUEUE_LENGTH,
        queue_bytes: int = QUEUE_BYTES,
        retry_after_s: Callable[[], int] = lambda: 1,
    ) -> None:
        """Start the thread; see `Writer`."""
        self._session = session
        super().__init__(
            lambda: cast(Any, session),
            on_commit=on_commit,
            queue_length=queue_length,
            queue_bytes=queue_bytes,
            retry_after_s=retry_after_s,
        )

    def _run(self) -> None:
        try:
            while (jobs := self._next_group()) is not None:
                self._run_group(jobs)
        finally:
            with self._lock:
                self._is_stopping = True
            self._answer_left()
            self._session.close()

    def _next_job(self) -> _Job | None:
        if self._put_back is not None:
            job, self._put_back = self._put_back, None
            return job
        return self._waiting.get()

    def _run_group(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        # Every process takes the streams of a group in one order, and so does the judge: none waits in a circle.
        jobs.sort(key=lambda job: getattr(job.work, "stream", b""))
        try:
            outcomes = self._tried(jobs)
        except (StorageFailed, *FAILED) as exc:
            log.error("transaction_failed", jobs=len(jobs), error=str(exc))
            self._session.roll_back()
            self._answer(jobs, [StorageFailed(f"the database could not commit: {exc}")] * len(jobs))
            return
        self.commits += 1
        self.alone_commits += jobs[0].is_alone
        try:
            self._on_commit([outcome for outcome in outcomes if not isinstance(outcome, Exception)])
        finally:
            self._answer(jobs, outcomes)

    def _tried(self, jobs: Sequence[_Job]) -> list[Any]:
        for _ in range(TRIES - 1):
            try:
                return self._transaction(jobs)
            except (StorageFailed, *FAILED):
                if not self._session.is_worth_again:
                    raise
                self._session.roll_back()
        return self._transaction(jobs)

    def _transaction(self, jobs: Sequence[_Job]) -> list[Any]:
        self._session.begin()
        outcomes = [self._run_one(job) for job in jobs]
        self._session.commit()
        return outcomes
