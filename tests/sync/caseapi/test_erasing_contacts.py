"""A contact goes for good when its case has long been over: from rows, records, file and log; the chain still holds."""

import json
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from sync.caseapi.keys import read_keys
from sync.caseapi.service.casework.asides import AsideWanted
from sync.caseapi.service.casework.erasing import ContactErasure
from sync.caseapi.service.verifying.chains import Report, verify
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.records import CaseReport
from sync.sealing import seal
from tests.sync.caseapi.harness import BUILDING, Clock, Desk
from tests.sync.caseapi.people import COMMUNITY, did, walked

DAY_MS = 86_400_000
OVER = ("file", "dispatch", "accept", "done", "close")


def erasing(desk: Desk) -> ContactErasure:
    return desk.case_api.erasing


def report_of(database: Path) -> Report:
    keys = read_keys(database.with_suffix(".receipt-key.json"), database.with_suffix(".seal-key.json"))
    with SqliteInspection(database) as inspection:
        return verify(inspection, keys.receipt.public_key(), ())


def bytes_of(database: Path) -> bytes:
    log = database.with_name(f"{database.name}-wal")
    return database.read_bytes() + (log.read_bytes() if log.exists() else b"")


async def test_a_contact_is_kept_until_its_case_has_been_over_for_the_districts_days(desk: Desk) -> None:
    case = await walked(desk, *OVER)
    desk.clock.now_ms += 90 * DAY_MS - 1
    assert (await erasing(desk).erase()).cases == 0
    desk.clock.now_ms += 1
    assert (await erasing(desk).erase(is_dry=True)).cases == 1
    assert await desk.case_api.cases.contact(case.case.id, COMMUNITY)
    assert (await erasing(desk).erase()).cases == 1
    assert (await erasing(desk).erase()).cases == 0
    assert await desk.case_api.cases.contact(case.case.id, COMMUNITY) == ""
    assert not (await desk.case_api.cases.page(case.case.id, COMMUNITY)).has_contact


async def test_an_open_case_keeps_its_contact_and_an_answer_of_the_reporter_counts_anew(desk: Desk) -> None:
    await walked(desk, *OVER[:3])
    closed = await walked(desk, *OVER)
    desk.clock.now_ms += 20 * DAY_MS
    answer = AsideWanted(kind="satisfaction", score=2)
    await desk.case_api.cases.beside(closed.case.id, answer, COMMUNITY)
    desk.clock.now_ms += 80 * DAY_MS
    assert (await erasing(desk).erase()).cases == 0
    desk.clock.now_ms += 10 * DAY_MS
    assert (await erasing(desk).erase()).cases == 1


async def test_nothing_of_a_contact_is_left_in_the_file_and_the_chain_still_verifies(
    desk: Desk, database: Path
) -> None:
    tablet = await desk.tablet()
    sealed = [seal(f"0451-{number:08}", desk.case_api.keys.seal_public) for number in range(3)]
    cases = [
        tablet.case(f"问题 {number}", self_resolved=True, action="好了", contact=text)
        for number, text in enumerate(sealed[:2])
    ]
    tablet.fill(30)
    again = CaseReport(
        "national", "matter", "02001", building=str(BUILDING), description="改过", contact=sealed[2],
        self_resolved=True, action="好了",
    )  # fmt: skip
    tablet.record("case_report", again, amends=str(cases[0]))
    await tablet.sync()
    await desk.fold()
    called = await walked(desk, *OVER)
    kept = await desk.case_api.storage.casework.file(called.case.id)
    assert kept is not None
    assert kept.row.words is not None
    sealed.append(kept.row.words.contact)
    assert all(text.encode() in bytes_of(database) for text in sealed)

    desk.clock.now_ms += 91 * DAY_MS
    erased = await erasing(desk).erase()
    assert (erased.cases, erased.texts, erased.left_over) == (3, 4, 0)
    assert not any(text.encode() in bytes_of(database) for text in sealed)
    report = report_of(database)
    assert (report.broken_chains, report.erased, report.ok) == (0, 3, True)
    file = await desk.case_api.storage.casework.file(cases[0])
    assert file is not None
    assert file.row.words is not None
    assert file.row.words.description == "改过"

    tablet.fill(1)
    tablet.record("case_report", again, amends=str(cases[1]))
    reply = await tablet.sync(start=34)
    assert tablet.opened_receipt(reply).watermark == 35
    await desk.fold()
    assert report_of(database).ok


async def test_a_record_that_arrived_twice_loses_its_contact_at_both_places(desk: Desk, database: Path) -> None:
    tablet = await desk.tablet()
    sealed = seal("0451-1", desk.case_api.keys.seal_public)
    tablet.case("问题", self_resolved=True, action="好了", contact=sealed)
    await tablet.sync()
    tablet.stream = desk.clock.uuid()
    await tablet.sync()
    await desk.fold()
    desk.clock.now_ms += 91 * DAY_MS
    assert (await erasing(desk).erase()).left_over == 0
    assert sealed.encode() not in bytes_of(database)
    assert (report_of(database).erased, report_of(database).ok) == (2, True)


async def test_a_changed_record_that_nobody_erased_is_still_found(desk: Desk, database: Path) -> None:
    tablet = await desk.tablet()
    tablet.case("问题", self_resolved=True, action="好了", contact=seal("1", desk.case_api.keys.seal_public))
    tablet.fill(1)
    await tablet.sync()
    await desk.fold()
    desk.clock.now_ms += 91 * DAY_MS
    await erasing(desk).erase()
    await desk.case_api.storage.close()
    connection = connect_writing(database)
    connection.execute("update inbox set raw = raw || ' ' where n = 2")
    connection.close()
    assert report_of(database).broken_chains == 1


async def test_what_a_reader_holds_back_is_looked_for_again(desk: Desk, database: Path) -> None:
    await walked(desk, *OVER)
    desk.clock.now_ms += 91 * DAY_MS
    with desk.case_api.storage.exports.view() as view:
        list(view.standing(["grid"]))
        held_back = await erasing(desk).erase()
    assert held_back.cases == 1
    assert held_back.left_over == 1
    assert (await erasing(desk).erase()).left_over == 0


def test_the_command_counts_first_and_writes_the_file_anew(
    database: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    db = f"sqlite:///{database}"
    assert main(["erase-contacts", "--dry-run", "--json", "--db", db]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 0
    assert main(["erase-contacts", "--vacuum", "--db", db]) == 0
    assert "written anew" in capsys.readouterr().err


async def test_a_case_that_is_opened_again_in_time_keeps_its_contact(desk: Desk) -> None:
    case = await walked(desk, *OVER)
    desk.clock.now_ms += 10 * DAY_MS
    await did(desk, case, "reopen")
    desk.clock.now_ms += 91 * DAY_MS
    assert (await erasing(desk).erase()).cases == 0
