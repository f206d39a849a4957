"""Reads a list's bytes into lines of texts, whatever program wrote them; what cannot be read is a fault."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from sync.caseapi.lists import faults as f
from sync.caseapi.lists.cells import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MEGABYTE, Line
from sync.caseapi.lists.faults import Faults
from sync.caseapi.lists.workbook import is_workbook, workbook_lines

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"


def read_file(path: Path, faults: Faults) -> bytes:
    """Return a file's bytes; nothing and a fault where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as exc:
        faults.add(f.UNREADABLE, why=exc.strerror or exc)
        return b""
    return data


def read_lines(data: bytes, faults: Faults) -> list[Line]:
    """Return the lines that are not empty; none and a fault where the file cannot be read.

    CSV comes as UTF-8 with or without a byte-order mark or as GB18030, which Excel writes in China, with commas,
    semicolons or tabs; a workbook as .xlsx, of which the first sheet that is shown counts.
    """
    if len(data) > MAX_FILE_BYTES:
        faults.add(f.TOO_LARGE, most=MAX_FILE_BYTES // MEGABYTE)
        return []
    if is_workbook(data):
        lines = _bounded(workbook_lines(data, faults), faults)
    elif data.startswith(_OLD_EXCEL):
        faults.add(f.OLD_EXCEL)
        return []
    else:
        text = _decoded(data, faults)
        lines = [] if text is None else _bounded(_csv_lines(text, faults), faults)
    if not lines and not faults:
        faults.add(f.EMPTY_FILE)
    return [] if faults else lines


def _decoded(data: bytes, faults: Faults) -> str | None:
    if data.startswith(_UTF16):
        faults.add(f.UTF16)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as exc:
        faults.add(f.NO_ENCODING, line=data[: exc.start].count(b"\n") + 1)
        return None


def _csv_lines(text: str, faults: Faults) -> Iterator[Line]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=delimiter)
    number = 0
    try:
        for cells in reader:
            # A cell may span lines: a row is named by the line in which it begins.
            begins, number = number + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield Line(begins, [cell.strip() for cell in cells])
    except csv.Error:
        faults.add(f.NO_CSV, line=number + 1)


def _bounded(lines: Iterator[Line], faults: Faults) -> list[Line]:
    taken: list[Line] = []
    for line in lines:
        if len(taken) > MAX_ROWS:
            faults.add(f.TOO_MANY_ROWS, most=MAX_ROWS)
            break
        if len(line.cells) > MAX_COLUMNS:
            faults.add(f.TOO_WIDE, line=line.number, most=MAX_COLUMNS)
            break
        taken.append(line)
    return taken
