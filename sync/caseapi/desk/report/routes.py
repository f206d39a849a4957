"""The day's report of an area: its page, and the same as a file."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.areas import first_area, path_to
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.headers import attached
from sync.caseapi.desk.report.files import html_of
from sync.caseapi.desk.report.wording import day_of, document_of
from sync.caseapi.errors import CommandRefused, InputRefused, NotThere
from sync.caseapi.service.exports.day_report import DayReport, report_of
from sync.caseapi.sheets.document import Document
from sync.caseapi.sheets.pdf import write_pdf
from sync.caseapi.storage.exporting import ExportStore


def report_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the day's report."""
    storage = office.case_api.storage

    async def made(request: AnyRequest, code: str) -> tuple[Visit, str, Document]:
        visit = await office.visit(request)
        area = first_area(visit, storage.district, code)
        day = day_of(request.query_params.get("day", ""), visit.now)
        if day is None:
            raise InputRefused("a day is YYYY-MM-DD and not still to come", "day")
        report = await asyncio.to_thread(_report, storage.exports, area, day, visit)
        return visit, area, document_of(report, visit.texts, visit.now)

    @get(["/overview/day", "/overview/day/{code:str}"], include_in_schema=False)
    async def day_page(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
        visit, area, report = await made(request, code)
        trail = path_to(visit, storage.district, area)
        visit = replace(visit, here=f"/overview/day/{area}")
        return office.page("report/page.html", visit, title=report.title, report=report, trail=trail)

    @get("/overview/day/{code:str}/{file:str}", include_in_schema=False)
    async def day_file(request: AnyRequest, code: FromPath[str], file: FromPath[str]) -> Response[bytes]:
        if file not in ("report.pdf", "report.html"):
            raise NotThere("there is no such file")
        _, area, report = await made(request, code)
        headers = attached(f"xunge-{area}-{report.day}{Path(file).suffix}")
        if file == "report.html":
            html = await asyncio.to_thread(html_of, report)
            return Response(html.encode("utf-8", "replace"), media_type="text/html; charset=utf-8", headers=headers)
        try:
            content = await asyncio.to_thread(_pdf, report, office.case_api.sheet_font)
        except CommandRefused as exc:
            raise NotThere(str(exc)) from exc
        return Response(content, media_type="application/pdf", headers=headers)

    return [day_page, day_file]


def _report(store: ExportStore, area: str, day: date, visit: Visit) -> DayReport:
    with store.day_view() as view:
        return report_of(view, area, day, visit.now.zone, visit.now.ms)


def _pdf(report: Document, font_file: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="xunge-report-") as folder:
        path = Path(folder) / "report.pdf"
        write_pdf(report, path, font_file=font_file)
        return path.read_bytes()
