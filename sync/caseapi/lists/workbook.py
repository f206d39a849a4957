"""Reads the first shown sheet of an .xlsx file as texts, within bounds that hold before anything is unpacked."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from sync.caseapi.lists import faults as f
from sync.caseapi.lists.cells import MAX_ROWS, MEGABYTE, Line, Number, Spoilt
from sync.caseapi.lists.faults import Faults

MAX_UNPACKED_BYTES = 64 * MEGABYTE
"""Most bytes of all parts together: 20,000 rows of twelve cells are 20 MB."""

MAX_PARTS = 500
"""Most files in the archive; one with a sheet has a dozen."""

MAX_LINES_READ = 100_000
"""How far down rows are looked for: a sheet may have a million that are formatted and empty."""

_ZIP = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
_CHUNK_BYTES = 256 * 1024
_MERGED_NAMED = 20

_SPOILT = {"f": f.FORMULA, "e": f.ERROR_CELL}
"""Sorts of cells that are not taken, with what is said of them."""

_EXACT = 1e15
"""Below this a workbook's number has all its digits."""

_DAMAGE = (
    *(ValueError, LookupError, TypeError, AttributeError, SyntaxError, OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""How openpyxl and the archive fail on damaged workbooks: in as many ways as they have parts."""


def is_workbook(data: bytes) -> bool:
    """Return whether bytes begin as an .xlsx file does."""
    return data.startswith(_ZIP)


def workbook_lines(data: bytes, faults: Faults) -> Iterator[Line]:
    """Yield the lines of the first shown sheet that are not empty; what cannot be read is a fault."""
    if not _is_harmless(data, faults):
        return
    from openpyxl import load_workbook

    try:
        # Formulas are wanted as such: what a program last reckoned may be old or missing.
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            faults.add(f.NO_SHEET)
            return
        _find_merged(data, str(getattr(sheet, "_worksheet_path", "")), faults)
        yield from _sheet_lines(sheet, faults)
    except _DAMAGE:
        faults.add(f.NO_WORKBOOK)


def _is_harmless(data: bytes, faults: Faults) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                faults.add(f.BOMB, most=MAX_UNPACKED_BYTES // MEGABYTE)
                return False
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares(archive, part):
                    faults.add(f.DECLARES)
                    return False
    except _DAMAGE:
        faults.add(f.NO_WORKBOOK)
        return False
    return True


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether an XML part declares entities, which can unpack without end; also in two bytes a letter."""
    with archive.open(part) as file:
        return _DECLARATION.search(file.read(_CHUNK_BYTES).replace(b"\0", b"")) is not None


def _find_merged(data: bytes, path: str, faults: Faults) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        text = archive.read(path.lstrip("/"))
    for _, (column, row, end) in zip(range(_MERGED_NAMED), _MERGED.findall(text), strict=False):
        cells = f"{column.decode()}{row.decode()}:{end.decode()}"
        faults.add(f.MERGED, line=int(row), column=column.decode(), cells=cells)


def _sheet_lines(sheet: Any, faults: Faults) -> Iterator[Line]:
    # What a sheet says of its size may be a million rows of sixteen thousand cells.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > MAX_LINES_READ:
            faults.add(f.TOO_MANY_ROWS, most=MAX_ROWS)
            return
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Line(number, cells)


def _text(cell: Any) -> str:
    """Return a cell as it would be typed: a day as 2026-12-01, a whole number without a point."""
    value, sort = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if sort in _SPOILT:
        return Spoilt(str(value), _SPOILT[sort])
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, bool | int | float):
        is_whole = isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT)
        return Number(int(value) if is_whole else value)
    return value.isoformat() if isinstance(value, date) else str(value).strip()
