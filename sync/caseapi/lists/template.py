"""An empty list to fill in, as a workbook: headings, what stands in each column, and lists to choose from."""

from pathlib import Path
from typing import Any, BinaryIO

from sync.caseapi.lists.cells import MAX_ROWS
from sync.caseapi.lists.kinds import COLUMNS, ListKind

_WIDTH = 20
_HEADING_FILL = "FFE8EEF4"
_TITLES: dict[ListKind, str] = {"people": "人员", "orgs": "单位", "units": "街道社区网格", "buildings": "楼栋"}


def write_template(kind: ListKind, out: Path | BinaryIO) -> None:
    """Write a workbook with one sheet to fill in and one that says what stands in each column, in both languages."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    columns = COLUMNS[kind]
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _TITLES[kind]
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(1, place, f"{column.chinese} ({column.name}){'*' if column.is_needed else ''}")
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = _WIDTH
        # Text: zeros in front stay, and a code of fifteen digits is not shortened.
        sheet.column_dimensions[letter].number_format = "@"
        for row in range(2, 202):
            sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    _write_guide(book.create_sheet("说明 Guide"), kind, Font(bold=True))
    book.save(out)


def _write_guide(sheet: Any, kind: ListKind, bold: Any) -> None:
    sheet.append(["列", "Column", "填什么", "What stands there", "例 Example", "必填 Needed"])
    for cell in sheet[1]:
        cell.font = bold
    for column in COLUMNS[kind]:
        needed = "是 yes" if column.is_needed else ""
        sheet.append([column.chinese, column.name, column.says_zh, column.says, column.sample, needed])
    sheet.append([])
    sheet.append(["", "", f"最多 {MAX_ROWS} 行；空单元格表示未填。", f"At most {MAX_ROWS} rows."])
    for letter, width in zip("ABCDEF", (14, 14, 40, 48, 22, 12), strict=True):
        sheet.column_dimensions[letter].width = width
