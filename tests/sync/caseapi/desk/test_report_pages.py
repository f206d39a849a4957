"""The day's report at the desk: each seat's own area, as a page, as a file, on paper."""

from pathlib import Path

import pytest

from sync.caseapi.cli import main
from sync.caseapi.desk.report.files import html_of
from sync.caseapi.desk.report.wording import day_of, document_of
from sync.caseapi.desk.text import texts_of
from sync.caseapi.desk.views.words import Now
from sync.caseapi.service.exports.day_report import report_of
from sync.caseapi.sheets.document import Document
from sync.caseapi.sheets.pdf import write_pdf
from tests.sync.caseapi.desk.work_desk import seated, staff
from tests.sync.caseapi.harness import DISTRICT, GRID, NOW_MS, Clock, Desk, prepare
from tests.sync.caseapi.people import walked


async def test_each_seat_has_the_report_of_its_area_and_its_files(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    case = await walked(desk, "file", "dispatch")
    community = await seated(desk, "community", "en")
    page = await community.get("/overview/day")
    assert "Report of the day 社区" in " ".join(page.words.split())
    assert f'href="/desk/overview/day/{GRID}' not in page.html
    assert "Not looked at: 1号楼" in page.words
    assert "What the numbers mean" in page.words
    file = await community.http.get(f"/desk/overview/day/{GRID[:12]}/report.html?day=2026-11-23")
    assert file.headers["content-disposition"] == f'attachment; filename="xunge-{GRID[:12]}-2026-11-23.html"'
    assert "<script" not in file.text
    assert "http" not in file.text.replace("http-equiv", "")
    await community.get(f"/overview/day/{DISTRICT}", 403)
    await community.get(f"/overview/day/{GRID[:12]}?day=2026-11-24", 422)
    await community.get(f"/overview/day/{GRID[:12]}?day=x", 422)
    await community.get(f"/overview/day/{GRID[:12]}/report.exe", 404)
    await (await seated(desk, "heat")).get("/overview/day", 403)
    assert str(case.case.id)[-8:] not in page.words


@pytest.fixture
async def documents(desk: Desk) -> tuple[Document, Document]:
    await walked(desk, "file", "dispatch", "accept", "done", "close", "reopen")
    now = Now(NOW_MS, desk.case_api.casework.zone)
    day = day_of("2026-11-23", now)
    assert day is not None
    with desk.case_api.storage.exports.day_view() as view:
        report = report_of(view, GRID[:12], day, now.zone, desk.clock())
    chinese, english = (document_of(report, texts_of(language), now) for language in ("zh_CN", "en"))
    return chinese, english


async def test_both_languages_say_the_same_and_explain_every_number(documents: tuple[Document, Document]) -> None:
    chinese, english = documents
    assert [figure.value for figure in chinese.figures] == [figure.value for figure in english.figures]
    assert all(figure.means and figure.words for figure in (*chinese.figures, *english.figures))
    assert not any(figure.words.isascii() for figure in chinese.figures)
    assert (chinese.title, english.title) == ("日报", "Report of the day")
    assert english.sections[-1].table is not None
    assert english.sections[-1].table.rows[0][3] == "reopened"
    assert ("暴露垃圾" in str(chinese.sections), "Litter" in str(chinese.sections)) == (True, False)
    assert ("暴露垃圾" in str(english.sections), "Litter" in str(english.sections)) == (False, True)


async def test_names_from_outside_stay_text_in_the_file(documents: tuple[Document, Document]) -> None:
    from dataclasses import replace

    html = html_of(replace(documents[1], area="<script>alert(1)</script>"))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.needs("droid")
async def test_the_paper_has_its_font_inside_and_goes_on_over_pages(
    documents: tuple[Document, Document], tmp_path: Path
) -> None:
    write_pdf(documents[0], tmp_path / "a.pdf")
    made = (tmp_path / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    assert b"/FontFile2" in made
    assert made.count(b"/Type /Page\n") >= 2


def test_the_command_writes_a_report_beside_nothing_else(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    db = f"sqlite:///{prepare(tmp_path / 'case.db', clock)}"
    out = tmp_path / "day.html"
    assert main(["report", "--out", str(out), "--language", "en", "--db", db]) == 0
    assert "Report of the day" in out.read_text("utf-8")
    assert main(["report", "--out", str(tmp_path / "day.doc"), "--db", db]) == 1
    assert main(["report", "--out", str(out), "--area", "999999", "--db", db]) == 1
    assert main(["report", "--out", str(out), "--day", "2999-01-01", "--db", db]) == 1
    assert "still to come" in capsys.readouterr().err
