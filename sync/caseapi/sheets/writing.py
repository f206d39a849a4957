"""Writes a table row by row: CSV and JSON Lines as they are read, .xlsx into a file. No cell is ever computed.

A spreadsheet takes a cell for a formula that begins with one of ``= + - @``, tab or carriage return; in CSV such a text
gets an apostrophe before it, in .xlsx every text is marked as text. Source: OWASP, CSV injection.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sync.caseapi.service.exports.rows import Cell, ExportKind, Row
from sync.caseapi.sheets.columns import TITLES, Column, SheetLanguage, columns_of, definitions
from sync.text import clean_text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

Format = Literal["csv", "jsonl", "xlsx"]

MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

PIECE_BYTES = 64 * 1024
"""About how many bytes are handed on together."""

MOST_SHEET_ROWS = 1_000_000
"""Rows of one sheet; a spreadsheet has 1,048,576, and more go on in another sheet."""

MAX_CELL_CHARS = 32_000
"""Longest cell; spreadsheets cut at 32,767."""

_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_BOM = b"\xef\xbb\xbf"
_MOMENT = "yyyy-mm-dd hh:mm:ss"
_DAY = "yyyy-mm-dd"
_SAYING = "definitions"


def csv_pieces(kind: ExportKind, rows: Iterable[Row], language: SheetLanguage) -> Iterator[bytes]:
    """Yield a table as CSV: UTF-8 with its mark, every cell quoted, headings in a language."""
    columns = columns_of(kind)
    heads = {column.id: column.heading(language) for column in columns}
    yield from _csv_pieces([heads[column.id] for column in columns], (_texts(columns, row, language) for row in rows))


def csv_definitions(kind: ExportKind) -> bytes:
    """Return what the columns of a table mean, as CSV."""
    rows = list(definitions(kind))
    return b"".join(_csv_pieces(list(rows[0]), ([str(cell) for cell in row.values()] for row in rows)))


def jsonl_pieces(kind: ExportKind, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a table as JSON Lines: one object a row, codes as codes, times as RFC 3339."""
    names = [column.id for column in columns_of(kind)]
    encode, piece = msgspec.json.Encoder().encode, bytearray()
    for row in rows:
        piece += encode({name: _cleaned(row[name]) for name in names}) + b"\n"
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def jsonl_definitions(kind: ExportKind) -> bytes:
    """Return what the columns of a table mean, as JSON Lines."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in definitions(kind))


def write_xlsx(path: Path, kind: ExportKind, rows: Iterable[Row], language: SheetLanguage) -> None:
    """Write a table as .xlsx, with a second sheet that says what its columns mean.

    Raises:
        OSError: the file could not be written.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        _XlsxTable(book, kind, language).fill(rows)
        _add_definitions(book, kind)
        book.save(path)
    finally:
        _forget_sheets(book)


def _add_definitions(book: "Workbook", kind: ExportKind) -> None:
    said = list(definitions(kind))
    sheet = book.create_sheet(_SAYING)
    for width, letter in zip((16, 16, 22, 60, 60, 60), "ABCDEF", strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text_cell(sheet, name, is_heading=True) for name in said[0]])
    for row in said:
        sheet.append([_text_cell(sheet, str(cell)) for cell in row.values()])


def _forget_sheets(book: "Workbook") -> None:
    """Close the sheets and remove the files that they were collected in, also where a book was never saved."""
    for sheet in book.worksheets:
        if not sheet.closed:
            sheet.close()
            Path(sheet._writer.out).unlink(missing_ok=True)


class _XlsxTable:
    """A table in one sheet, or in several where one cannot hold it."""

    def __init__(self, book: "Workbook", kind: ExportKind, language: SheetLanguage) -> None:
        self._book = book
        self._columns = columns_of(kind)
        self._language: SheetLanguage = language
        self._title = TITLES[kind][0 if language == "zh" else 1]
        self._sheets = 0

    def fill(self, rows: Iterable[Row]) -> None:
        """Write the rows."""
        sheet, left = self._next_sheet(), MOST_SHEET_ROWS
        for row in rows:
            if not left:
                sheet, left = self._next_sheet(), MOST_SHEET_ROWS
            sheet.append([self._cell(sheet, column, row[column.id]) for column in self._columns])
            left -= 1

    def _next_sheet(self) -> Any:
        self._sheets += 1
        sheet = self._book.create_sheet(self._title if self._sheets == 1 else f"{self._title} {self._sheets}")
        sheet.freeze_panes = "A2"
        sheet.append([_text_cell(sheet, column.heading(self._language), is_heading=True) for column in self._columns])
        return sheet

    def _cell(self, sheet: Any, column: Column, cell: Cell) -> "WriteOnlyCell | int | float | None":
        from openpyxl.cell import WriteOnlyCell

        if cell is None or cell == "":
            return None
        if isinstance(cell, date):
            # A spreadsheet knows no time zones: the district's own is meant.
            plain = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
            dated = WriteOnlyCell(sheet, plain)
            dated.number_format = _MOMENT if isinstance(cell, datetime) else _DAY
            return dated
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return cell
        return _text_cell(sheet, _said(column, cell, self._language))


def _text_cell(sheet: Any, text: str, *, is_heading: bool = False) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, "")
    cell.value = clean_text(text, max_chars=MAX_CELL_CHARS)
    # What begins with an equals sign was just taken for a formula.
    cell.data_type = "s"
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def _csv_pieces(heads: list[str], rows: Iterable[list[str]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_plain(head) for head in heads])
    yield _BOM
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        if text.tell() >= PIECE_BYTES:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _texts(columns: tuple[Column, ...], row: Row, language: SheetLanguage) -> list[str]:
    return [_said(column, row[column.id], language) for column in columns]


def _said(column: Column, cell: Cell, language: SheetLanguage) -> str:
    """Return a cell as people read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    code = str(cell).lower() if isinstance(cell, bool) else str(cell)
    words = column.words.get(code)
    return code if words is None else words[0 if language == "zh" else 1]


def _plain(text: str) -> str:
    """Return a text that no spreadsheet computes."""
    text = clean_text(text, max_chars=MAX_CELL_CHARS)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


def _cleaned(cell: Cell) -> Cell:
    return clean_text(cell) if isinstance(cell, str) else cell
