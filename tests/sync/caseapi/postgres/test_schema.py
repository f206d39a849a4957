"""Both engines have the same tables: columns, keys and what must not be empty."""

import sqlite3
from dataclasses import dataclass, field

import pytest

from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.opening import connected
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps

TYPES = {"blob": "bytea", "integer": "int8", "text": "text", "real": "float8"}
ONLY_THERE = {("database_identity", "made_as")}
"""What a file needs not: whether a dump was played back."""
INDEXES_THERE = {"case_text_words", "case_text_restricted"}
"""Find words in the rows; SQLite has tables of its own for that, whose names begin so:"""
TEXT_INDEX = "case_index"


@dataclass
class Table:
    """Columns by name with type and whether they may be empty, the key in order, indexes by name with their columns."""

    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def of_sqlite() -> dict[str, Table]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, shipped_steps(), 0)
    found: dict[str, Table] = {}
    named = connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    for (name,) in named.fetchall():
        if name.startswith(TEXT_INDEX):
            continue
        table = found[name] = Table()
        places: dict[int, str] = {}
        for _, column, kind, is_filled, _, place in connection.execute(f"pragma table_info({name})"):
            table.columns[column] = (TYPES[kind.lower()], not is_filled and not place)
            if place:
                places[place] = column
        table.key = tuple(places[place] for place in sorted(places))
        for _, index, *_ in connection.execute(f"pragma index_list({name})").fetchall():
            if not index.startswith("sqlite_"):
                table.indexes[index] = tuple(row[2] for row in connection.execute(f"pragma index_info({index})"))
    connection.close()
    return found


def of_postgres(connection: PostgresConnection) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name, column, kind, is_nullable in connection.execute(
        "select table_name::text, column_name::text, udt_name::text, is_nullable = 'YES'"
        " from information_schema.columns where table_schema = 'public'"
    ):
        if (name, column) not in ONLY_THERE:
            found.setdefault(name, Table()).columns[column] = (kind, is_nullable)
    for name, table in found.items():
        table.key = connection.key_of(name)
    for name, index, columns in connection.execute(
        "select indrelid::regclass::text, indexrelid::regclass::text, array(select pg_get_indexdef(indexrelid, n, true)"
        " from generate_series(1, indnkeyatts) n) from pg_index where indrelid::regclass::text = any(?)"
        " and not exists (select 1 from pg_constraint where conindid = indexrelid)",
        (list(found),),
    ):
        if index not in INDEXES_THERE:
            found[name].indexes[index] = tuple(columns)
    return found


@pytest.mark.needs("postgres")
def test_both_engines_have_the_same_tables_keys_and_indexes(place: DatabasePlace) -> None:
    with connected(place) as connection:
        theirs, ours = of_postgres(connection), of_sqlite()
    assert theirs.keys() == ours.keys(), "a step of SQLite needs one of PostgreSQL"
    for name, table in ours.items():
        assert theirs[name] == table, name
