"""A connection to PostgreSQL answers as SQLite's does: rows of any number, counts, whole numbers, one thread."""

from collections.abc import Iterator

import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres import connection as asking
from sync.caseapi.storage.postgres.connection import PostgresConnection, Rows, is_of_storage
from sync.caseapi.storage.postgres.place import DatabasePlace
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.needs("postgres")


@pytest.fixture
def connection(place: DatabasePlace) -> Iterator[PostgresConnection]:
    made = PostgresConnection(place)
    yield made
    made.close()


@pytest.fixture
def streaming(place: DatabasePlace) -> Iterator[PostgresConnection]:
    made = PostgresConnection(place, is_streaming=True)
    made.script("begin")
    yield made
    made.close()


def numbers(count: int) -> str:
    return f"select n from generate_series(1, {count}) n order by n"  # noqa: S608 - our own number


def test_rows_come_one_by_one_and_then_none() -> None:
    rows = Rows([(1,), (2,)], 2)
    assert [rows.fetchone(), rows.fetchone(), rows.fetchone(), rows.fetchone()] == [(1,), (2,), None, None]
    rows = Rows([(1,), (2,), (3,)], 3)
    assert (rows.fetchone(), rows.fetchall(), rows.fetchall()) == ((1,), [(2,), (3,)], [])


def test_what_is_left_comes_piece_by_piece() -> None:
    left = [[(3,)], [(4,), (5,)], []]
    rows = Rows([(1,), (2,)], -1, lambda: left.pop(0))
    assert (rows.fetchone(), left) == ((1,), [[(3,)], [(4,), (5,)], []])
    assert list(rows) == [(2,), (3,), (4,), (5,)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8])
def test_an_answer_of_any_length_is_whole(
    streaming: PostgresConnection, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(asking, "ROWS_AT_ONCE", 2)
    rows = streaming.execute(numbers(count))
    assert (rows.fetchall(), rows.rowcount) == ([(n + 1,) for n in range(count)], -1)


def test_of_a_long_answer_only_the_beginning_is_fetched_before_it_is_asked_for(
    streaming: PostgresConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ROWS_AT_ONCE", 2)
    streaming.script("create sequence taken")
    rows = streaming.execute("select nextval('taken') from generate_series(1, 9)")
    assert (rows.fetchone(), streaming.execute("select last_value from taken").fetchone()) == ((1,), (2,))
    assert rows.fetchall() == [(n,) for n in range(2, 10)]


def test_what_is_asked_outside_a_transaction_comes_whole(
    connection: PostgresConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ROWS_AT_ONCE", 1)
    rows = connection.execute(numbers(3))
    assert (rows.rowcount, rows.fetchall()) == (3, [(1,), (2,), (3,)])


def test_a_streaming_connection_writes_and_tells_how_many(streaming: PostgresConnection) -> None:
    streaming.script("create temporary table noted (n bigint)")
    assert streaming.execute("insert into noted (n) values (?), (?)", (1, 2)).rowcount == 2


def test_how_many_rows_a_statement_touched_is_told(connection: PostgresConnection) -> None:
    connection.script("create temporary table noted (n bigint, word text)")
    assert connection.execute("insert into noted (n, word) values (?, ?), (?, ?)", (1, "a", 2, "b")).rowcount == 2
    assert connection.execute("update noted set word = ? where n > ?", ("c", 0)).rowcount == 2
    assert connection.execute("delete from noted where n = :n", {"n": 1}).rowcount == 1
    assert connection.execute("create temporary table other (n bigint)").rowcount == -1
    assert connection.execute("select word from noted").fetchall() == [("c",)]


def test_many_rows_go_at_once_and_none_at_all_is_nothing(connection: PostgresConnection) -> None:
    connection.script("create temporary table noted (n bigint)")
    connection.executemany("insert into noted (n) values (?)", [])
    connection.executemany("insert into noted (n) values (?)", ((n,) for n in range(3)))
    assert connection.execute("select n from noted order by n").fetchall() == [(0,), (1,), (2,)]


def test_a_sum_of_whole_numbers_is_a_whole_number(connection: PostgresConnection) -> None:
    (whole, negative, part) = connection.execute(
        "select sum(n), -sum(n), avg(n) from (values (cast(1 as bigint)), (2)) as given (n)"
    ).fetchone()
    assert (whole, negative, part) == (3, -3, 1.5)
    assert [type(each) for each in (whole, negative, part)] == [int, int, float]


def test_what_the_server_is_told_of_a_connection(connection: PostgresConnection) -> None:
    told = {name: connection.execute(f"select current_setting('{name}')").fetchone()[0] for name in asking.SETTINGS}
    assert told == {**asking.SETTINGS, "idle_in_transaction_session_timeout": "1min"}


KEPT = "select statement from pg_prepared_statements where statement like '% as kept' order by statement"


def test_a_statement_is_prepared_once_and_stays_so(connection: PostgresConnection) -> None:
    for _ in range(2):
        for number in range(3):
            assert connection.execute(f"select {number} as kept").fetchone() == (number,)
    assert connection.execute(KEPT).fetchall() == [(f"select {number} as kept",) for number in range(3)]


def test_of_too_many_statements_the_one_goes_that_was_not_used_for_longest(
    connection: PostgresConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "KEPT_STATEMENTS", 2)
    for number in (1, 2, 1, 3):
        connection.execute(f"select {number} as kept")
    assert connection.execute(KEPT).fetchall() == [("select 1 as kept",), ("select 3 as kept",)]
    for number in range(9):
        connection.execute(f"select {number} as kept")
    # The server is told of one that goes together with the next one that comes.
    assert connection.execute("select count(*) from pg_prepared_statements").fetchone() == (3,)


def test_a_statement_whose_table_has_changed_is_of_no_use_on_this_connection(connection: PostgresConnection) -> None:
    connection.script("create temporary table noted (n bigint)")
    assert connection.execute("select n from noted").fetchall() == []
    connection.script("alter table noted alter column n type text")
    with pytest.raises(asking.BROKEN):
        connection.execute("select n from noted")


def test_a_table_that_came_after_the_connection_has_its_key_found(connection: PostgresConnection) -> None:
    assert connection.key_of("stream") == ("district_id", "stream")
    connection.script("create temporary table later (a bigint, b bigint, c bigint, primary key (c, a))")
    assert connection.key_of("later") == ("c", "a")
    connection.script("create temporary table latest (n bigint primary key, word text)")
    for word in ("one", "other"):
        connection.execute("insert or replace into latest (n, word) values (?, ?)", (1, word))
    assert connection.execute("select word from latest").fetchall() == [("other",)]


async def test_a_question_from_within_an_event_loop_is_answered(place: DatabasePlace) -> None:
    connection = PostgresConnection(place)
    assert connection.execute("select 1").fetchone() == (1,)
    connection.close()
    assert connection.is_closed


def test_a_connection_knows_whether_it_is_in_a_transaction_and_whether_it_has_ended(
    connection: PostgresConnection, postgres: PostgresServer
) -> None:
    assert (connection.in_transaction, connection.is_closed) == (False, False)
    connection.script("begin")
    assert connection.in_transaction
    postgres.cut_connections()
    with pytest.raises(asking.FAILED) as refused:
        connection.execute("select 1")
    assert is_of_storage(refused.value)
    assert (connection.in_transaction, connection.is_closed) == (False, True)


def test_goodbye_is_said_once_and_may_be_said_twice(place: DatabasePlace, postgres: PostgresServer) -> None:
    connection, other = PostgresConnection(place), PostgresConnection(place)
    of_ours = "select count(*) from pg_stat_activity where application_name = 'xunge-caseapi' and pid = ?"
    (pid,) = connection.execute("select pg_backend_pid()").fetchone()
    connection.close()
    connection.close()
    assert (connection.is_closed, connection.in_transaction) == (True, False)
    # The server sees a goodbye within some questions.
    assert any(other.execute(of_ours, (pid,)).fetchone() == (0,) for _ in range(3_000))
    postgres.cut_connections()
    other.close()
    assert other.is_closed


def test_a_server_that_does_not_answer_is_of_the_storage(postgres: PostgresServer) -> None:
    with pytest.raises(StorageFailed, match="nobody_made_this"):
        PostgresConnection(postgres.place("nobody_made_this"))
    with pytest.raises(StorageFailed, match="cannot be opened"):
        PostgresConnection(DatabasePlace("postgresql://a@h:none/x"))
