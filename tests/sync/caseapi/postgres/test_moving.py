"""A district that goes from SQLite to PostgreSQL takes every row along, or stays where it is."""

import sqlite3
from pathlib import Path

import pytest

from sync.caseapi.errors import DatabaseInUse, DatabaseMissing, StorageFailed
from sync.caseapi.keys import read_keys
from sync.caseapi.service.verifying.chains import verify
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.moving import move
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.records import ShiftStart
from tests.postgres_server import PostgresServer
from tests.sync.caseapi.harness import Clock, Desk, Tablet, open_case_api, open_postgres, prepare

pytestmark = pytest.mark.needs("postgres")


@pytest.fixture
async def tablet(tmp_path: Path, clock: Clock) -> Tablet:
    """A tablet whose records a SQLite database holds, judged, one of them not what it should be."""
    case_api = open_case_api(prepare(tmp_path / "case.db", clock), clock)
    desk = Desk(case_api, clock)
    await desk.import_small_district()
    async with desk.serving():
        tablet = await desk.tablet()
        tablet.fill(3)
        tablet.case("楼道堆物\U00020000")
        tablet.record("no_such_kind", ShiftStart())
        await tablet.sync()
        await desk.fold()
        tablet.fill(1)
        await tablet.sync(start=6)
    await case_api.storage.close()
    return tablet


@pytest.fixture
def place(postgres: PostgresServer) -> DatabasePlace:
    return postgres.new_database()


async def test_every_row_arrives_and_both_databases_verify_alike(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "case.db"
    counts = move(path, place, clock())
    assert (counts["inbox"], counts["cases"], counts["stream"], counts["receipt"]) == (6, 1, 1, 2)
    key = read_keys(path.with_suffix(".receipt-key.json"), path.with_suffix(".seal-key.json")).receipt.public_key()
    with SqliteInspection(path) as ours, PostgresInspection(place) as theirs:
        assert (theirs.incarnation, theirs.district) == (ours.incarnation, ours.district)
        before, after = verify(ours, key, (), None), verify(theirs, key, (), None)
    assert before == after
    assert (after.ok, after.records, after.parked, after.unjudged) == (True, 6, 1, 1)


async def test_what_comes_later_goes_on_where_the_file_ended(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    move(tmp_path / "case.db", place, clock())
    storage = open_postgres(place, tmp_path, clock)
    try:
        receipts = await storage.desk.receipts()
        await storage.looks.add("a", None, "queue", clock())
        assert [row.device for row in await storage.desk.tablets()] == [receipts[0].device]
        assert await storage.exchanges.device(receipts[0].device) is not None
    finally:
        await storage.close()
    with pytest.raises(StorageFailed, match="holds a district already"):
        move(tmp_path / "case.db", place, clock())


async def test_a_file_that_a_server_has_open_stays_where_it_is(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    case_api = open_case_api(tmp_path / "case.db", clock)
    try:
        with pytest.raises(DatabaseInUse):
            move(tmp_path / "case.db", place, clock())
    finally:
        await case_api.storage.close()


async def test_a_row_that_cannot_be_kept_leaves_nothing_behind(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("update check_in set round = 'not a number'")
    connection.close()
    with pytest.raises(StorageFailed, match="check_in"):
        move(tmp_path / "case.db", place, clock())
    with pytest.raises(DatabaseMissing, match="never finished"):
        PostgresInspection(place)
