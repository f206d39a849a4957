"""Schema steps: applied in order, refused when newer or edited; a database is made once and opened by one process."""

import re
import sqlite3
from pathlib import Path

import pytest

from sync.caseapi.errors import DatabaseInUse, DatabaseMissing, SchemaRefused
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.migrating import Step, migrate, shipped_steps
from tests.sync.caseapi.harness import Clock, open_storage, prepare


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "m.db", isolation_level=None)


ONE = Step(
    1, "0001_one.sql", "create table a (n integer); -- a remark; with a semicolon\ncreate table b (n integer);\n"
)
TWO = Step(2, "0002_two.sql", "alter table a add column m integer;\n")


def test_steps_are_applied_once_in_order(connection: sqlite3.Connection) -> None:
    assert [migrate(connection, (ONE,), 0), migrate(connection, (ONE, TWO), 0), migrate(connection, (ONE, TWO), 0)] == [
        1,
        1,
        0,
    ]
    assert connection.execute("select m from a").fetchall() == []
    connection.close()


def test_a_newer_database_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, (ONE, TWO), 0)
    with pytest.raises(SchemaRefused, match=re.escape("0002_two.sql")):
        migrate(connection, (ONE,), 0)
    connection.close()


def test_an_edited_step_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, (ONE,), 0)
    with pytest.raises(SchemaRefused, match="edited"):
        migrate(connection, (Step(1, ONE.name, ONE.sql + " "),), 0)
    connection.close()


def test_a_step_that_fails_leaves_nothing_behind(connection: sqlite3.Connection) -> None:
    broken = Step(2, "0002_broken.sql", "create table c (n integer);\ncreate table a (n integer);\n")
    migrate(connection, (ONE,), 0)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (ONE, broken), 0)
    names = {name for (name,) in connection.execute("select name from sqlite_master")}
    assert "c" not in names
    connection.close()


def test_the_shipped_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in shipped_steps()] == list(range(1, len(shipped_steps()) + 1))


def test_every_key_of_ours_begins_with_the_district(tmp_path: Path) -> None:
    connection = connect_writing(tmp_path / "k.db")
    migrate(connection, shipped_steps(), 0)
    first_columns = {
        (table, connection.execute("select name from pragma_index_info(?) where seqno = 0", (index,)).fetchone()[0])
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        # What the full-text index keeps for itself.
        if not table.startswith("case_index")
        for (index,) in connection.execute("select name from pragma_index_list(?)", (table,)).fetchall()
    }
    connection.close()
    assert {column for _, column in first_columns} == {"district_id"}


async def test_a_second_process_cannot_own_the_database(database: Path, clock: Clock) -> None:
    storage = open_storage(database, clock)
    with pytest.raises(DatabaseInUse):
        open_storage(database, clock)
    await storage.close()
    await open_storage(database, clock).close()


async def test_making_a_database_twice_keeps_its_identity(database: Path, clock: Clock) -> None:
    with SqliteInspection(database) as before:
        incarnation = before.incarnation
    prepare(database, clock)
    storage = open_storage(database, clock)
    assert storage.incarnation == incarnation
    await storage.close()


def test_a_missing_or_strange_file_is_named(tmp_path: Path, clock: Clock) -> None:
    prepare(tmp_path / "case.db", clock)
    strange = tmp_path / "case.db"
    strange.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseMissing):
        open_storage(strange, clock)
    with pytest.raises(DatabaseMissing):
        SqliteInspection(tmp_path / "nothing.db")


async def test_a_closed_database_is_one_file(database: Path, clock: Clock) -> None:
    await open_storage(database, clock).close()
    assert not database.with_name("case.db-wal").exists()


@pytest.mark.parametrize(("version", "is_warned"), [((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False)])
def test_an_engine_older_than_the_first_safe_one_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], is_warned: bool
) -> None:
    prepare(tmp_path / "central.db", Clock())
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    with SqliteInspection(tmp_path / "central.db") as inspection:
        told = inspection.engine()
    assert told.startswith(f"SQLite {sqlite3.sqlite_version}")
    assert ("before 3.51.3: never open it with a second writer" in told) is is_warned
