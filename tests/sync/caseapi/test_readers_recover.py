"""A read that the disk refuses fails alone: the next one is answered."""

import sqlite3
from pathlib import Path

import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.sqlite import readers
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.readers import Readers


def one(connection: sqlite3.Connection) -> int:
    (value,) = connection.execute("select count(*) from held").fetchone()
    return int(value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    connection = connect_writing(tmp_path / "r.db")
    connection.execute("create table held (n integer)")
    connection.close()
    return tmp_path / "r.db"


async def test_a_connection_that_could_not_be_made_is_made_by_the_next_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> sqlite3.Connection:
        raise StorageFailed("too many open files")

    reading = Readers(path)
    with monkeypatch.context() as patched:
        patched.setattr(readers, "connect_reading", refused)
        for _ in range(3):
            with pytest.raises(StorageFailed):
                await reading.read(one)
    assert [await reading.read(one) for _ in range(3)] == [0, 0, 0]
    reading.close()


async def test_a_connection_that_failed_is_replaced(path: Path) -> None:
    def failing(connection: sqlite3.Connection) -> int:
        connection.close()
        return one(connection)

    reading = Readers(path)
    for _ in range(3):
        with pytest.raises(StorageFailed):
            await reading.read(failing)
    assert [await reading.read(one) for _ in range(3)] == [0, 0, 0]
    reading.close()
