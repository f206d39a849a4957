"""The thread that writes to PostgreSQL: as in SQLite, what waits together is committed together.

Other processes write the same database. Where two stand in each other's way, PostgreSQL ends one transaction, and it
is run again; whatever a piece of work reads, it reads anew.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import FAILED, is_of_storage
from sync.caseapi.storage.postgres.session import Session
from sync.caseapi.storage.sqlite.writer import QUEUE_BYTES, QUEUE_LENGTH, Writer, _Job

TRIES = 5
"""How often a transaction is run before its waiters are told that it failed: the one in whose way it stood is done."""


class PostgresWriter(Writer):
    """Runs pieces of work in transactions of one session, in the order given, those of a group by stream."""

    _failures: ClassVar[tuple[type[Exception], ...]] = (StorageFailed, *FAILED)

    def __init__(
        self,
        session: Session,
        *,
        on_commit: Callable[[Sequence[Any]], object] = len,
        queue_length: int = QUEUE_LENGTH,
        queue_bytes: int = QUEUE_BYTES,
    ) -> None:
        """Start the thread; see `Writer`."""
        self._session = session
        super().__init__(
            lambda: cast(Any, session),
            on_commit=on_commit,
            queue_length=queue_length,
            queue_bytes=queue_bytes,
            is_of_storage=is_of_storage,
        )

    def _committed(self, jobs: list[_Job]) -> list[Any]:
        # Every process takes the streams of a group in one order, and so does the judge: none waits in a circle.
        jobs.sort(key=lambda job: getattr(job.work, "stream", b""))
        for _ in range(TRIES - 1):
            try:
                return self._transaction(jobs)
            except self._failures:
                if not self._session.is_worth_again:
                    raise
                self._session.roll_back()
        return self._transaction(jobs)

    def _transaction(self, jobs: Sequence[_Job]) -> list[Any]:
        self._session.begin()
        outcomes = [self._run_one(job) for job in jobs]
        self._session.commit()
        return outcomes

    def _roll_back(self) -> None:
        self._session.roll_back()

    def _rest(self) -> None:
        """Do nothing: the server folds its log by itself."""

    def _close(self) -> None:
        self._session.close()

    def _settle(self) -> None:
        """Do nothing: the server's log is its own."""
