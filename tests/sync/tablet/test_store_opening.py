"""Opening a database: made when there is none, migrated with a copy, refused and left alone when it is not ours."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sync.tablet.errors import DiskFull, MigrationEdited, SchemaNewer, StoreCorrupt, StoreError, StoreOwned
from sync.tablet.store import open_store
from sync.tablet.store.connections import connect_reader, connect_writer
from sync.tablet.store.migrations import migrate
from sync.tablet.store.schema import STEPS, Step, checksum_of
from tests.sync.tablet.makers import record


def made_step(name: str, statements: tuple[str, ...]) -> Step:
    return Step(name, statements, checksum_of(name, statements))


SECOND = made_step("second", ("create table later (id integer primary key) strict", "insert into later values (7)"))
FAILING = made_step("failing", ("create table half (id integer) strict", "insert into nowhere values (1)"))


def changed(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path)
    with raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def made(path: Path) -> Path:
    store = open_store(path)
    store.journal.append(record("kept"))
    store.close()
    return path


def test_a_database_is_readable_by_its_owner_alone(store_path: Path) -> None:
    made(store_path)
    assert store_path.stat().st_mode & 0o077 == 0
    assert store_path.parent.stat().st_mode & 0o077 == 0


def test_the_connections_are_set_up_as_promised(store_path: Path) -> None:
    made(store_path)
    writer, reader = connect_writer(store_path), connect_reader(store_path)

    def pragma(connection: sqlite3.Connection, name: str) -> object:
        return connection.execute(f"pragma {name}").fetchone()[0]

    for connection in (writer, reader):
        assert (pragma(connection, "trusted_schema"), pragma(connection, "foreign_keys")) == (0, 1)
        assert pragma(connection, "cell_size_check") == 1
    assert (pragma(writer, "journal_mode"), pragma(writer, "synchronous")) == ("wal", 2)
    assert pragma(reader, "query_only") == 1
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("delete from records")
    reader.close()
    writer.close()


def test_a_second_opening_in_this_process_is_refused(store_path: Path) -> None:
    store = open_store(store_path)
    with pytest.raises(StoreOwned) as caught:
        open_store(store_path)
    assert caught.value.code == "E-OWNED"
    store.close()
    open_store(store_path).close()


def test_a_second_process_is_told_who_has_it(store_path: Path) -> None:
    store = open_store(store_path)
    script = "import sys, pathlib, sync.tablet.store as s; s.open_store(pathlib.Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", script, store_path], capture_output=True, text=True, check=False)
    store.close()
    assert second.returncode != 0
    assert "StoreOwned" in second.stderr
    assert f"process {os.getpid()}" in second.stderr


def test_a_newer_schema_is_refused_and_left_alone(store_path: Path) -> None:
    made(store_path)
    changed(store_path, "pragma user_version = 99")
    before = store_path.read_bytes()
    with pytest.raises(SchemaNewer) as caught:
        open_store(store_path)
    assert caught.value.code == "E-NEWER"
    assert store_path.read_bytes() == before


def test_an_edited_step_is_refused(store_path: Path) -> None:
    made(store_path)
    changed(store_path, "update migration_steps set checksum = 'other'")
    with pytest.raises(MigrationEdited) as caught:
        open_store(store_path)
    assert caught.value.code == "E-MIGRATION"


def test_a_new_step_keeps_the_data_and_a_copy_of_what_was(store_path: Path) -> None:
    made(store_path)
    connection = connect_writer(store_path)
    migrate(connection, store_path, steps=(*STEPS, SECOND))
    assert connection.execute("pragma user_version").fetchone() == (len(STEPS) + 1,)
    assert connection.execute("select id from later").fetchone() == (7,)
    connection.close()
    copy = sqlite3.connect(store_path.with_name(f"journal.db.before-{len(STEPS)}"))
    assert copy.execute("pragma user_version").fetchone() == (len(STEPS),)
    assert copy.execute("select count(*) from records").fetchone() == (1,)
    copy.close()


def test_a_copy_that_cannot_be_made_stops_the_migration_before_it_begins(store_path: Path) -> None:
    made(store_path)
    store_path.with_name(f"journal.db.before-{len(STEPS)}.part").mkdir()
    connection = connect_writer(store_path)
    with pytest.raises(DiskFull):
        migrate(connection, store_path, steps=(*STEPS, SECOND))
    connection.close()
    open_store(store_path).close()


def test_a_step_that_fails_changes_nothing(store_path: Path) -> None:
    made(store_path)
    connection = connect_writer(store_path)
    with pytest.raises(StoreError):
        migrate(connection, store_path, steps=(*STEPS, SECOND, FAILING))
    assert connection.execute("pragma user_version").fetchone() == (len(STEPS) + 1,)
    assert connection.execute("select count(*) from sqlite_schema where name = 'half'").fetchone() == (0,)
    migrate(connection, store_path, steps=(*STEPS, SECOND))
    connection.close()


def test_a_database_of_another_program_is_not_touched(store_path: Path) -> None:
    store_path.parent.mkdir()
    changed(store_path, "create table notes (text text)", "insert into notes values ('precious')")
    before = store_path.read_bytes()
    with pytest.raises(StoreCorrupt):
        open_store(store_path)
    other = sqlite3.connect(store_path)
    assert other.execute("select text from notes").fetchall() == [("precious",)]
    other.close()
    assert len(before) == len(store_path.read_bytes())


@pytest.mark.parametrize("content", [b"this is not a database, it is a letter" * 100, b"\x00" * 8192])
def test_a_file_that_is_no_database_is_corrupt_and_stays(store_path: Path, content: bytes) -> None:
    store_path.parent.mkdir()
    store_path.write_bytes(content)
    with pytest.raises(StoreCorrupt) as caught:
        open_store(store_path)
    assert caught.value.code == "E-CORRUPT"
    assert store_path.read_bytes() == content


def test_a_page_overwritten_on_disk_is_corrupt_and_stays(store_path: Path) -> None:
    store = open_store(store_path)
    for _ in range(200):
        store.journal.append(record("x" * 400))
    store.close()
    content = bytearray(store_path.read_bytes())
    content[4096 * 8 :] = b"\xa5" * (len(content) - 4096 * 8)
    store_path.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        _use(store_path)
    assert store_path.stat().st_size == len(content)


def _use(path: Path) -> None:
    store = open_store(path)
    try:
        store.journal.entries(limit=1000)
        store.journal.append(record())
    finally:
        store.close()


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "file" / "journal.db")
    assert caught.value.code == "E-DISK"


def test_an_ordinary_start_loads_no_library_it_does_not_need(store_path: Path) -> None:
    made(store_path)
    script = (
        "import sys; from pathlib import Path; from sync.tablet.tablet import Tablet;"
        "tablet = Tablet(Path(sys.argv[1]), app='test'); tablet.store.journal.summary(); tablet.enroller.state();"
        "tablet.store.reference.buildings(); tablet.close();"
        "heavy = {'httpx', 'sqlite_utils', 'cryptography', 'http_message_signatures', 'textual'};"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", script, store_path], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_no_step_was_edited_since_it_was_made(step: Step) -> None:
    assert step.checksum == checksum_of(step.name, step.statements), "add a step instead; databases have had this one"
