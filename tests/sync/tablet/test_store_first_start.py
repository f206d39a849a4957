"""A first start that was broken off leaves a database with which the next start goes on."""

from pathlib import Path

from sqlite_utils import Database, Migrations

from sync.tablet.store import open_store
from sync.tablet.store.connections import connect_writer
from sync.tablet.store.migrations import MIGRATION_SET
from tests.sync.tablet.makers import record


def test_a_first_start_that_ended_before_its_first_step_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    connection = connect_writer(path)
    Migrations(MIGRATION_SET).apply(Database(connection, execute_plugins=False))
    (tables,) = connection.execute("select count(*) from sqlite_schema").fetchone()
    connection.close()
    assert tables
    store = open_store(path)
    store.journal.append(record())
    assert store.journal.summary().last_n == 1
    store.close()
