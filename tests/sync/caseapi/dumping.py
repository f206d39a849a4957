"""Everything that a SQLite database holds, row by row, for tests that look for what must or must not be in it."""

import sqlite3
from collections.abc import Iterator


def rows_of(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield every row of every table; an index of words is read by the tables that it lies in."""
    tables = connection.execute(
        "select name from sqlite_schema where type = 'table' and sql not like 'create virtual%' order by name"
    ).fetchall()
    for (table,) in tables:
        for row in connection.execute(f"select * from {table}"):  # noqa: S608 - names of the schema itself
            yield f"{table}: {row!r}\n"
