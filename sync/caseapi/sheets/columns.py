"""What the columns of every table mean, in both languages: `columns.csv` is the one place that says it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from sync.caseapi.service.exports.rows import KINDS, ExportKind, Row

SheetLanguage = Literal["zh", "en"]
"""Of headings and of the words that stand for codes."""

_FILE = "columns.csv"

TITLES: dict[ExportKind, tuple[str, str]] = {
    "cases": ("案件", "Cases"),
    "history": ("案件经过", "History of cases"),
    "tasks": ("核实核查任务", "Verify and recheck tasks"),
    "notices": ("发给网格的通知", "Notices to grids"),
    "check_ins": ("到达记录", "Check-ins"),
    "visits": ("走访", "Visits"),
    "rounds": ("巡查轮次", "Rounds by building"),
    "buildings": ("楼栋", "Buildings"),
    "catalogue": ("事项目录", "Catalogue"),
}
"""What a table is called, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        id: key in JSON Lines.
        zh, en: heading.
        zh_says, en_says: what it means, in a sentence.
        words: code to its Chinese and English words; empty where cells are what they say.
    """

    id: str
    zh: str
    en: str
    zh_says: str
    en_says: str
    words: Mapping[str, tuple[str, str]]

    def heading(self, language: SheetLanguage) -> str:
        """Return the heading in a language."""
        return self.zh if language == "zh" else self.en


@cache
def columns_of(kind: ExportKind) -> tuple[Column, ...]:
    """Return the columns of a table, in order."""
    return tuple(column for kinds, column in _shipped() if kind in kinds)


def definitions(kind: ExportKind) -> Iterator[Row]:
    """Yield each column of a table in words, both languages side by side."""
    for column in columns_of(kind):
        codes = (f"{code} = {zh} / {en}" for code, (zh, en) in column.words.items())
        yield {
            "id": column.id,
            "名称": column.zh,
            "name": column.en,
            "含义": column.zh_says,
            "meaning": column.en_says,
            "代码 codes": "; ".join(codes),
        }


@cache
def _shipped() -> tuple[tuple[frozenset[str], Column], ...]:
    text = files(__package__).joinpath(_FILE).read_text("utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        kinds = frozenset(row["kinds"].split())
        if not kinds <= set(KINDS):
            raise ValueError(f"{_FILE}: {sorted(kinds - set(KINDS))} are no tables")
        said = (row["zh"], row["en"], row["zh_says"], row["en_says"])
        found.append((kinds, Column(row["column"], *said, dict(_words(row["values"])))))
    return tuple(found)


def _words(values: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for each in values.split("|") if values else ():
        code, zh, en = each.split(":")
        yield code, (zh, en)
