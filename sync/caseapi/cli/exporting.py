"""`export`: a table as a role may see it, row by row into a file that takes its name when it is whole."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from sync.caseapi.cases.permissions import Account
from sync.caseapi.cli.administering import run_administrative
from sync.caseapi.cli.listing import export_boundaries
from sync.caseapi.cli.settings import settings_of
from sync.caseapi.errors import CommandRefused, InputRefused
from sync.caseapi.opening import export_view, inspect
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import wall_ms
from sync.caseapi.service.catalogue.editing import kept_lives
from sync.caseapi.service.exports.rows import KINDS, ExportTask, Row, rows_of
from sync.caseapi.service.exports.spans import span_of, span_words
from sync.caseapi.sheets.files import whole_file
from sync.caseapi.sheets.writing import (
    csv_definitions,
    csv_pieces,
    jsonl_definitions,
    jsonl_pieces,
    write_xlsx,
)
from sync.caseapi.storage.sqlite.exporting import SqliteExportView

__all__ = ["FORMATS", "KINDS", "run_export"]

FORMATS = ("csv", "jsonl", "xlsx")

SAID_EVERY = 100_000
"""Rows after which progress is said."""


def run_export(arguments: argparse.Namespace) -> int:
    """Write a table into a file; who took it along is written down before and after."""
    if arguments.kind == "boundaries":
        return export_boundaries(arguments)
    config = settings_of(arguments)
    zone = ZoneInfo(config.zone)
    days = (arguments.from_day or "", arguments.to_day or "")
    try:
        span = span_of(*days, zone)
    except InputRefused as exc:
        raise CommandRefused(f"--{exc.field}: {exc}") from exc
    wanted = {"kind": arguments.kind, "format": arguments.format, "span": span_words(*days)}
    begun = run_administrative(config, "export-begin", wanted | {"account": arguments.account})
    by = Caller(begun["account"], tuple(msgspec.convert(seat, Account) for seat in begun["seats"]))
    with inspect(config) as inspection:
        district = inspection.district
    counted = _Counted()
    with whole_file(arguments.out) as draft, export_view(config, district, SqliteExportView) as view:
        task = ExportTask(arguments.kind, by, span, kept_lives(view.versions(), zone), wall_ms())
        _write(draft, arguments, counted.over(rows_of(view, task)))
        run_administrative(config, "export-finish", {"number": begun["number"], "rows": counted.rows})
    told = {"kind": arguments.kind, "rows": counted.rows, "file": str(arguments.out)}
    if (beside := _write_definitions(arguments)) is not None:
        told["definitions"] = str(beside)
    print(json.dumps(told, ensure_ascii=False) if arguments.json else counted.rows)
    print(f"written to {arguments.out}; what the columns mean: {beside or 'its second sheet'}", file=sys.stderr)
    return 0


class _Counted:
    """Rows, counted as they pass, with a word now and then."""

    def __init__(self) -> None:
        self.rows = 0

    def over(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows."""
        for row in rows:
            self.rows += 1
            if self.rows % SAID_EVERY == 0:
                print(f"{self.rows} rows …", file=sys.stderr)
            yield row


def _write(draft: Path, arguments: argparse.Namespace, rows: Iterator[Row]) -> None:
    if arguments.format == "xlsx":
        write_xlsx(draft, arguments.kind, rows, arguments.language)
        return
    is_csv = arguments.format == "csv"
    pieces = csv_pieces(arguments.kind, rows, arguments.language) if is_csv else jsonl_pieces(arguments.kind, rows)
    with draft.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _write_definitions(arguments: argparse.Namespace) -> Path | None:
    """Write what the columns mean beside the file; a spreadsheet has them in a sheet of its own."""
    if arguments.format == "xlsx":
        return None
    out: Path = arguments.out
    beside = out.with_name(f"{out.stem}.definitions{out.suffix or '.' + arguments.format}")
    content = csv_definitions(arguments.kind) if arguments.format == "csv" else jsonl_definitions(arguments.kind)
    with whole_file(beside) as draft:
        draft.write_bytes(content)
    return beside
