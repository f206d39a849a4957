"""A district that goes from SQLite to PostgreSQL takes every row along, or stays where it is."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from sync.caseapi.errors import DatabaseInUse, DatabaseMissing, StorageFailed
from sync.caseapi.keys import read_keys
from sync.caseapi.service.verifying.chains import verify
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.moving import move
from sync.caseapi.storage.postgres.opening import connected
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


Row = tuple[object, ...]


@pytest.mark.parametrize(
    ("changed", "place_of"),
    [
        (lambda rows: rows[:-1], 6),
        (lambda rows: rows[:2] + rows[3:], 3),
        (lambda rows: [(*rows[0][:2], rows[0][2] + 70, *rows[0][3:]), *rows], 7),
        (lambda rows: [*rows[:-1], (*rows[-1][:3], b"x" * 32, *rows[-1][4:])], 6),
    ],
    ids=["the last one missing", "one missing", "one too many", "one changed"],
)
async def test_a_row_that_is_not_the_same_afterwards_leaves_nothing_behind(
    tablet: Tablet,
    place: DatabasePlace,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    changed: Callable[[list[Row]], list[Row]],
    place_of: int,
) -> None:
    copy_in = PostgresConnection.copy_in

    def spoilt(connection: PostgresConnection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        kept = sorted(rows, key=lambda row: row[2]) if table == "inbox" else list(rows)  # type: ignore[arg-type, return-value]
        copy_in(connection, table, columns, changed(kept) if table == "inbox" else kept)

    monkeypatch.setattr(PostgresConnection, "copy_in", spoilt)
    with pytest.raises(StorageFailed, match=f"row {place_of} of inbox is not the same"):
        move(tmp_path / "case.db", place, clock())
    with pytest.raises(DatabaseMissing, match="never finished"):
        PostgresInspection(place)


async def test_a_table_that_only_one_of_both_has_is_named_and_nothing_is_copied(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("create table only_here (n integer)")
        connection.execute("create index only_here_too on only_here (n)")
    connection.close()
    with pytest.raises(StorageFailed, match=r"differ in only_here$"):
        move(tmp_path / "case.db", place, clock())
    with pytest.raises(DatabaseMissing, match="never finished"):
        PostgresInspection(place)


async def test_numbers_that_are_counted_go_on_after_the_largest(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    case_api = open_case_api(tmp_path / "case.db", clock)
    for _ in range(3):
        await case_api.storage.looks.add("a", None, "queue", clock())
    await case_api.storage.close()
    move(tmp_path / "case.db", place, clock())
    with connected(place) as connection:
        counted = connection.execute(
            "select table_name::text, column_name::text from information_schema.columns"
            " where table_schema = 'public' and is_identity = 'YES' order by table_name"
        ).fetchall()
        assert counted
        for table, column in counted:
            (largest,) = connection.execute(f"select coalesce(max({column}), 0) from {table}").fetchone()  # noqa: S608 - the schema's own names
            (following,) = connection.execute(
                f"select nextval(pg_get_serial_sequence('{table}', '{column}'))"
            ).fetchone()
            assert following == largest + 1, table


async def test_a_text_with_a_zero_character_is_kept_as_the_server_would_have_kept_it(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("update cases set summary = 'a' || char(0) || 'b'")
    connection.close()
    move(tmp_path / "case.db", place, clock())
    with connected(place) as target:
        assert target.execute("select summary from cases").fetchall() == [("a\ufffdb",)]


async def test_the_file_can_be_served_again_after_it_was_copied(
    tablet: Tablet, place: DatabasePlace, tmp_path: Path, clock: Clock
) -> None:
    move(tmp_path / "case.db", place, clock())
    await open_case_api(tmp_path / "case.db", clock).storage.close()
    with connected(place) as target:
        analyzed = "select count(*) from pg_stats where schemaname = 'public' and tablename = 'inbox'"
        assert target.execute(analyzed).fetchone()[0] > 0


def test_a_file_that_is_no_database_is_told_as_such(place: DatabasePlace, tmp_path: Path, clock: Clock) -> None:
    prepare(tmp_path / "case.db", clock)
    with (tmp_path / "case.db").open("r+b") as file:
        file.seek(0)
        file.write(b"\0" * 4096)
    with pytest.raises((StorageFailed, DatabaseMissing)):
        move(tmp_path / "case.db", place, clock())


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
