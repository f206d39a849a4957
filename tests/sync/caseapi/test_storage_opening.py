"""Opening, owning and inspecting a database file: odd names, wrong files, what is closed, what one moment shows."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sync.caseapi.errors import DatabaseInUse, DatabaseMissing, SchemaRefused, StorageFailed
from sync.caseapi.storage.sqlite.connection import connect_reading, connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.locking import DatabaseLock, lock_path
from sync.caseapi.storage.sqlite.opening import create_database, read_identity
from sync.records.base import Body
from tests.sync.caseapi.harness import DISTRICT, Clock, Desk, open_storage, prepare


class Unheard(Body, frozen=True):
    """A body that no kind has."""

    of: int = 1


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def changed(database: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, values)


@pytest.mark.parametrize("name", ["a?b.db", "a%3fb.db", "a#b.db", "100%.db", "区 1.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    connection = connect_writing(path)
    connection.execute("create table t (n integer)")
    connection.close()
    with closing(connect_reading(path)) as reading:
        assert reading.execute("select count(*) from t").fetchone() == (0,)
    assert {entry.name.removesuffix("-wal").removesuffix("-shm") for entry in tmp_path.iterdir()} == {name}


def test_connections_are_set_up_as_promised(database: Path) -> None:
    def told(connection: sqlite3.Connection, *names: str) -> list[object]:
        return [connection.execute(f"pragma {name}").fetchone()[0] for name in names]

    with closing(connect_writing(database)) as writing, closing(connect_reading(database)) as reading:
        for connection in (writing, reading):
            assert told(connection, "foreign_keys", "trusted_schema", "cell_size_check", "temp_store") == [1, 0, 1, 2]
        assert told(writing, "journal_mode", "synchronous") == ["wal", 2]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reading.execute("delete from stream")


def test_a_place_that_cannot_be_opened_is_told_and_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_bytes(b"only text, no database " * 200)
    before = descriptors()
    with pytest.raises(StorageFailed, match="cannot be opened"):
        connect_writing(tmp_path / "nowhere" / "case.db")
    with pytest.raises(DatabaseMissing, match="no database at"):
        connect_reading(tmp_path / "nowhere.db")
    with pytest.raises(DatabaseMissing, match="not a database of ours"):
        connect_writing(tmp_path / "text.db")
    assert descriptors() == before


def test_a_lock_is_held_once_given_back_once_and_leaves_nothing_open(tmp_path: Path) -> None:
    before = descriptors()
    lock = DatabaseLock(tmp_path / "case.db")
    assert lock_path(tmp_path / "case.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DatabaseInUse, match="open for writing"):
        DatabaseLock(tmp_path / "case.db")
    assert descriptors() == before + 1
    lock.release()
    stranger = os.open(os.devnull, os.O_RDONLY)
    lock.release()
    os.close(stranger)
    DatabaseLock(tmp_path / "case.db").release()
    assert descriptors() == before


def test_a_database_that_is_made_again_keeps_its_identity(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "deep" / "folder" / "case.db"
    first = clock.uuid()
    for incarnation in (first, clock.uuid()):
        create_database(path, district=DISTRICT, incarnation=incarnation, now_ms=clock())
    with closing(connect_reading(path)) as connection:
        assert read_identity(connection) == (first, DISTRICT)
    DatabaseLock(path).release()


def test_a_database_of_nobody_is_refused_and_its_lock_given_back(tmp_path: Path, clock: Clock) -> None:
    path = prepare(tmp_path / "case.db", clock)
    changed(path, "delete from database_identity")
    for _ in range(2):
        with pytest.raises(DatabaseMissing, match="never finished"):
            open_storage(path, clock)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("insert into schema_step values (9999, '9999_later.sql', '0', 0)", "does not know"),
        ("update schema_step set sha256 = '0' where number = 1", "edited"),
    ],
)
async def test_another_schema_is_refused_by_who_writes_and_who_reads(
    database: Path, clock: Clock, statement: str, told: str
) -> None:
    changed(database, statement)
    with pytest.raises(SchemaRefused, match=told):
        open_storage(database, clock)
    with pytest.raises(SchemaRefused, match=told):
        SqliteInspection(database)


async def test_an_inspection_shows_one_moment_and_closes(desk: Desk, database: Path) -> None:
    tablet = await desk.tablet()
    tablet.fill(2)
    await tablet.sync()
    with SqliteInspection(database) as inspection:
        assert inspection.totals().held == 2
        tablet.fill(1)
        await tablet.sync(3)
        assert (inspection.totals().held, [row.watermark for row in inspection.streams()]) == (2, [2])
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        inspection.totals()


async def test_an_inspection_counts_each_sort_apart(desk: Desk, database: Path) -> None:
    tablet = await desk.tablet()
    tablet.fill(4)
    for kind in ("of_tomorrow", "of_tomorrow", "check_in"):
        tablet.record(kind, Unheard())
    await tablet.sync()
    await desk.fold()
    tablet.fill(2)
    await tablet.sync(8)
    with SqliteInspection(database) as inspection:
        totals = inspection.totals()
    assert (totals.held, totals.stored, totals.parked, totals.quarantined) == (9, 6, 2, 1)
    assert (totals.repeated, totals.unjudged, totals.duplicate_ids) == (0, 2, 0)


def test_a_file_with_spoilt_pages_is_not_ok(database: Path) -> None:
    with SqliteInspection(database) as inspection:
        assert inspection.integrity() == "ok"
    data = bytearray(database.read_bytes())
    for start in range(4096 * 2, len(data), 4096):
        data[start : start + 4096] = b"\xa5" * 4096
    database.write_bytes(bytes(data))
    with pytest.raises((StorageFailed, DatabaseMissing)):
        _inspected(database)


def _inspected(database: Path) -> None:
    with SqliteInspection(database) as inspection:
        assert inspection.integrity() not in ("ok", "None")
        inspection.totals()


async def test_receipts_that_the_file_lacks_are_added_in_the_order_given(
    desk: Desk, database: Path, clock: Clock
) -> None:
    tablet = await desk.tablet()
    for _ in range(4):
        tablet.fill(1)
        await tablet.sync(len(tablet.records))
    await desk.case_api.storage.close()
    log = database.with_suffix(".receipts.log")
    lines = log.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    for kept in (2, 0, 4):
        log.write_bytes(b"".join(lines[:kept]))
        await open_storage(database, clock).close()
        assert log.read_bytes().splitlines(keepends=True) == lines
