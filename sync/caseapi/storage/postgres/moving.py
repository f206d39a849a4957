"""Takes a district's SQLite database over into PostgreSQL: every row of every table, then compared row by row."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.dialect import without_nul
from sync.caseapi.storage.postgres.migrating import migrate, shipped_steps
from sync.caseapi.storage.postgres.opening import MADE_AS, connected
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.opening import open_owned

APART = ("schema_step", "database_identity")
"""Tables that are not copied: each engine has steps of its own, and the identity is written last."""

TEXT_INDEX = "case_index"
"""How the tables of SQLite's full-text index begin; PostgreSQL finds the same words in the rows themselves."""

_COLUMNS = (
    "select relation.relname, attribute.attname, attribute.attidentity <> '' from pg_class relation"
    " join pg_attribute attribute on attribute.attrelid = relation.oid and attribute.attnum > 0"
    " and not attribute.attisdropped where relation.relkind = 'r' and pg_table_is_visible(relation.oid)"
    " and relation.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    # What refers to a stream comes after it.
    " order by relation.relname = 'inbox', relation.relname, attribute.attnum"
)


def move(source: Path, place: DatabasePlace, now_ms: int) -> Mapping[str, int]:
    """Copy a database and return the rows of each table; the source is owned meanwhile and stays as it is.

    The copy keeps the incarnation: it holds all that the source held, and takes its place.

    Raises:
        DatabaseInUse: a server has the source open.
        StorageFailed: the target has a district already, something cannot be kept there, or a row differs afterwards.
    """
    lock, held = open_owned(source, connect_writing, now_ms)
    try:
        with closing(held), connected(place, is_streaming=True) as target:
            migrate(target, shipped_steps(), now_ms)
            target.script("begin")  # rows come some at a time inside a transaction alone
            tables = _tables(held, target)
            if target.execute("select count(*) from database_identity").fetchone()[0]:
                raise StorageFailed(f"{place} holds a district already; give a database with nothing in it")
            for table, columns in tables.items():
                _copy(held, target, table, columns)
            _set_counters(target)
            _copy_identity(held, target)
            counts = {table: _compared(held, target, table, columns) for table, columns in tables.items()}
            target.script("commit")
            target.script("analyze")
    except sqlite3.Error as exc:
        raise StorageFailed(f"{source} cannot be read: {exc}") from exc
    finally:
        lock.release()
    return counts


def _tables(held: sqlite3.Connection, target: PostgresConnection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table, column, _ in target.execute(_COLUMNS):
        if table not in APART:
            found[table] = (*found.get(table, ()), column)
    here = {
        name
        for (name,) in held.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
        if not name.startswith(TEXT_INDEX)
    }
    if differing := here.symmetric_difference({*found, *APART}):
        raise StorageFailed(f"the two schemas differ in {', '.join(sorted(differing))}")
    return found


def _copy(held: sqlite3.Connection, target: PostgresConnection, table: str, columns: tuple[str, ...]) -> None:
    rows = held.execute(f"select {', '.join(columns)} from {table}")  # noqa: S608 - the schema's own names
    try:
        target.copy_in(table, columns, (_kept(row) for row in rows))
    except (TypeError, ValueError, OverflowError) as exc:
        raise StorageFailed(f"a row of {table} cannot be kept in PostgreSQL: {exc}") from exc


def _copy_identity(held: sqlite3.Connection, target: PostgresConnection) -> None:
    identity = held.execute("select incarnation, district_id, created_ms from database_identity").fetchone()
    target.execute(
        "insert into database_identity (only_row, incarnation, district_id, created_ms, made_as)"  # noqa: S608 - our own words
        f" values (1, ?, ?, ?, {MADE_AS})",
        identity,
    )


def _set_counters(target: PostgresConnection) -> None:
    for table, column, is_counted in target.execute(_COLUMNS):
        if is_counted:
            target.execute(
                f"select setval(pg_get_serial_sequence('{table}', '{column}'),"  # noqa: S608 - the schema's own names
                f" (select coalesce(max({column}), 0) + 1 from {table}), false)"
            )


def _compared(held: sqlite3.Connection, target: PostgresConnection, table: str, columns: tuple[str, ...]) -> int:
    order = ", ".join(target.key_of(table))
    query = f"select {', '.join(columns)} from {table} order by {order}"  # noqa: S608 - the schema's own names
    count = 0
    for ours, theirs in zip_longest(held.execute(query), target.execute(query)):
        if ours is None or theirs is None or _kept(ours) != theirs:
            raise StorageFailed(f"row {count + 1} of {table} is not the same in both databases; nothing was kept")
        count += 1
    return count


def _kept(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(without_nul(value) if isinstance(value, str) else value for value in row)
