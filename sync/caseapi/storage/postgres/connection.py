"""A connection to PostgreSQL that is used as SQLite's is: statements in, rows out, each call waits.

asyncpg speaks the protocol on an event loop that this connection has for itself, so it belongs to one thread.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

import asyncpg

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres import case_index
from sync.caseapi.storage.postgres.dialect import Keys, Translated, translate
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.faults import OF_STORAGE

_Result = TypeVar("_Result")
_Row = tuple[Any, ...]

CONNECT_S = 10.0
"""How long a connection may take to be made."""

CLOSE_S = 5.0
"""How long the server may take to say goodbye."""

KEPT_STATEMENTS = 512
"""Statements that stay prepared: those of this program, and an insert for each number of rows."""

ROWS_AT_ONCE = 1_000
"""Rows that come together where a table is read whole."""

SETTINGS = {
    "application_name": "xunge-caseapi",
    # A process that hangs in the middle of a transaction holds no lock for longer than this.
    "idle_in_transaction_session_timeout": "60s",
    # What is answered is on the server's disk, whatever its own default is.
    "synchronous_commit": "on",
    "timezone": "UTC",
}

_KEYS = (
    "select relation.relname, array_agg(attribute.attname::text order by position.place) from pg_index"
    " join pg_class relation on relation.oid = indrelid"
    " cross join lateral unnest(indkey::int2[]) with ordinality position (number, place)"
    " join pg_attribute attribute on attribute.attrelid = indrelid and attribute.attnum = position.number"
    " where indisprimary and pg_table_is_visible(relation.oid) group by relation.relname"
)

BROKEN = (
    *(asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError, asyncio.TimeoutError),
    asyncpg.InvalidCachedStatementError,
)
"""What says that a connection is of no use any more; the last one, that a table has changed under its statements."""

FAILED = (asyncpg.PostgresError, *BROKEN)
"""All that asking PostgreSQL may raise."""

_WRONG_CLASSES = ("21", "22", "23", "42", "54")
"""Classes of SQLSTATE that say that a statement is wrong, or a value that it was given."""


def is_of_storage(exc: Exception) -> bool:
    """Tell whether an error says that the storage refused: a lost connection, a full disk, another one in the way."""
    if isinstance(exc, OF_STORAGE):
        return True
    state = str(getattr(exc, "sqlstate", ""))
    is_wrong = state.startswith(_WRONG_CLASSES) and not isinstance(exc, asyncpg.InsufficientPrivilegeError)
    return isinstance(exc, FAILED) and not is_wrong


class Rows:
    """What a statement brought; the rest of a long answer comes as it is asked for."""

    def __init__(self, rows: list[_Row], rowcount: int, more: Callable[[], list[_Row]] = list) -> None:
        self._rows = rows
        self._next = 0
        self._more = more
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return list(self)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._next >= len(self._rows):
            self._rows, self._next = self._more(), 0
            if not self._rows:
                raise StopIteration
        self._next += 1
        return self._rows[self._next - 1]


class PostgresConnection:
    """A connection of one thread.

    Attributes:
        text_index: how words of cases are found here.
    """

    text_index = case_index

    def __init__(self, place: DatabasePlace, *, is_streaming: bool = False) -> None:
        """Connect.

        Args:
            is_streaming: rows of a query come some at a time, so that a table of any length can be read; for a
                connection that reads in one transaction.

        Raises:
            StorageFailed: the server cannot be reached, or refuses; says where and why, without a password.
        """
        self._loop = asyncio.new_event_loop()
        self._prepared: OrderedDict[str, Any] = OrderedDict()
        self._numbers = count(1)
        self._translations: dict[str, Translated] = {}
        self._keys: Keys = {}
        self._is_streaming = is_streaming
        try:
            self._asked = self.wait_for(_connected(place))
        except (*FAILED, ValueError) as exc:
            self._loop.close()
            raise StorageFailed(f"the database {place} cannot be opened: {exc}") from exc

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Rows:
        """Run a statement and return what it brought."""
        translated = self._translated(sql)
        fetch = self._stream if self._is_streaming and sql.startswith("select") else self._fetch
        return self.wait_for(fetch(translated.sql, translated.bound(parameters)))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row, all on one way there and back."""
        translated = self._translated(sql)
        if bound := [translated.bound(row) for row in rows]:
            self.wait_for(self._execute_many(translated.sql, bound))

    def script(self, sql: str) -> None:
        """Run PostgreSQL's own statements, with nothing bound, on one way there and back."""
        self.wait_for(self._asked.execute(sql))

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows into a table at once."""
        copying = self._asked.copy_records_to_table(table, records=rows, columns=columns)
        self.wait_for(copying)

    def key_of(self, table: str) -> tuple[str, ...]:
        """Return the columns of a table's primary key, in order."""
        if table not in self._keys:
            self._keys = self._read_keys()
        return self._keys[table]

    def wait_for(self, asked: Coroutine[Any, Any, _Result]) -> _Result:
        """Return what comes of a question on this connection's loop."""
        if not _is_on_a_loop():
            return self._loop.run_until_complete(asked)
        # A thread runs one event loop at a time; whoever opens a database from within one waits for another thread.
        with ThreadPoolExecutor(1, thread_name_prefix="caseapi-asking") as pool:
            return pool.submit(self._loop.run_until_complete, asked).result()

    @property
    def in_transaction(self) -> bool:
        """Tell whether a transaction is open, as far as is known here."""
        return not self.is_closed and bool(self._asked.is_in_transaction())

    @property
    def is_closed(self) -> bool:
        """Tell whether the connection has ended."""
        return self._loop.is_closed() or bool(self._asked.is_closed())

    def close(self) -> None:
        """Say goodbye; safe to call twice, and whatever state the connection is in."""
        if self._loop.is_closed():
            return
        with suppress(*FAILED):
            self.wait_for(self._asked.close(timeout=CLOSE_S))
        self._asked.terminate()
        self._loop.close()

    def _translated(self, sql: str) -> Translated:
        found = self._translations.get(sql)
        if found is None:
            try:
                found = translate(sql, self._keys)
            except KeyError:
                self._keys = self._read_keys()
                found = translate(sql, self._keys)
            self._translations[sql] = found
        return found

    async def _fetch(self, sql: str, bound: Sequence[Any]) -> Rows:
        statement = await self._statement(sql)
        rows = [tuple(row) for row in await statement.fetch(*bound)]
        return Rows(rows, _count(statement.get_statusmsg()))

    async def _execute_many(self, sql: str, bound: Sequence[Sequence[Any]]) -> None:
        await (await self._statement(sql)).executemany(bound)

    async def _statement(self, sql: str) -> Any:
        statement = self._prepared.get(sql)
        if statement is None:
            # Without a name it would be the server's one nameless statement, which is read and planned each time.
            statement = self._prepared[sql] = await self._asked.prepare(sql, name=f"kept_{next(self._numbers)}")
            if len(self._prepared) > KEPT_STATEMENTS:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(sql)
        return statement

    async def _stream(self, sql: str, bound: Sequence[Any]) -> Rows:
        cursor = await (await self._statement(sql)).cursor(*bound)
        rows = [tuple(row) for row in await cursor.fetch(ROWS_AT_ONCE)]
        if len(rows) < ROWS_AT_ONCE:
            return Rows(rows, -1)
        return Rows(rows, -1, lambda: [tuple(row) for row in self.wait_for(cursor.fetch(ROWS_AT_ONCE))])

    def _read_keys(self) -> Keys:
        rows = self.wait_for(self._asked.fetch(_KEYS))
        return {table: tuple(columns) for table, columns in rows}


def _is_on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _connected(place: DatabasePlace) -> Any:
    connection = await asyncpg.connect(
        dsn=place.url, timeout=CONNECT_S, server_settings=SETTINGS, statement_cache_size=0
    )
    # A sum of integers is an integer, as it is in SQLite.
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text")
    return connection


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _count(status: str) -> int:
    # INSERT 0 3, UPDATE 2, SELECT 5
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else -1
