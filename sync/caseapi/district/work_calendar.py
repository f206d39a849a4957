"""The work calendar as a table: days off, and weekend days that are worked, with the notice that says so.

Source of the shipped years: the State Council General Office's yearly notices on days off (for 2025 国办发明电 2024/12;
for 2026 of 2025-11-04). A year counts as known when the table has both its New Year and its National Day.
"""

from datetime import date, tzinfo
from functools import cache
from pathlib import Path

from sync.caseapi.cases.calendar import WorkCalendar
from sync.caseapi.district.catalogue import DATA
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.caseapi.district.tables import Row, read_table

WORK_CALENDAR_FILE = "work_calendar.csv"

WORK_CALENDAR_COLUMNS = ("date", "kind", "name", "source")

_WEEKEND = (5, 6)


@cache
def shipped_calendar(zone: tzinfo) -> WorkCalendar:
    """Return the calendar that comes with the program."""
    problems: list[ImportProblem] = []
    calendar = read_work_calendar(DATA / WORK_CALENDAR_FILE, zone, problems)
    if problems:
        raise PackRefused(problems)
    return calendar


def read_work_calendar(path: Path, zone: tzinfo, problems: list[ImportProblem]) -> WorkCalendar:
    """Return a file's sound rows as a calendar; every fault is added to the list."""
    days: dict[date, str] = {}
    for row in read_table(path, WORK_CALENDAR_COLUMNS, problems):
        day, kind = _day(row), row.choice("kind", ("off", "on"))
        row.text("name")
        row.text("source")
        if day in days:
            row.fail("date", f"{day} stands in the calendar already")
        if kind == "on" and row.is_sound and day.weekday() not in _WEEKEND:
            row.fail("kind", f"{day} is no day of a weekend: it is worked anyway")
        if row.is_sound:
            days[day] = kind
    whole = frozenset(
        year for year in {day.year for day in days} if all(days.get(date(year, month, 1)) == "off" for month in (1, 10))
    )
    for year in sorted({day.year for day in days} - whole):
        problems.append(
            ImportProblem(path.name, 0, "date", f"{year} lacks New Year or National Day: give a whole year")
        )
    return WorkCalendar(
        zone,
        whole,
        frozenset(day for day, kind in days.items() if kind == "off"),
        frozenset(day for day, kind in days.items() if kind == "on"),
    )


def _day(row: Row) -> date:
    text = row.text("date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        row.fail("date", "must be a day as in 2026-10-01")
        return date.min
