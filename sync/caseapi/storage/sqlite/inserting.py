"""Inserts many rows with few statements: between two statements another thread may take the interpreter."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

_Row = TypeVar("_Row")

ROWS_AT_ONCE = 64
"""Most rows in one statement: a tablet's day. Every number up to it is a statement that stays prepared."""


def insert_rows(
    connection: sqlite3.Connection,
    into: str,
    rows: Sequence[Sequence[Any]],
    *,
    then: str = "",
    is_replacing: bool = False,
) -> None:
    """Insert rows in order; either all of them or, with an error, those before a statement that failed.

    Args:
        into: table and columns, as in ``person (id, name)``.
        then: what follows the values, such as ``on conflict do nothing``.
        is_replacing: put each row in the place of the one with its key.
    """
    verb = "insert or replace" if is_replacing else "insert"
    for part in in_parts(rows):
        connection.execute(
            _statement(f"{verb} into {into}", len(part[0]), len(part), then), list(chain.from_iterable(part))
        )


def in_parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """Yield rows in order, at most `ROWS_AT_ONCE` together."""
    return (rows[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(rows), ROWS_AT_ONCE))


@lru_cache(maxsize=1024)
def _statement(beginning: str, columns: int, rows: int, then: str) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{beginning} values {', '.join([row] * rows)}{then and ' '}{then}"
