"""`caseapi verify` recomputes everything and finds what was changed, lost or forged."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from tests.sync.caseapi.harness import Desk


@pytest.fixture
async def filled(desk: Desk, database: Path) -> Path:
    """A database with two streams: one of a plain shift, one with a repeat and a quarantined record."""
    for _ in range(2):
        tablet = await desk.tablet()
        tablet.fill(5)
        await tablet.sync()
    tablet.records += [tablet.records[0], b"{}"]
    await tablet.sync()
    await desk.fold()
    return database


def verified(database: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    code = main(["verify", "--json", "--db", f"sqlite:///{database}"])
    return code, json.loads(capsys.readouterr().out)


def tampered(database: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """Return a copy of a database after somebody changed it by hand; keys and the receipts' file go along."""
    copy = database.with_name("copy.db")
    main(["backup", str(copy), "--db", f"sqlite:///{database}"])
    for suffix in (".receipt-key.json", ".seal-key.json", ".receipts.log"):
        shutil.copy(database.with_suffix(suffix), copy.with_suffix(suffix))
    connection = sqlite3.connect(copy)
    with connection:
        change(connection)
    connection.close()
    return copy


async def test_what_was_received_is_found_whole(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = verified(filled, capsys)
    assert (code, report) == (
        0,
        {
            "streams": 2,
            "records": 12,
            "stored": 10,
            "duplicates": 0,
            "repeated": 1,
            "missing": 0,
            "broken_chains": 0,
            "receipts": 3,
            "receipts_valid": 3,
            "receipts_lost": 0,
            "quarantined": 1,
            "parked": 0,
            "unjudged": 0,
            "cases": 0,
            "cases_astray": 0,
            "media": 0,
            "media_owed": 0,
            "media_missing": 0,
            "media_damaged": 0,
            "erased": 0,
            "ok": True,
            "lost": [],
            "findings": [],
        },
    )


async def test_an_edited_byte_breaks_the_chain(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit = "update inbox set raw = replace(cast(raw as text), 'not_stated', 'normal') || ' ' where n = 3"
    code, report = verified(tampered(filled, lambda connection: connection.execute(edit)), capsys)
    assert (code, report["broken_chains"], report["ok"]) == (1, 2, False)


async def test_a_removed_record_is_missing(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remove = "delete from inbox where n = 2"
    code, report = verified(tampered(filled, lambda connection: connection.execute(remove)), capsys)
    assert (code, report["missing"]) == (1, 2)


async def test_a_removed_tail_is_missing_and_its_receipt_lost(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def cut(connection: sqlite3.Connection) -> None:
        connection.execute("delete from inbox where n >= 6")

    code, report = verified(tampered(filled, cut), capsys)
    assert (code, report["missing"], report["receipts_lost"]) == (1, 2, 1)


async def test_a_database_restored_from_before_is_told_what_it_lost(
    filled: Path, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tampered(filled, lambda _: None)
    tablet = await desk.tablet()
    tablet.fill(4)
    await tablet.sync()
    shutil.copy(filled.with_suffix(".receipts.log"), backup.with_suffix(".receipts.log"))
    code, report = verified(backup, capsys)
    assert (code, report["receipts_lost"], report["broken_chains"]) == (1, 1, 0)


async def test_a_forged_receipt_is_found(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge = "update receipt set signed = (select signed from receipt where given = 2) where given = 1"
    code, report = verified(tampered(filled, lambda connection: connection.execute(forge)), capsys)
    assert (code, report["receipts"], report["receipts_valid"]) == (1, 4, 3)


async def test_a_torn_file_is_said_to_be_torn(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = tampered(filled, lambda _: None)
    data = bytearray(torn.read_bytes())
    data[4096 * 3 :] = b"\xa5" * (len(data) - 4096 * 3)
    torn.write_bytes(data)
    assert main(["verify", "--db", f"sqlite:///{torn}"]) == 1
    assert main(["doctor", "--db", f"sqlite:///{torn}"]) == 1
    assert "Traceback" not in capsys.readouterr().err


async def test_a_fold_that_forgot_a_record_is_found(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forget = "delete from judged where id = (select min(id) from judged where verdict = 'stored')"
    code, report = verified(tampered(filled, lambda connection: connection.execute(forget)), capsys)
    assert (code, report["duplicates"]) == (1, 1)


async def test_a_receipt_that_a_crash_left_out_of_the_file_is_added_at_the_next_start(
    desk: Desk, database: Path
) -> None:
    from sync.caseapi.storage.receipt_log import ReceiptLog
    from tests.sync.caseapi.harness import open_storage

    for _ in range(3):
        tablet = await desk.tablet()
        tablet.fill(1)
        await tablet.sync()
    log = database.with_suffix(".receipts.log")
    whole = log.read_bytes()
    log.write_bytes(whole[: len(whole) * 2 // 3 + 20])
    await desk.case_api.storage.close()
    storage = open_storage(database, desk.clock)
    await storage.close()
    assert len({line.key for line in ReceiptLog(log).lines()}) == 3


async def test_a_backup_beside_a_running_server_is_whole(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = verified(tampered(filled, lambda _: None), capsys)
    assert (code, report["records"]) == (0, 12)
