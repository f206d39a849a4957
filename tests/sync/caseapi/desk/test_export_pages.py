"""The page that asks what somebody takes along, and the download that answers."""

import io

import msgspec
import pytest
from openpyxl import load_workbook

from sync.caseapi.desk.exports import streaming
from sync.caseapi.desk.exports.streaming import Downloads
from sync.caseapi.errors import Overloaded
from sync.caseapi.service.exports.rows import ExportTask
from sync.caseapi.storage.exporting import ExportSpan, Taken
from tests.sync.caseapi.desk.work_desk import seated, staff
from tests.sync.caseapi.harness import NOW_MS, Desk
from tests.sync.caseapi.people import COMMUNITY, walked


async def test_a_seat_takes_its_tables_along_and_the_auditor_sees_who_did(desk: Desk) -> None:
    await staff(desk, "community", "heat", "auditor")
    await walked(desk, "file", "dispatch")
    community, heat = await seated(desk, "community"), await seated(desk, "heat", "en")
    answer = await community.send("/export", "/desk/export", {}, kind="cases", format="csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="xunge-cases-2026-11-23.csv"'
    assert answer.headers["content-type"].startswith("text/csv")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.text.count("\r\n") == 2
    answer = await heat.send("/export", "/desk/export", {}, kind="history", format="jsonl")
    assert [msgspec.json.decode(line)["what"] for line in answer.content.splitlines()] == ["report", "file", "dispatch"]
    answer = await heat.send("/export", "/desk/export", {}, kind="catalogue", format="xlsx")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["Catalogue", "definitions"]
    page = await (await seated(desk, "auditor", "en")).get("/export")
    assert "Who took what along" in page.words
    assert [each.rows for each in await desk.case_api.storage.exports.taken()] == [1, 3, 1]
    assert "Who took what along" not in (await heat.get("/export")).words


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "check_ins"},
        {"kind": "../x"},
        {"format": "pdf"},
        {"from": "2026-11-24", "to": "2026-11-23"},
        {"to": "yesterday"},
    ],
)
async def test_what_cannot_be_taken_along_is_said_on_the_page_and_nothing_is_written_down(
    desk: Desk, said: dict[str, str]
) -> None:
    await staff(desk, "heat")
    heat = await seated(desk, "heat", "en")
    answer = await heat.send("/export", "/desk/export", {}, **({"kind": "cases", "format": "csv"} | said))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await desk.case_api.storage.exports.taken() == []


async def test_a_page_of_another_server_takes_nothing_along(desk: Desk) -> None:
    await staff(desk, "heat")
    heat = await seated(desk, "heat")
    form = (await heat.get("/export")).form("/desk/export")
    answer = await heat.post(form.action, form.fields | {"kind": "cases"}, origin="http://elsewhere")
    assert answer.status_code == 403


async def test_a_spreadsheet_that_would_be_too_long_is_refused_before_it_begins(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MOST_XLSX_ROWS", 0)
    await staff(desk, "heat")
    heat = await seated(desk, "heat", "en")
    answer = await heat.send("/export", "/desk/export", {}, kind="catalogue", format="xlsx")
    assert (answer.status_code, "choose fewer days" in answer.text) == (422, True)


async def test_a_browser_that_goes_away_gives_its_place_back(desk: Desk) -> None:
    await walked(desk, "file")
    exports = desk.case_api.storage.exports
    downloads = Downloads(exports)
    task = ExportTask("cases", COMMUNITY, ExportSpan(), desk.case_api.casework.lives, NOW_MS)
    taken = Taken(COMMUNITY.id, "cases", "csv", "", NOW_MS)
    begun = [await downloads.begin(task, taken, "csv", "zh") for _ in range(streaming.MOST_AT_ONCE)]
    with pytest.raises(Overloaded):
        await downloads.begin(task, taken, "csv", "zh")
    await begun[0].aclose()  # type: ignore[attr-defined]  # a generator, as the answer sees it
    again = await downloads.begin(task, taken, "csv", "zh")
    assert b"".join([piece async for piece in again]).startswith(b"\xef\xbb\xbf")
    await begun[1].aclose()  # type: ignore[attr-defined]  # a generator, as the answer sees it
    assert [each.rows for each in await exports.taken()] == [1, None, None]
