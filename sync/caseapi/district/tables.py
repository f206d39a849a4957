"""CSV tables with a header line: written the same on every machine, read with every fault named."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sync.caseapi.district.problems import ImportProblem
from sync.text import clean_line

Choice = TypeVar("Choice", bound=str)

MAX_CELL_CHARS = 500
"""Longest cell; the longest shipped one, the initials of a matter, has 350."""


class Row:
    """One line of a table whose cells are taken out typed; every fault is added to the list it was given."""

    def __init__(self, file: str, line: int, cells: dict[str, str], problems: list[ImportProblem]) -> None:
        self._file = file
        self._line = line
        self._cells = cells
        self._problems = problems
        self.is_sound = True

    def fail(self, column: str, message: str) -> None:
        """Add a fault of this line; a row with a fault yields no value."""
        self.is_sound = False
        self._problems.append(ImportProblem(self._file, self._line, column, message))

    def optional(self, column: str) -> str:
        """Return a cell's text, which may be empty."""
        text = self._cells[column]
        if clean_line(text, max_chars=MAX_CELL_CHARS) != text:
            self.fail(column, "holds control characters, outer spaces or a line break, or is too long")
        return text

    def text(self, column: str) -> str:
        """Return a cell's text, which must not be empty."""
        text = self.optional(column)
        if not text:
            self.fail(column, "is empty")
        return text

    def digits(self, column: str, length: int) -> str:
        """Return a code of exactly so many digits."""
        text = self._cells[column]
        if not (text.isascii() and text.isdigit() and len(text) == length):
            self.fail(column, f"must be {length} digits, is {_shown(text)}")
        return text

    def integer(self, column: str, low: int, high: int) -> int:
        """Return a whole number in the closed range."""
        text = self._cells[column]
        if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self.fail(column, f"must be a whole number from {low} to {high}, is {_shown(text)}")
        return low

    def degrees(self, column: str) -> float:
        """Return a number of degrees."""
        try:
            number = float(self._cells[column])
        except ValueError:
            number = float("nan")
        if isfinite(number):
            return number
        self.fail(column, f"must be decimal degrees, is {_shown(self._cells[column])}")
        return 0.0

    def has(self, column: str) -> bool:
        """Tell whether the table has a column."""
        return column in self._cells

    def flag(self, column: str) -> bool:
        """Return True for 1 and False for 0."""
        return self.choice(column, ("0", "1")) == "1"

    def choice(self, column: str, options: tuple[Choice, ...]) -> Choice:
        """Return the option that the cell names."""
        text = self._cells[column]
        for option in options:
            if option == text:
                return option
        self.fail(column, f"must be one of {', '.join(map(_shown, options))}, is {_shown(text)}")
        return options[0]

    def uuid(self, column: str) -> str:
        """Return an id in the usual lower-case form with hyphens."""
        text = self._cells[column]
        try:
            is_id = str(UUID(text)) == text
        except ValueError:
            is_id = False
        if not is_id:
            self.fail(column, f"must be a UUID in lower case, is {_shown(text)}")
        return text

    def words(self, column: str) -> tuple[str, ...]:
        """Return the words of a cell, separated by single spaces; none for an empty cell."""
        return tuple(self.optional(column).split())


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table: UTF-8, a header line, lines ending in LF, whatever the machine."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def read_table(
    path: Path, columns: Sequence[str], problems: list[ImportProblem], *, optional: Sequence[str] = ()
) -> list[Row]:
    """Read a whole table and return its rows; a file that cannot be read adds a fault and has no rows.

    A byte-order mark and CRLF are accepted, columns may stand in any order, empty lines are passed over.

    Args:
        optional: columns that may be there besides; a row says whether it has one.
    """
    text = read_text(path, problems)
    if text is None:
        return []
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as exc:
        problems.append(ImportProblem(path.name, reader.line_num, "", f"is not CSV: {exc}"))
        return []
    if not lines or not _is_header(path.name, lines[0], (columns, optional), problems):
        return []
    header = lines[0][1]
    return [row for line in lines[1:] if (row := _row(path.name, line, header, problems)) is not None]


def read_text(path: Path, problems: list[ImportProblem]) -> str | None:
    """Return a file's text, or None and a fault when it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        problems.append(ImportProblem(path.name, 0, "", f"cannot be read: {exc.strerror or exc}"))
    except UnicodeDecodeError as exc:
        line = bytes(exc.object)[: exc.start].count(b"\n") + 1
        problems.append(ImportProblem(path.name, line, "", "is not UTF-8; save the file as UTF-8"))
    return None


def _is_header(
    file: str,
    line: tuple[int, list[str]],
    columns: tuple[Sequence[str], Sequence[str]],
    problems: list[ImportProblem],
) -> bool:
    number, header = line
    required, optional = columns
    before = len(problems)
    for column in required:
        if column not in header:
            problems.append(ImportProblem(file, number, column, "is missing from the header line"))
    for place, column in enumerate(header):
        if column not in required and column not in optional:
            problems.append(ImportProblem(file, number, _shown(column), f"is no column of {file}"))
        elif column in header[:place]:
            problems.append(ImportProblem(file, number, column, "stands twice in the header line"))
    return len(problems) == before


def _row(file: str, line: tuple[int, list[str]], header: list[str], problems: list[ImportProblem]) -> Row | None:
    number, cells = line
    if len(cells) == len(header):
        return Row(file, number, dict(zip(header, cells, strict=True)), problems)
    problems.append(ImportProblem(file, number, "", f"has {len(cells)} cells, the header line {len(header)}"))
    return None


def _shown(text: str) -> str:
    return f"“{clean_line(text, max_chars=40)}”"
