"""Inserts many rows with few statements: between two statements another thread may take the interpreter."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

ROWS_AT_ONCE = 64
"""Most rows in one statement: a tablet's day. Every number up to it is a statement that stays prepared."""


def insert_rows(connection: sqlite3.Connection, into: str, rows: Sequence[Sequence[Any]], *, then: str = "") -> None:
    """Insert rows in order; either all of them or, with an error, those before a statement that failed.

    Args:
        into: table and columns, as in ``person (id, name)``.
        then: what follows the values, such as ``on conflict do nothing``.
    """
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[begin : begin + ROWS_AT_ONCE]
        connection.execute(_statement(into, len(part[0]), len(part), then), list(chain.from_iterable(part)))


@lru_cache(maxsize=1024)
def _statement(into: str, columns: int, rows: int, then: str) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"insert into {into} values {', '.join([row] * rows)}{then and ' '}{then}"  # noqa: S608 - words of this program only
