"""Filing conditions: what a case is filed under, with its limit and what must be so before it is closed.

No public source has Pingfang's own limits. The shipped rows are other cities' and say whose; a category without rows is
filed under one condition with the catalogue's time, or the district's usual one.
"""

from functools import cache
from pathlib import Path

from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.timers import TIMER_TYPES, Limit
from sync.caseapi.district.catalogue import DATA
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.caseapi.district.tables import Row, read_table

CONDITIONS_FILE = "conditions.csv"

CONDITION_COLUMNS = (
    "matter", "id", "name", "name_en", "timer_type", "timer_amount", "closing", "closing_en", "source",
)  # fmt: skip


@cache
def shipped_conditions() -> tuple[Condition, ...]:
    """Return the conditions that come with the program, those of a category together and in order."""
    problems: list[ImportProblem] = []
    conditions = read_conditions(DATA / CONDITIONS_FILE, problems)
    if problems:
        raise PackRefused(problems)
    return tuple(conditions)


def read_conditions(path: Path, problems: list[ImportProblem]) -> list[Condition]:
    """Return a file's sound rows in its order; every fault is added to the list."""
    conditions: list[Condition] = []
    seen: set[tuple[str, str]] = set()
    for row in read_table(path, CONDITION_COLUMNS, problems):
        condition = _condition(row)
        if (condition.matter, condition.id) in seen:
            row.fail("id", f"{condition.id} stands already among the conditions of this category")
        seen.add((condition.matter, condition.id))
        if row.is_sound:
            conditions.append(condition)
    return conditions


def _condition(row: Row) -> Condition:
    return Condition(
        matter=row.text("matter"),
        id=row.text("id"),
        name=row.text("name"),
        name_en=row.text("name_en"),
        limit=Limit(row.choice("timer_type", TIMER_TYPES), row.integer("timer_amount", 1, 999)),
        closing=row.text("closing"),
        closing_en=row.text("closing_en"),
        source=row.text("source"),
    )
