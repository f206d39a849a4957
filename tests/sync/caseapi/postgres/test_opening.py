"""A PostgreSQL database is opened by what it is: without tables, of a newer program, out of a dump, out of reach."""

import json
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from sync.caseapi.errors import DatabaseMissing, DatabaseRestored, SchemaRefused, StorageFailed
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.opening import create_database
from sync.caseapi.storage.postgres.place import DatabasePlace
from tests.contracts.storages import Sender, enrolled
from tests.postgres_server import SHARED, PostgresServer
from tests.sync.caseapi.harness import DISTRICT, Clock, open_postgres
from tests.sync.caseapi.postgres.conftest import Open

needs_postgres = pytest.mark.needs("postgres")


def command(place: DatabasePlace, folder: Path, *words: str) -> int:
    """Run a command on the database, its files in a folder."""
    beside = {"receipt-key": "receipt-key.json", "seal-key": "seal-key.json", "receipts-log": "receipts.log"}
    flags = [part for flag, name in beside.items() for part in (f"--{flag}", str(folder / f"case.{name}"))]
    return main([*words, "--db", place.url, "--media", str(folder / "case.media"), *flags])


@needs_postgres
def test_a_database_without_tables_says_how_to_make_them(
    postgres: PostgresServer, tmp_path: Path, place: DatabasePlace, clock: Clock
) -> None:
    empty = postgres.new_database()
    with pytest.raises(DatabaseMissing, match="caseapi init"):
        open_postgres(empty, tmp_path, clock)
    with pytest.raises(DatabaseMissing, match="caseapi init"):
        PostgresInspection(empty)


@needs_postgres
def test_a_database_that_is_made_again_keeps_what_it_is(place: DatabasePlace, clock: Clock) -> None:
    with PostgresInspection(place) as inspection:
        before = (inspection.incarnation, inspection.district)
    create_database(place, district="999999", incarnation=clock.uuid(), now_ms=0)
    with PostgresInspection(place) as inspection:
        assert (inspection.incarnation, inspection.district) == before
        assert before[1] == DISTRICT


@needs_postgres
@pytest.mark.parametrize(
    ("change", "undo", "said"),
    [
        (
            "insert into schema_step values (9999, '9999_later.sql', '', 0)",
            "delete from schema_step where number = 9999",
            "9999_later.sql",
        ),
        (
            "update schema_step set sha256 = 'x' || sha256 where number = 1",
            "update schema_step set sha256 = substr(sha256, 2) where number = 1",
            "edited",
        ),
    ],
)
def test_a_newer_database_and_an_edited_step_are_refused(
    postgres: PostgresServer, place: DatabasePlace, tmp_path: Path, clock: Clock, change: str, undo: str, said: str
) -> None:
    postgres.run(change, SHARED)
    try:
        with pytest.raises(SchemaRefused, match=said):
            open_postgres(place, tmp_path, clock)
        with pytest.raises(SchemaRefused, match=said):
            PostgresInspection(place)
    finally:
        postgres.run(undo, SHARED)


@needs_postgres
async def test_a_database_out_of_a_dump_is_served_only_under_another_incarnation(
    postgres: PostgresServer,
    place: DatabasePlace,
    tmp_path: Path,
    clock: Clock,
    open_another: Open,
    capsys: pytest.CaptureFixture[str],
) -> None:
    storage = open_another()
    before = storage.incarnation
    sender = Sender(await enrolled(storage, clock, key=b"\1" * 32), clock.uuid())
    sender.grow(2)
    await storage.exchanges.exchange(sender.incoming())
    await storage.close()

    postgres.run("update database_identity set made_as = 'elsewhere'; delete from inbox where n = 2", SHARED)
    postgres.run("update stream set watermark = 1, head = (select head from inbox where n = 1)", SHARED)
    with pytest.raises(DatabaseRestored, match="caseapi restore"):
        open_postgres(place, tmp_path, clock)
    assert command(place, tmp_path, "doctor", "--json") == 1
    assert "caseapi restore" in capsys.readouterr().out

    assert command(place, tmp_path, "restore", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(lost["first"], lost["last"]) for lost in told["lost"]] == [(2, 2)]
    restored = open_another()
    assert str(restored.incarnation) == told["incarnation"] != str(before)


@needs_postgres
def test_a_server_that_would_lose_what_it_says_is_named(
    place: DatabasePlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(place, tmp_path, "doctor", "--json") == 1
    said = {row["check"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert "fsync is off" in said["database"]["says"]
    assert said["postgresql"]["ok"] is True


@needs_postgres
@pytest.mark.parametrize("words", [("backup", "copy.dump"), ("restore", "copy.dump")])
def test_what_postgresql_does_itself_is_said(
    place: DatabasePlace, tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(place, tmp_path, *words) == 1
    assert {"backup": "pg_dump", "restore": "pg_restore"}[words[0]] in capsys.readouterr().err


def test_a_server_out_of_reach_is_named_without_its_password(tmp_path: Path, clock: Clock) -> None:
    nowhere = DatabasePlace(f"postgresql://xunge:geheim@/case?host={tmp_path}&password=geheim")
    with pytest.raises(StorageFailed, match="cannot be opened") as refused:
        create_database(nowhere, district=DISTRICT, incarnation=clock.uuid(), now_ms=0)
    assert "geheim" not in str(refused.value)
    assert "geheim" not in repr(nowhere)
    assert "xunge:***@/case" in str(refused.value)


@pytest.mark.parametrize(
    ("url", "shown", "name"),
    [
        ("postgresql://a@h:5433/district", "postgresql://a@h:5433/district", "district"),
        ("postgres://a:b:c@h/x?sslmode=require", "postgres://a:***@h/x?sslmode=require", "x"),
        ("postgresql:///?service=case", "postgresql:///?service=case", "caseapi"),
    ],
)
def test_an_address_is_shown_whole_but_for_the_password(url: str, shown: str, name: str) -> None:
    place = DatabasePlace(url)
    assert (str(place), place.name) == (shown, name)


@needs_postgres
def test_the_report_of_a_day_is_written_from_it_too(place: DatabasePlace, tmp_path: Path) -> None:
    out = tmp_path / "day.html"
    assert command(place, tmp_path, "report", "--out", str(out), "--language", "en") == 0
    assert "Report of the day" in out.read_text("utf-8")
