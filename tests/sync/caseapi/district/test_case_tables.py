"""The shipped work calendar and filing conditions, and what is said of faulty ones."""

from datetime import date

import pytest

from sync.caseapi.cases.calendar import CalendarMissing
from sync.caseapi.district.catalogue import shipped_catalogue
from sync.caseapi.district.conditions import read_conditions, shipped_conditions
from sync.caseapi.district.work_calendar import read_work_calendar, shipped_calendar
from tests.sync.caseapi.cases.making import HARBIN, days


def test_the_shipped_years_are_the_notices_of_the_state_council():
    calendar = shipped_calendar(HARBIN)

    assert calendar.years == {2025, 2026}
    spring = days(date(2026, 2, 14), 11)
    assert [calendar.is_work_day(day) for day in spring] == [True, *[False] * 9, True]
    assert [sum(calendar.is_work_day(day) for day in days(date(year, 1, 1), 365)) for year in (2025, 2026)] == [
        248,
        248,
    ]


def test_a_year_that_is_not_announced_is_not_known():
    with pytest.raises(CalendarMissing):
        shipped_calendar(HARBIN).is_work_day(date(2027, 3, 3))


def test_every_condition_belongs_to_a_category_of_the_catalogue_and_names_its_source():
    matters = {f"{matter.standard}:{matter.kind}:{matter.code}" for matter in shipped_catalogue()}

    conditions = shipped_conditions()

    assert {condition.matter for condition in conditions} <= matters
    assert all(condition.source for condition in conditions)
    assert len(conditions) == 87


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2027-13-01,off,x,y", "must be a day"),
        ("2027-01-01,holiday,x,y", "must be one of"),
        ("2027-01-04,on,x,y", "no day of a weekend"),
        ("2027-05-01,off,x,y", "2027 lacks New Year or National Day"),
        ("2026-01-01,off,x,y\n2026-01-01,off,x,y", "stands in the calendar already"),
    ],
)
def test_a_faulty_calendar_says_what_and_where(tmp_path, row, said):
    path = tmp_path / "work_calendar.csv"
    path.write_text(f"date,kind,name,source\n{row}\n", encoding="utf-8")
    problems = []

    read_work_calendar(path, HARBIN, problems)

    assert any(said in str(problem) and "work_calendar.csv" in str(problem) for problem in problems)


def test_a_condition_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "conditions.csv"
    row = "local:matter:10999,a,甲,A,work_hour,0,乙,B,x"
    path.write_text(
        f"matter,id,name,name_en,timer_type,timer_amount,closing,closing_en,source\n{row}\n{row}\n", encoding="utf-8"
    )
    problems = []

    assert read_conditions(path, problems) == []
    said = [str(problem) for problem in problems]
    assert any("timer_amount: must be a whole number from 1" in text for text in said)
    assert any("stands already" in text for text in said)
