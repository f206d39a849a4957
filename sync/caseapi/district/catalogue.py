"""The catalogue of matters: what an inspector can report, national and local, as rows of a table.

The national rows follow the model of annex C of GB/T 47678.5-2026: 153 components, whose reports
are named 〈component〉异常, and 97 matters, with the standard's own gaps. The local rows are for what happens inside
residential buildings; their codes count down from 10999, as the standard leaves to extensions. National rows have no
times: each city sets its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sync.caseapi.cases.catalogue import PUBLIC_NUMBERS
from sync.caseapi.cases.timers import TIMER_TYPES, Limit
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.caseapi.district.tables import Row, read_table

DATA = Path(__file__).parent / "data"
"""The tables that are data of record: catalogue, communities, initials."""

CATALOGUE_FILES = ("catalogue_national.csv", "catalogue_local.csv")
"""The shipped catalogue; a new category is a new row."""

CATALOGUE_COLUMNS = (
    "standard", "kind", "code", "name", "name_en", "major", "group_zh", "group_en", "alias_codes", "timer_type",
    "timer_amount", "danger", "emergency_number", "restricted", "common", "initials", "photo",
)  # fmt: skip

Standard = Literal["national", "local"]
MatterKind = Literal["component", "matter"]
Photo = Literal["never", "optional", "needed"]

_STANDARDS: tuple[Standard, ...] = ("national", "local")
_KINDS: tuple[MatterKind, ...] = ("component", "matter")
_PHOTOS: tuple[Photo, ...] = ("never", "optional", "needed")


@dataclass(frozen=True, slots=True)
class Matter:
    """One reportable category.

    Attributes:
        code: five digits: two of the major group, three of the matter.
        alias_codes: codes of older lists that are still in people's heads, as in ``01-10``.
        timer: the time for handling, or None where the deployment has to set one.
        emergency_number: shown before the form of a dangerous matter, else empty.
        is_restricted: only the handling chain may see such a case.
        is_common: offered before anything is searched.
        initials: the pinyin initials of the name in every reading.
        photo: ``needed`` only where nobody can act without one.
    """

    standard: Standard
    kind: MatterKind
    code: str
    name: str
    name_en: str
    major: str
    group_zh: str
    group_en: str
    alias_codes: tuple[str, ...]
    timer: Limit | None
    is_danger: bool
    emergency_number: str
    is_restricted: bool
    is_common: bool
    initials: tuple[str, ...]
    photo: Photo


@cache
def shipped_catalogue() -> tuple[Matter, ...]:
    """Return the catalogue that comes with the program: 250 national rows by code, then the local ones."""
    problems: list[ImportProblem] = []
    matters = [matter for name in CATALOGUE_FILES for matter in read_catalogue(DATA / name, problems)]
    if problems:
        raise PackRefused(problems)
    return tuple(matters)


def read_catalogue(path: Path, problems: list[ImportProblem]) -> list[Matter]:
    """Return a catalogue file's sound rows in its order; every fault is added to the list."""
    matters: list[Matter] = []
    codes: set[str] = set()
    for row in read_table(path, CATALOGUE_COLUMNS, problems):
        matter = _matter(row)
        if matter.code in codes:
            row.fail("code", f"{matter.code} stands in the catalogue already")
        codes.add(matter.code)
        if row.is_sound:
            matters.append(matter)
    return matters


def catalogue_rows(matters: Iterable[Matter]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each matter in the order of `CATALOGUE_COLUMNS`."""
    for matter in matters:
        yield (
            matter.standard, matter.kind, matter.code, matter.name, matter.name_en, matter.major, matter.group_zh,
            matter.group_en, " ".join(matter.alias_codes), matter.timer.type if matter.timer else "",
            matter.timer.amount if matter.timer else "", int(matter.is_danger), matter.emergency_number,
            int(matter.is_restricted), int(matter.is_common), " ".join(matter.initials), matter.photo,
        )  # fmt: skip


def _matter(row: Row) -> Matter:
    matter = Matter(
        standard=row.choice("standard", _STANDARDS),
        kind=row.choice("kind", _KINDS),
        code=row.digits("code", 5),
        name=row.text("name"),
        name_en=row.text("name_en"),
        major=row.digits("major", 2),
        group_zh=row.text("group_zh"),
        group_en=row.text("group_en"),
        alias_codes=row.words("alias_codes"),
        timer=_timer(row),
        is_danger=row.flag("danger"),
        emergency_number=row.choice("emergency_number", ("", *PUBLIC_NUMBERS)),
        is_restricted=row.flag("restricted"),
        is_common=row.flag("common"),
        initials=row.words("initials"),
        photo=row.choice("photo", _PHOTOS),
    )
    if not matter.code.startswith(matter.major):
        row.fail("major", f"must be the first two digits of the code {matter.code}")
    if matter.is_danger and not matter.emergency_number:
        row.fail("emergency_number", "a dangerous matter needs the number to call first")
    return matter


def _timer(row: Row) -> Limit | None:
    if not row.optional("timer_type") and not row.optional("timer_amount"):
        return None
    return Limit(row.choice("timer_type", TIMER_TYPES), row.integer("timer_amount", 1, 999))
