"""The one thread that owns the writing connection: every change of the database is a named transaction in it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sync.tablet.errors import StoreClosed
from sync.tablet.store.connections import Connection, Error, translated

T = TypeVar("T")

CHECKPOINT_EVERY = 64
"""Transactions after which the log is folded back, behind the save that was last, so that no save waits for it."""


class Writer:
    """Runs changes one after another, each in its own transaction, in the order they were submitted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")
        self._since_checkpoint = 0

    def submit(self, name: str, change: Callable[[Connection], T]) -> Future[T]:
        """Run a change in one transaction; its result is there once it is on disk.

        Args:
            name: what the change does, for the sentence of an error: ``saving a record``.
            change: gets the connection inside the transaction; what it raises undoes everything.

        Raises:
            StoreClosed: the writer was closed.
        """
        try:
            return self._thread.submit(self._transact, name, change)
        except RuntimeError as exc:
            raise StoreClosed(f"{name}: the database is closed") from exc

    def run(self, name: str, change: Callable[[Connection], T]) -> T:
        """Run a change in one transaction and return its result once it is on disk.

        Raises:
            StoreError: nothing was changed; the code says why.
        """
        return self.submit(name, change).result()

    def compact(self) -> None:
        """Write the whole file anew without what was deleted from it, and empty the log.

        Raises:
            StoreError: it could not be written.
        """
        try:
            self._thread.submit(self._compact).result()
        except RuntimeError as exc:
            raise StoreClosed("compacting: the database is closed") from exc
        except Error as exc:
            raise translated(exc, "compacting the database") from exc

    def close(self) -> None:
        """Finish what was submitted, fold the log back into the database and close the connection."""
        self._thread.shutdown(wait=True)
        try:
            self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        except Error:
            # What is committed stays in the log, and the next start folds it back.
            pass
        finally:
            self._connection.close()

    def _transact(self, name: str, change: Callable[[Connection], T]) -> T:
        with transaction(self._connection, name):
            result = change(self._connection)
        self._since_checkpoint += 1
        if self._since_checkpoint >= CHECKPOINT_EVERY:
            self._since_checkpoint = 0
            self._checkpoint_behind()
        return result

    def _checkpoint_behind(self) -> None:
        try:
            self._thread.submit(self._checkpoint)
        except RuntimeError:
            return  # closing, which checkpoints itself

    def _compact(self) -> None:
        self._connection.execute("vacuum")
        self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()

    def _checkpoint(self) -> None:
        try:
            self._connection.execute("pragma wal_checkpoint(passive)").fetchone()
        except Error:
            return  # the log only grows; a full disk is told by the next save


@contextmanager
def transaction(connection: Connection, name: str) -> Iterator[None]:
    """Hold one write transaction: committed at the end, undone by whatever is raised inside.

    Raises:
        StoreError: the database refused; nothing was changed.
    """
    try:
        connection.execute("begin immediate")
        yield
        connection.execute("commit")
    except Error as exc:
        _undo(connection)
        raise translated(exc, name) from exc
    except BaseException:
        _undo(connection)
        raise


def _undo(connection: Connection) -> None:
    if not connection.in_transaction:
        return  # a full disk makes SQLite undo by itself
    try:
        connection.execute("rollback")
    except Error as exc:
        raise translated(exc, "undoing a transaction") from exc
