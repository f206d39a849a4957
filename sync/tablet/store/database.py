"""One open database: its writer, and as many reading connections as are used at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TypeVar

from sync.tablet.errors import StoreClosed
from sync.tablet.store.connections import Connection, Error, connect_reader, translated
from sync.tablet.store.writer import Writer

T = TypeVar("T")


class Database:
    """Reads from any thread, writes in the writer's thread."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self.writer = Writer(connection)
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._closed = False

    def write(self, name: str, change: Callable[[Connection], T]) -> T:
        """Run a change in one transaction and return its result once it is on disk.

        Raises:
            StoreError: nothing was changed; the code says why.
        """
        return self.writer.run(name, change)

    def compact(self) -> None:
        """Write the whole file anew without what was deleted from it.

        Raises:
            StoreError: it could not be written; nothing is lost, and what was deleted may still be readable.
        """
        self.writer.compact()

    @contextmanager
    def reading(self, doing: str) -> Iterator[Connection]:
        """Lend a connection that only reads; it sees every write that has returned.

        Args:
            doing: what is read, for the sentence of an error.

        Raises:
            StoreError: the database could not be read.
        """
        if self._closed:
            raise StoreClosed(f"{doing}: the database is closed")
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = connect_reader(self.path)
        try:
            yield connection
        except Error as exc:
            raise translated(exc, doing) from exc
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Finish all writes and close every connection, the writer's last, because the last one folds the log back."""
        self._closed = True
        self._close_idle()
        self.writer.close()

    def _give_back(self, connection: Connection) -> None:
        self._idle.put(connection)
        if self._closed:
            self._close_idle()

    def _close_idle(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return
