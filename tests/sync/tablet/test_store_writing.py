"""The one writing connection and the reading ones: what is undone, folded back, closed and told."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from sync.tablet.errors import DiskFull, StoreBusy, StoreClosed, StoreCorrupt, StoreError
from sync.tablet.store.connections import connect_reader, connect_writer, copy_database, translated
from sync.tablet.store.database import Database
from sync.tablet.store.writer import CHECKPOINT_EVERY, Writer, transaction

PASSIVE = "pragma wal_checkpoint(passive)"
TRUNCATE = "pragma wal_checkpoint(truncate)"


class Spy:
    """A connection that notes its statements and refuses the named ones."""

    def __init__(self, *refused: str) -> None:
        self.said: list[str] = []
        self.refused = refused
        self.in_transaction = False

    def execute(self, statement: str) -> "Spy":
        self.said.append(statement)
        if statement in self.refused:
            raise _driver_error("SQLITE_FULL")
        self.in_transaction = statement not in ("commit", "rollback", PASSIVE, TRUNCATE)
        return self

    def fetchone(self) -> None:
        return None

    def close(self) -> None:
        self.said.append("close")


def _driver_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("told by the driver")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", DiskFull),
        ("SQLITE_IOERR_FSYNC", DiskFull),
        ("SQLITE_READONLY_DBMOVED", DiskFull),
        ("SQLITE_CANTOPEN", DiskFull),
        ("SQLITE_CORRUPT_VTAB", StoreCorrupt),
        ("SQLITE_NOTADB", StoreCorrupt),
        ("SQLITE_BUSY_SNAPSHOT", StoreBusy),
        ("SQLITE_LOCKED", StoreBusy),
        ("SQLITE_ERROR", StoreError),
        ("", StoreError),
    ],
)
def test_a_driver_s_error_is_told_as_ours(name: str, kind: type[StoreError]) -> None:
    told = translated(_driver_error(name), "saving a record")
    assert type(told) is kind
    assert str(told) == "saving a record: told by the driver"


def writer_over(spy: Any) -> Writer:
    return Writer(spy)


def test_the_log_is_folded_back_behind_every_so_many_transactions() -> None:
    spy = Spy()
    writer = writer_over(spy)
    for _ in range(CHECKPOINT_EVERY * 2):
        writer.run("writing", lambda _: None)
    writer.close()
    folded = [
        sum(said == "commit" for said in spy.said[:place]) for place, one in enumerate(spy.said) if one == PASSIVE
    ]
    assert folded[0] in (CHECKPOINT_EVERY, CHECKPOINT_EVERY + 1)
    assert len(folded) == 2
    assert spy.said[-2:] == [TRUNCATE, "close"]


@pytest.mark.parametrize("refused", [PASSIVE, TRUNCATE])
def test_a_log_that_cannot_be_folded_back_harms_nothing(refused: str) -> None:
    spy = Spy(refused)
    writer = writer_over(spy)
    for _ in range(CHECKPOINT_EVERY + 1):
        writer.run("writing", lambda _: None)
    writer.close()
    assert spy.said[-1] == "close"


def test_closing_waits_for_what_was_submitted() -> None:
    spy, may_end = Spy(), threading.Event()
    writer = writer_over(spy)
    slow = writer.submit("slow", lambda _: may_end.wait(20))
    closing = threading.Thread(target=writer.close)
    closing.start()
    closing.join(0.1)
    assert closing.is_alive()
    may_end.set()
    closing.join(20)
    assert slow.result() is True
    assert spy.said.index("commit") < spy.said.index(TRUNCATE)


def test_a_closed_writer_takes_nothing() -> None:
    writer = writer_over(Spy())
    writer.close()
    with pytest.raises(StoreClosed, match="saving"):
        writer.submit("saving", lambda _: None)


def test_a_transaction_that_cannot_commit_is_undone_and_told() -> None:
    spy: Any = Spy("commit")
    with pytest.raises(DiskFull, match=r"^saving: "), transaction(spy, "saving"):
        pass
    assert spy.said[-2:] == ["commit", "rollback"]


def test_what_sqlite_has_undone_itself_is_not_undone_again() -> None:
    spy: Any = Spy("commit")
    with pytest.raises(DiskFull), transaction(spy, "saving"):
        spy.in_transaction = False
    assert "rollback" not in spy.said


def test_an_undoing_that_fails_is_told() -> None:
    spy: Any = Spy("rollback")
    with pytest.raises(DiskFull, match=r"^undoing a transaction: "), transaction(spy, "saving"):
        raise KeyError("spoilt")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a" / "b" / "plain.db"


@pytest.fixture
def database(path: Path) -> Database:
    made = Database(path, connect_writer(path))
    made.write("making", lambda db: db.execute("create table t (n integer unique) strict"))
    return made


def count(database: Database) -> int:
    with database.reading("counting") as db:
        return int(db.execute("select count(*) from t").fetchone()[0])


@pytest.mark.parametrize("raised", [KeyError("ours"), KeyboardInterrupt()])
def test_whatever_is_raised_inside_undoes_everything(database: Database, raised: BaseException) -> None:
    def change(db: sqlite3.Connection) -> None:
        db.execute("insert into t values (1)")
        raise raised

    with pytest.raises(type(raised)):
        database.write("writing", change)
    assert count(database) == 0
    database.write("writing", lambda db: db.execute("insert into t values (1)"))
    assert count(database) == 1
    database.close()


def test_a_constraint_undoes_everything_and_is_told_by_name(database: Database) -> None:
    def change(db: sqlite3.Connection) -> None:
        db.execute("insert into t values (1)")
        db.execute("insert into t values (1)")

    with pytest.raises(StoreError, match=r"^writing twice: UNIQUE"):
        database.write("writing twice", change)
    assert count(database) == 0
    database.close()


def test_a_transaction_holds_the_database_from_its_beginning(database: Database, path: Path) -> None:
    other = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)

    def change(_: sqlite3.Connection) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("begin immediate")

    database.write("writing", change)
    other.close()
    database.close()


def test_a_reading_connection_is_lent_again_and_closed_in_the_end(database: Database) -> None:
    with database.reading("one") as first:
        pass
    with database.reading("two") as second, database.reading("three") as third:
        assert (second is first, third is first) == (True, False)
        database.close()
    for connection in (first, third):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("select 1")
    with pytest.raises(StoreClosed, match=r"^four: "), database.reading("four"):
        pass


def test_an_error_while_reading_is_told_by_name(database: Database) -> None:
    with pytest.raises(StoreError, match=r"^reading nothing: no such"), database.reading("reading nothing") as db:
        db.execute("select * from nowhere")
    database.close()


def test_folders_and_files_are_their_owner_s_alone(path: Path) -> None:
    connection = connect_writer(path)
    assert [place.stat().st_mode & 0o777 for place in (path, path.parent)] == [0o600, 0o700]
    connect_writer(path).close()
    connection.close()


def test_a_folder_that_is_a_file_is_told_as_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskFull, match="cannot be opened"):
        connect_writer(tmp_path / "file" / "plain.db")


def test_a_file_that_is_missing_or_no_database_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"^opening the database: "):
        connect_reader(tmp_path / "nowhere.db")
    (tmp_path / "text.db").write_bytes(b"no database at all, only text " * 100)
    with pytest.raises(StoreCorrupt, match=r"^opening the database: "):
        connect_reader(tmp_path / "text.db")


def test_a_copy_is_whole_and_its_owner_s_alone(database: Database, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.with_name("copy.db.part").write_bytes(b"left over")
    database.write("writing", lambda db: db.execute("insert into t values (7)"))
    database.close()
    source = connect_reader(path)
    copy_database(source, target)
    source.close()
    assert target.stat().st_mode & 0o777 == 0o600
    copied = connect_reader(target)
    assert copied.execute("select n from t").fetchall() == [(7,)]
    copied.close()
    assert not target.with_name("copy.db.part").exists()


def test_a_copy_that_fails_leaves_nothing(database: Database, path: Path, tmp_path: Path) -> None:
    source = connect_reader(path)
    source.close()
    with pytest.raises(StoreError, match=r"^copying the database before a migration: "):
        copy_database(source, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))
    database.close()


def test_a_copy_where_nothing_can_be_written_is_told(database: Database, path: Path, tmp_path: Path) -> None:
    source = connect_reader(path)
    with pytest.raises(DiskFull, match="cannot be written"):
        copy_database(source, tmp_path / "nowhere" / "copy.db")
    source.close()
    database.close()
