"""Many rows in few statements."""

import sqlite3

import pytest

from sync.caseapi.storage.sqlite.inserting import ROWS_AT_ONCE, insert_rows


@pytest.fixture
def connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("create table item (id integer primary key, name text)")
    return made


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 3 * ROWS_AT_ONCE + 7])
def test_every_row_arrives_in_order(connection: sqlite3.Connection, count: int) -> None:
    rows = [(number, f"item {number}") for number in range(count)]
    insert_rows(connection, "item (id, name)", rows)
    assert connection.execute("select id, name from item order by rowid").fetchall() == rows


def test_of_two_rows_with_one_key_the_later_one_stands(connection: sqlite3.Connection) -> None:
    upsert = "on conflict (id) do update set name = excluded.name"
    insert_rows(connection, "item (id, name)", [(1, "first"), (2, "other"), (1, "second")], then=upsert)
    assert connection.execute("select * from item order by id").fetchall() == [(1, "second"), (2, "other")]
    insert_rows(connection, "item (id, name)", [(1, "third"), (1, "fourth")], then=upsert)
    assert connection.execute("select name from item where id = 1").fetchall() == [("fourth",)]


def test_a_row_that_is_refused_takes_its_statement_with_it(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert_rows(connection, "item (id, name)", [(1, "first"), (1, "again")])
    assert connection.execute("select count(*) from item").fetchone() == (0,)
