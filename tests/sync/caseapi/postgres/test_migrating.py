"""A PostgreSQL database is brought to the schema step by step, all of them or none."""

from collections.abc import Iterator

import asyncpg
import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres import opening
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.migrating import migrate, shipped_steps
from sync.caseapi.storage.postgres.opening import connected, create_database, read_identity, renew_incarnation
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.migrating import Step
from tests.postgres_server import PostgresServer
from tests.sync.caseapi.harness import DISTRICT, Clock

pytestmark = pytest.mark.needs("postgres")

LATER = Step(9_998, "9998_later.sql", "create table later (n bigint)")
WRONG = Step(9_999, "9999_wrong.sql", "create table half (n bigint); select 1 / 0")
THERE = "select relname from pg_class where relname in ('later', 'half', 'schema_step') order by relname"


@pytest.fixture
def empty(postgres: PostgresServer) -> DatabasePlace:
    return postgres.new_database()


@pytest.fixture
def connection(empty: DatabasePlace) -> Iterator[PostgresConnection]:
    made = PostgresConnection(empty)
    yield made
    made.close()


def test_the_steps_are_numbered_from_one_without_a_gap_and_named_by_their_number() -> None:
    steps = shipped_steps()
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert all(step.name.startswith(f"{step.number:04}_") for step in steps)
    assert all("create" in step.sql or "alter" in step.sql for step in steps)


def test_each_step_is_applied_once_and_written_down(connection: PostgresConnection) -> None:
    steps = (*shipped_steps(), LATER)
    assert migrate(connection, steps[:-1], 7) == len(steps) - 1
    assert migrate(connection, steps, 8) == 1
    assert migrate(connection, steps, 9) == 0
    noted = connection.execute("select number, name, sha256, applied_ms from schema_step order by number").fetchall()
    assert noted == [(step.number, step.name, step.digest, 8 if step == LATER else 7) for step in steps]
    assert not connection.in_transaction


def test_a_step_that_fails_takes_those_before_it_along(connection: PostgresConnection) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        migrate(connection, (LATER, WRONG), 0)
    assert not connection.in_transaction
    assert connection.execute(THERE).fetchall() == []
    assert migrate(connection, (LATER,), 0) == 1
    assert connection.execute(THERE).fetchall() == [("later",), ("schema_step",)]


def test_one_process_at_a_time_changes_the_schema(connection: PostgresConnection, empty: DatabasePlace) -> None:
    asked: list[str] = []

    class Watched(PostgresConnection):
        def script(self, sql: str) -> None:
            asked.append(sql)
            super().script(sql)

    watched = Watched(empty)
    try:
        migrate(watched, (LATER,), 0)
    finally:
        watched.close()
    assert asked[0] == "begin"
    lock = asked[1]
    connection.script("begin")
    connection.script(lock)
    other = PostgresConnection(empty)
    try:
        other.script("set lock_timeout = 1")
        with pytest.raises(asyncpg.LockNotAvailableError):
            migrate(other, (LATER, WRONG), 0)
    finally:
        other.close()


def test_a_new_database_says_which_it_is_and_a_renewed_one_that_it_is_another(
    empty: DatabasePlace, clock: Clock
) -> None:
    first, second = clock.uuid(), clock.uuid()
    create_database(empty, district=DISTRICT, incarnation=first, now_ms=5)
    with connected(empty) as connection:
        identity = read_identity(connection)
        assert (identity.incarnation, identity.district, identity.is_as_made) == (first, DISTRICT, True)
        assert connection.execute("select created_ms from database_identity").fetchall() == [(5,)]
        connection.script("update database_identity set made_as = 'elsewhere'")
        assert not read_identity(connection).is_as_made
    renew_incarnation(empty, second)
    with connected(empty) as connection:
        identity = read_identity(connection)
        assert (identity.incarnation, identity.district, identity.is_as_made) == (second, DISTRICT, True)


def test_a_server_that_is_too_old_is_refused_and_the_oldest_one_is_not(
    empty: DatabasePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version, is_refused in ((129_999, True), (130_000, False), (130_001, False), (170_004, False)):
        monkeypatch.setattr(opening, "_VERSION", f"values ({version})")
        if not is_refused:
            with connected(empty) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
            continue
        with pytest.raises(StorageFailed, match="is PostgreSQL 12; 13 is the oldest"), connected(empty):
            pass


def test_a_borrowed_connection_ends_with_its_context_whatever_happened(empty: DatabasePlace) -> None:
    with connected(empty) as kept:
        assert not kept.is_closed
    assert kept.is_closed
    with pytest.raises(StorageFailed, match="cannot be used"), connected(empty) as broken:
        broken.execute("select n from nowhere")
    assert broken.is_closed
