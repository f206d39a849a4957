"""`report`: the day of an area as a file for the browser or the printer."""

import argparse
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.caseapi.cli.settings import settings_of
from sync.caseapi.desk.areas import AREA_DIGITS
from sync.caseapi.desk.report.files import html_of
from sync.caseapi.desk.report.wording import day_of, document_of
from sync.caseapi.desk.text import texts_of
from sync.caseapi.desk.views.words import Now
from sync.caseapi.errors import CommandRefused
from sync.caseapi.opening import export_view, inspect
from sync.caseapi.service.case_api import wall_ms
from sync.caseapi.service.exports.day_report import report_of
from sync.caseapi.sheets.document import Document
from sync.caseapi.sheets.files import whole_file
from sync.caseapi.sheets.pdf import write_pdf
from sync.caseapi.storage.sqlite.exporting import SqliteDayView


def run_report(arguments: argparse.Namespace) -> int:
    """Write the report of a day; beside a running server it only reads."""
    config = settings_of(arguments)
    out: Path = arguments.out
    if out.suffix not in (".html", ".pdf"):
        raise CommandRefused(f"--out: a report is a file.html or a file.pdf, not {out.name}")
    zone = ZoneInfo(config.zone)
    now = Now(wall_ms(), zone)
    day = day_of(arguments.day or "", now)
    if day is None:
        raise CommandRefused("--day: a day is YYYY-MM-DD and not still to come")
    with inspect(config) as inspection:
        district = inspection.district
    area = arguments.area or district
    if not (area.isdigit() and len(area) in AREA_DIGITS and area.startswith(district)):
        raise CommandRefused(f"--area: a code of district {district}, of a street, a community or a grid in it")
    with export_view(config, district, SqliteDayView) as view:
        report = report_of(view, area, day, zone, now.ms)
    document = document_of(report, texts_of("en" if arguments.language == "en" else "zh_CN"), now)
    _write(document, out, config.font)
    print(out)
    print(f"the report of {area} for {day.isoformat()}", file=sys.stderr)
    return 0


def _write(document: Document, out: Path, font: str) -> None:
    with whole_file(out) as draft:
        if out.suffix == ".pdf":
            write_pdf(document, draft, font_file=font)
        else:
            draft.write_bytes(html_of(document).encode("utf-8", "replace"))
