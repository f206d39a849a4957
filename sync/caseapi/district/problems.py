"""What is wrong with files that somebody wants to import, said so that it can be found and mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.caseapi.errors import ImportRefused
from sync.text import clean_line

MAX_MESSAGE_CHARS = 300
"""Longest sentence about a fault: what a file says of itself is quoted in short."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One fault in one file.

    Attributes:
        file: the file's name.
        line: the line in it, from 1; 0 where the whole file is meant.
        column: the column's name or the path inside a JSON file; empty where the whole line is meant.
        message: what is wrong and what would be right, in one sentence; may quote the file, so it is cleaned.
    """

    file: str
    line: int
    column: str
    message: str

    def __post_init__(self) -> None:
        for name in ("file", "column", "message"):
            object.__setattr__(self, name, clean_line(getattr(self, name), max_chars=MAX_MESSAGE_CHARS))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f" {self.column}" if self.column else ""
        return f"{place}{column}: {self.message}"


class PackRefused(ImportRefused):
    """Files to import have faults; nothing was imported.

    Attributes:
        problems: every fault found, file by file, never empty; `faults` holds the same as sentences.
    """

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}", tuple(map(str, problems)))
