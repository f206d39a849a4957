"""A list is read whatever program wrote it, and what cannot be read is said with its line and column."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.caseapi.lists.cells import MAX_FILE_BYTES, MAX_ROWS
from sync.caseapi.lists.faults import MAX_FAULTS, Faults
from sync.caseapi.lists.kinds import COLUMNS, PEOPLE, read_people
from sync.caseapi.lists.reading import read_lines
from sync.caseapi.lists.template import write_template
from sync.caseapi.service.places.importing import SEAT_NAMES
from tests.sync.caseapi.lists.making import as_csv, as_workbook, read, sentences

GRID = "230108001001001"
HEAD = ["网格编码", "席位", "姓名", "六位密码", "生效日期"]
ROW = [GRID, "网格员", "龘员一", "204816", "2026-12-01"]


KEPT = {
    "utf8": as_csv([HEAD, ROW]),
    "bom": as_csv([HEAD, ROW], "utf-8-sig"),
    "gb18030": as_csv([HEAD, ROW], "gb18030"),
    "semicolons": as_csv([HEAD, ROW], delimiter=";"),
    "tabs": as_csv([HEAD, ROW], delimiter="\t"),
    "line_feeds": as_csv([HEAD, [], ROW]).replace(b"\r\n", b"\n"),
    "english": as_csv([["grid_id", "slot", "Name", "PIN", "valid from"], [GRID, "steward", *ROW[2:]]]),
    "remarks": as_csv([[" 网格编码（grid）*", "岗 位", "姓名", "口令", "生效日期"], ROW]),
    "workbook": as_workbook([HEAD, ROW]),
    "numbers": as_workbook([HEAD, [int(GRID), "网格员", "龘员一", 204816, datetime(2026, 12, 1)]]),
    "hidden_sheet": as_workbook([HEAD, [GRID, 2, "龘员一", "204816", date(2026, 12, 1)]], hidden_first=True),
}


@pytest.mark.parametrize("kept", KEPT)
def test_every_way_in_which_offices_keep_a_list_says_the_same(kept: str) -> None:
    faults = Faults("list")
    (each,) = read_people(read_lines(KEPT[kept], faults), SEAT_NAMES, faults)
    assert sentences(faults) == []
    assert (each.grid, each.seat, each.name, each.pin, each.begins) == (GRID, 2, "龘员一", "204816", "2026-12-01")


def bomb() -> bytes:
    """Return an archive whose directory promises a gigabyte."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" ")
        archive.filelist[0].file_size = 1 << 30
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Return a workbook in which one part is another."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(as_workbook([HEAD, ROW]))) as good, zipfile.ZipFile(file, "w") as archive:
        for part in good.namelist():
            archive.writestr(part, content if part == name else good.read(part))
    return file.getvalue()


UNREADABLE = {
    "utf16": (lambda: "姓名".encode("utf-16"), "is UTF-16"),
    "no_encoding": (lambda: b"grid,name\n\xff\xff\xff\n", ":2: is neither UTF-8 nor GB18030"),
    "open_quote": (lambda: b'grid,name\n1,"open\n', "a quotation mark left open"),
    "old_excel": (lambda: b"\xd0\xcf\x11\xe0 old", "is an old .xls or has a password"),
    "no_zip": (lambda: b"PK\x03\x04 nothing", "is no workbook that can be read"),
    "bomb": (bomb, "would unpack to more than 64 MB"),
    "declares": (lambda: with_part("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "holds declarations"),
    "declares_wide": (
        lambda: with_part("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")),
        "holds declarations",
    ),
    "cut": (
        lambda: with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        "is no workbook that can be read",
    ),
    "empty_part": (lambda: with_part("xl/worksheets/sheet1.xml", b""), "is no workbook that can be read"),
    "no_rows": (lambda: as_csv([HEAD]), ":1: has a line of headings and no rows"),
    "rows": (lambda: as_csv([HEAD, *[ROW] * (MAX_ROWS + 1)]), f"has more than {MAX_ROWS} rows"),
    "columns": (lambda: as_csv([["x"] * 65]), "has more than 64 columns"),
    "size": (lambda: b"x" * (MAX_FILE_BYTES + 1), "has more than 16 MB"),
}


@pytest.mark.parametrize("bad", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(bad: str) -> None:
    data, sentence = UNREADABLE[bad]
    rows, faults = read(data(), PEOPLE)
    assert rows == []
    assert len(faults.all()) == 1
    assert sentence in sentences(faults)[0]


def test_rows_far_below_the_list_end_in_a_sentence_and_not_in_the_memory() -> None:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        b'<worksheet xmlns="%s"><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"/></sheetData></worksheet>'
    )
    _, faults = read(with_part("xl/worksheets/sheet1.xml", sheet % space), PEOPLE)
    assert "rows; split it" in sentences(faults)[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["网格编码", "姓名"], ["list.csv:1 席位 (seat): is missing"]),
        ([*HEAD, "身份证号"], ["list.csv:1 “身份证号”: is no column"]),
        ([*HEAD, "PIN"], ["list.csv:1 PIN: stands twice"]),
    ],
)
def test_headings_that_are_missing_strange_or_doubled_are_named(head: list[str], expected: list[str]) -> None:
    _, faults = read(as_csv([head, ROW]), PEOPLE)
    assert [said[: len(begin)] for said, begin in zip(sentences(faults), expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("place", "cell", "expected"),
    [
        (0, "", "网格编码: is empty"),
        (0, "2.30108E+14", "网格编码: is “2.30108E+14”: Excel has shortened the number"),
        (0, "23010800100100", "网格编码: must be 15 digits, is “23010800100100”; Excel drops zeros"),
        (0, "第一网格", "网格编码: must be 15 digits, is “第一网格”"),
        (1, "主任", "席位: must be one of “网格长”"),
        (2, "=SUM(A1)", "姓名: holds a formula; paste its value instead"),
        (2, "#N/A", "姓名: holds the error “#N/A” of a formula"),
        (2, "二\n行", "姓名: holds control characters or a line break"),
        (2, "长" * 201, "姓名: holds control characters or a line break, or is longer than 200"),
        (3, 4816, "六位密码: must be 6 digits, is “4816”; Excel drops zeros"),
        (3, "111111", "六位密码: is too easy to guess"),
        (3, "123456", "六位密码: is too easy to guess"),
        (4, 46357, "生效日期: is “46357”, a day as Excel counts it"),
        (4, "2026-02-30", "生效日期: must be a day like 2026-12-01, is “2026-02-30”"),
        (4, "下周", "生效日期: must be a day like 2026-12-01, is “下周”"),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_heading(place: int, cell: object, expected: str) -> None:
    row: list[object] = list(ROW)
    row[place] = cell
    faults = Faults("人员.xlsx")
    read_people(read_lines(as_workbook([HEAD, ROW, row]), faults), SEAT_NAMES, faults)
    said = [each for each in sentences(faults) if "stands in line" not in each]
    assert len(said) == 1
    assert said[0].startswith(f"人员.xlsx:3 {expected}")


def test_merged_cells_are_named() -> None:
    _, faults = read(as_workbook([HEAD, ROW, ROW], merged="A2:A3"), PEOPLE)
    assert sentences(faults) == ["list.csv:2 A: the cells A2:A3 are merged; unmerge them and fill in each"]


def test_every_fault_is_told_at_once_and_very_many_are_counted() -> None:
    faults = Faults("list.csv")
    read_people(read_lines(as_csv([HEAD, *[["1", "2", "", "", ""]] * 300]), faults), SEAT_NAMES, faults)
    assert len(faults.all()) == MAX_FAULTS + 1
    assert sentences(faults)[-1] == f"list.csv: and {600 - MAX_FAULTS} more faults of this file"


def test_a_seat_is_one_persons_on_a_day_and_the_next_ones_on_the_next() -> None:
    def faults_of(*rows: list[str]) -> list[str]:
        faults = Faults("list.csv")
        read_people(read_lines(as_csv([["grid", "seat", "name", "from", "until"], *rows]), faults), SEAT_NAMES, faults)
        return sentences(faults)

    assert faults_of([GRID, "1", "甲", "", "2026-12-01"], [GRID, "1", "乙", "2026-12-01", ""]) == []
    assert faults_of([GRID, "1", "甲", "", "2026-12-02"], [GRID, "1", "乙", "2026-12-01", ""]) == [
        "list.csv:3 seat: “网格长” stands in line 2 already"
    ]
    assert faults_of([GRID, "1", "甲", "2026-12-02", "2026-12-01"]) == [
        "list.csv:2 until: ends on 2026-12-01, before it begins"
    ]


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_template_has_the_headings_of_its_list_and_its_guide_is_not_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(kind, path)  # type: ignore[arg-type]  # the keys are the kinds
    _, faults = read(path.read_bytes(), COLUMNS[kind])  # type: ignore[index]  # the same
    assert [fault.says for fault in faults.all()] == ["has a line of headings and no rows below it"]


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", "网格编码,席位,姓名\n".encode()]))
def test_no_bytes_break_the_reading(data: bytes, begin: bytes) -> None:
    faults = Faults("list")
    read_people(read_lines(begin + data, faults), SEAT_NAMES, faults)
