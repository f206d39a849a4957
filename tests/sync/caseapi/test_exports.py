"""Tables leave as a role may see them: nothing computed, nobody named, whole or not at all."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.exports.rows import KINDS, ExportKind, ExportTask, Row, kinds_for, rows_of
from sync.caseapi.service.exports.spans import span_of
from sync.caseapi.service.grid_notices import NoticeWanted
from sync.caseapi.sheets.columns import columns_of, definitions
from sync.caseapi.sheets.writing import csv_pieces, jsonl_pieces, write_xlsx
from sync.caseapi.storage.exporting import ExportSpan, Taken
from sync.records import Visit
from tests.sync.caseapi.harness import ACTOR, BUILDING, ENTRANCE, GRID, MATTER, NOW_MS, OTHER_GRID, Desk
from tests.sync.caseapi.people import COMMUNITY, HANDLER, INSPECTOR, WATER, caller, did, phoned, walked

DAY = "2026-11-23"
EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@sum(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    " =1",
    "=cmd|'/c calc'!A0",
    "\x1b]0;x\x07",
    "a\nb",
    '"',
    "数",
]


def rows(desk: Desk, kind: ExportKind, by: Any = COMMUNITY, span: ExportSpan | None = None) -> list[Row]:
    lives = desk.case_api.casework.lives
    with desk.case_api.storage.exports.view() as view:
        return list(rows_of(view, ExportTask(kind, by, span or ExportSpan(), lives, desk.clock())))


def told(**said: object) -> NoticeWanted:
    wanted: dict[str, object] = {"area": GRID[:12], "text": "明天停水", "last_day": DAY}
    return NoticeWanted(**(wanted | said))  # type: ignore[arg-type]  # fields by name


def blank(kind: ExportKind, **cells: Any) -> Row:
    return dict.fromkeys((column.id for column in columns_of(kind)), "") | cells


async def patrolled(desk: Desk) -> None:
    """Let a tablet check in twice, visit a household and be folded."""
    tablet = await desk.tablet()
    tablet.check_in(entrance=str(ENTRANCE), result="normal")
    tablet.check_in(round=2)
    tablet.record("visit", Visit(building=str(BUILDING), purpose="care", outcome="met"))
    await tablet.sync()
    await desk.fold()


async def test_every_row_has_exactly_the_columns_that_are_explained(desk: Desk) -> None:
    await patrolled(desk)
    await did(desk, await walked(desk, "file"), "dispatch")
    await walked(desk, "ask_verify")
    await desk.case_api.grid_notices.send(told(), COMMUNITY)
    for kind in KINDS:
        found = rows(desk, kind)
        assert found, kind
        wanted = {column.id for column in columns_of(kind)}
        assert all(set(row) == wanted for row in found), kind
        said = list(definitions(kind))
        assert len(said) == len(wanted)
        assert all(row["名称"] and row["name"] and row["含义"] and row["meaning"] for row in said)


async def test_a_check_in_leaves_without_person_tablet_record_and_time(desk: Desk) -> None:
    await patrolled(desk)
    found = rows(desk, "check_ins")
    assert [(row["day"], row["building_name"], row["entrance_name"], row["result"]) for row in found] == [
        (date(2026, 11, 23), "1号楼", "", "not_stated"),
        (date(2026, 11, 23), "1号楼", "一单元", "normal"),
    ]
    for kind in ("check_ins", "visits", "rounds"):
        whole = b"".join(jsonl_pieces(kind, rows(desk, kind))).decode()
        assert str(ACTOR) not in whole
        assert "T08:" not in whole
        assert not any(isinstance(cell, datetime) for row in rows(desk, kind) for cell in row.values())


async def test_notices_leave_for_whoever_they_reach_without_who_sent_them(desk: Desk) -> None:
    notices = desk.case_api.grid_notices
    sent = await notices.send(told(area=GRID), COMMUNITY)
    await notices.withdraw(sent.row.id, COMMUNITY)
    (row,) = rows(desk, "notices")
    assert (row["area"], row["words"], row["is_urgent"], row["grids_told"]) == (GRID, "明天停水", False, 1)
    assert row["withdrawn_at"] is not None
    assert COMMUNITY.id not in str(row)
    assert rows(desk, "notices", span=span_of("2026-11-24", "", desk.case_api.casework.lives.zone)) == []
    assert len(rows(desk, "notices", caller("street_desk", GRID[:9]))) == 1
    assert rows(desk, "notices", caller("community_desk", "230108999001", "elsewhere")) == []


async def test_the_order_of_check_ins_does_not_tell_who_came_first(desk: Desk) -> None:
    tablet = await desk.tablet()
    for result in ("issue", "normal", "no_access"):
        desk.clock.now_ms += 60_000
        tablet.check_in(result=result)
    await tablet.sync()
    await desk.fold()
    assert [row["result"] for row in rows(desk, "check_ins")] == ["issue", "no_access", "normal"]


async def test_rounds_name_the_buildings_that_nobody_looked_at(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.check_in(entrance=str(ENTRANCE), result="normal")
    await tablet.sync()
    await desk.fold()
    first, second = rows(desk, "rounds")
    assert (first["round"], first["is_done"], first["entrances_done"], first["normal"]) == (1, True, 1, 1)
    assert (second["round"], second["is_done"], second["entrances_done"]) == (2, False, 0)


async def test_a_case_leaves_with_its_history_and_never_with_a_contact_or_an_actor(desk: Desk) -> None:
    case = await walked(desk, "file", "dispatch", "accept", "done")
    (row,) = rows(desk, "cases")
    assert (row["case"], row["state"], row["handlers"], row["has_contact"]) == (
        str(case.case.id), "handled", "合成供热站", True,
    )  # fmt: skip
    history = rows(desk, "history")
    assert [each["what"] for each in history] == ["report", "file", "dispatch", "accept", "done"]
    said = repr((row, history))
    assert "0451" not in said
    assert "account-" not in said


async def test_what_leaves_is_what_the_seat_may_see(desk: Desk) -> None:
    await walked(desk, "file", "dispatch")
    assert len(rows(desk, "cases", HANDLER)) == 1
    assert rows(desk, "cases", WATER) == []
    assert rows(desk, "cases", caller("community_desk", OTHER_GRID[:11] + "9")) == []
    assert len(rows(desk, "cases", caller("auditor"))) == 1
    with pytest.raises(NotAllowed):
        rows(desk, "cases", caller("security_admin"))
    with pytest.raises(NotAllowed):
        rows(desk, "check_ins", HANDLER)
    assert kinds_for(caller("system_admin")) == ("buildings", "catalogue")
    assert kinds_for(HANDLER) == ("cases", "history", "tasks", "catalogue")


async def test_the_words_of_a_restricted_case_leave_with_its_handling_chain_alone(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case("独居老人求助", restricted=True)
    await tablet.sync()
    await desk.fold()
    for by, readable in ((COMMUNITY, True), (INSPECTOR, True), (caller("leader"), False), (caller("auditor"), False)):
        (row,) = rows(desk, "cases", by)
        assert ("独居" in str(row["description"])) is readable, by
        assert "独居" not in repr(rows(desk, "history", by)) or readable


async def test_days_bound_what_leaves(desk: Desk) -> None:
    await patrolled(desk)
    await phoned(desk)
    zone = desk.case_api.casework.zone
    assert len(rows(desk, "cases", span=span_of(DAY, DAY, zone))) == 1
    assert rows(desk, "cases", span=span_of("", "2026-11-22", zone)) == []
    assert rows(desk, "check_ins", span=span_of("2026-11-24", "", zone)) == []
    assert len(rows(desk, "visits", span=span_of(DAY, "", zone))) == 1
    for kind in ("check_ins", "visits"):
        assert rows(desk, kind, span=span_of(DAY, DAY, zone)) == rows(desk, kind) != []
    for bad in (("2026-13-01", ""), ("20261123", ""), ("", "0001-01-01"), ("2026-11-24", DAY), ("9999-12-31", "")):
        with pytest.raises(InputRefused):
            span_of(*bad, zone)


async def test_a_withdrawn_report_does_not_leave(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.void(tablet.case("写错了"))
    await tablet.sync()
    await desk.fold()
    assert rows(desk, "cases") == []


@settings(max_examples=30)
@given(st.lists(st.text(max_size=30) | st.sampled_from(EVIL), min_size=1, max_size=4))
def test_no_cell_of_a_csv_begins_as_a_formula_and_the_words_stay(texts: list[str]) -> None:
    made = b"".join(csv_pieces("cases", [blank("cases", description=text) for text in texts], "zh"))
    assert made.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert len(read) == len(texts) + 1
    for row in read:
        assert len(row) == len(columns_of("cases"))
        assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠\t\r")) for cell in row)
        assert not any(character in cell for cell in row for character in "\x1b\x00\u202e")


def test_a_spreadsheet_holds_texts_as_texts_and_days_as_days(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = [blank("cases", description=text, reported_at=datetime(2026, 11, 23, 8, 0)) for text in EVIL]
    write_xlsx(path, "cases", made, "en")
    book = load_workbook(path)
    sheet, said = book["Cases"], book["definitions"]
    heads = [cell.value for cell in sheet[1]]
    words, moment = heads.index("Description"), heads.index("Reported at")
    for cells, text in zip(sheet.iter_rows(min_row=2), EVIL, strict=True):
        assert cells[words].data_type in ("s", "n"), text
        assert cells[words].data_type == "s" or cells[words].value is None
        assert cells[moment].value == datetime(2026, 11, 23, 8, 0)
        assert cells[moment].is_date
    assert [row[0].value for row in said.iter_rows(min_row=2)] == [column.id for column in columns_of("cases")]


def test_a_sheet_that_is_full_goes_on_in_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.caseapi.sheets.writing.MOST_SHEET_ROWS", 2)
    write_xlsx(tmp_path / "a.xlsx", "visits", iter([blank("visits", outcome="met")] * 5), "en")
    book = load_workbook(tmp_path / "a.xlsx")
    assert [(sheet.title, sheet.max_row) for sheet in book.worksheets[:3]] == [
        ("Visits", 3), ("Visits 2", 3), ("Visits 3", 2),
    ]  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_json_lines_are_one_object_a_row(texts: list[str]) -> None:
    made = b"".join(jsonl_pieces("cases", (blank("cases", description=text, severity=2) for text in texts)))
    lines = made.splitlines()
    assert len(lines) == len(texts)
    assert all(msgspec.json.decode(line)["severity"] == 2 for line in lines)


def test_rows_are_made_as_they_are_asked_for() -> None:
    def endless() -> Iterator[Row]:
        while True:
            yield blank("cases", description="x" * 100)

    pieces = csv_pieces("cases", endless(), "zh")
    assert max(len(next(pieces)) for _ in range(5)) < 100_000


async def test_who_took_what_along_is_written_down_and_how_much_afterwards(desk: Desk) -> None:
    exports = desk.case_api.storage.exports
    taken = Taken(COMMUNITY.id, "cases", "csv", "2026-11-01..", NOW_MS)
    number = await exports.add(taken)
    assert await exports.taken() == [taken]
    await exports.finish(number, 12)
    assert await exports.taken() == [replace(taken, rows=12)]


async def test_a_view_stays_the_same_whatever_is_written_meanwhile(desk: Desk) -> None:
    await phoned(desk)
    lives = desk.case_api.casework.lives
    with desk.case_api.storage.exports.view() as view:
        reading = rows_of(view, ExportTask("cases", COMMUNITY, ExportSpan(), lives, desk.clock()))
        next(reading)
        await phoned(desk, report=DeskReport(matter=MATTER, grid=GRID, place="路口", description="新的"))
        assert list(reading) == []
    assert len(rows(desk, "cases")) == 2
