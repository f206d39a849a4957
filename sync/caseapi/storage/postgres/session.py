"""The writing connection of one thread: made when it is first needed, and made anew when it has broken."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import asyncpg

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import BROKEN, FAILED, PostgresConnection, Rows
from sync.caseapi.storage.postgres.place import DatabasePlace

LEASE_CLASS = 0x58554E47
"""First number of the lock that is the lease: ``XUNG``. Locks of streams have one number, so the two never meet."""

CONFLICTS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Two processes stood in each other's way: the whole transaction is run again."""

_SAVEPOINTS = frozenset(
    f"{verb} {name}" for verb in ("savepoint", "rollback to", "release") for name in ("job", "half")
)


class Session:
    """What pieces of work are given to write with.

    Attributes:
        is_worth_again: the transaction was ended by what passes: another one in its way, a restarted server.
    """

    text_index = PostgresConnection.text_index

    def __init__(self, place: DatabasePlace, *, lease: str = "") -> None:
        """Prepare; nothing is connected yet.

        Args:
            lease: district whose lease every transaction holds; empty: none.
        """
        self._place = place
        self._lease = lease
        self._connection: PostgresConnection | None = None
        self.is_worth_again = False

    def begin(self) -> None:
        """Begin a transaction, waiting for the lease where there is one."""
        self.is_worth_again = False
        lease = f"; select pg_advisory_xact_lock({LEASE_CLASS}, {signed32(self._lease)})" if self._lease else ""
        self._guarded(lambda connection: connection.script(f"begin{lease}"))

    def commit(self) -> None:
        """Commit; a transaction that had failed is no success.

        Raises:
            StorageFailed: it is not known to be kept.
        """
        if not self.in_transaction:
            raise StorageFailed("the transaction is over")
        self._guarded(lambda connection: connection.script("commit"), is_final=True)

    def roll_back(self) -> None:
        """End the transaction; a connection on which that fails is given up."""
        if self._connection is None:
            return
        try:
            self._connection.script("rollback")
        except FAILED:
            self.close()

    def lock_stream(self, stream: bytes) -> None:
        """Lock a stream until the transaction ends, also one that nobody has opened yet, and nothing wider."""
        key = int.from_bytes(stream[-8:], "big", signed=True)
        self._guarded(lambda connection: connection.script(f"select pg_advisory_xact_lock({key})"))

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Rows:
        """Run a statement and return what it brought."""
        if sql in _SAVEPOINTS:
            self._guarded(lambda connection: connection.script(sql))
            return Rows([], -1)
        rows: Rows = self._guarded(lambda connection: connection.execute(sql, parameters))
        return rows

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row."""
        self._guarded(lambda connection: connection.executemany(sql, rows))

    @property
    def in_transaction(self) -> bool:
        """Tell whether the transaction can still be committed."""
        return self._connection is not None and not self.is_worth_again and self._connection.in_transaction

    def close(self) -> None:
        """Give the connection up; the next transaction makes another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _guarded(self, ask: Callable[[PostgresConnection], Any], *, is_final: bool = False) -> Any:
        if self._connection is None or self._connection.is_closed:
            self.close()
            self._connection = PostgresConnection(self._place)
        try:
            return ask(self._connection)
        except CONFLICTS:
            self.is_worth_again = True
            raise
        except FAILED as exc:
            if isinstance(exc, BROKEN) or self._connection.is_closed:
                # What a broken connection had begun is gone, unless it was to be kept in that moment.
                self.is_worth_again = not is_final
                self.close()
            raise


def signed32(name: str) -> int:
    """Return a number of 32 bits, with a sign, that stands for a name."""
    number = crc32(name.encode())
    return number - (1 << 32) if number >> 31 else number
