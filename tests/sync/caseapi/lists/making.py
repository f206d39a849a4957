"""Lists in tests: as CSV in some encoding, and as a workbook, from the same cells."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook

from sync.caseapi.lists.columns import Column, Row, rows_of
from sync.caseapi.lists.faults import Faults
from sync.caseapi.lists.reading import read_lines

Cells = Sequence[Sequence[object]]


def as_csv(cells: Cells, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(cells)
    return text.getvalue().encode(encoding)


def as_workbook(cells: Cells, *, merged: str = "", hidden_first: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["not this one"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("list")
        book.active = sheet
    for row in cells:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes, columns: Sequence[Column], name: str = "list.csv") -> tuple[list[Row], Faults]:
    faults = Faults(name)
    return rows_of(read_lines(data, faults), columns, faults), faults


def sentences(faults: Faults) -> list[str]:
    return [str(fault) for fault in faults.all()]
