"""What a category needs before it is published, each fault with its place; how it is found."""

from datetime import date

import pytest

from sync.caseapi.cases.calendar import WorkCalendar
from sync.caseapi.cases.catalogue import Sheet, differing, faults_of, found_by
from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.timers import Limit
from tests.sync.caseapi.cases.making import HARBIN, MONDAY_8

CALENDAR = WorkCalendar(HARBIN, frozenset({2026}), frozenset({date(2026, 10, 1)}), frozenset())
SOUND = Sheet(
    standard="local",
    kind="matter",
    code="10999",
    name="房檐冰溜",
    name_en="Icicles",
    group="居民小区",
    group_en="Residential buildings",
    timer=Limit("urgent_hour", 4),
    initials=("fybl",),
)
LITTER = Sheet(
    standard="national",
    kind="matter",
    code="06010",
    name="暴露垃圾",
    name_en="Exposed litter",
    group="市容环境",
    group_en="Streets",
    alias_codes=("01-10",),
    initials=("bllj", "pllj"),
)
BROKEN = Condition(matter=SOUND.id, id="broken", name="破损", name_en="Broken", limit=Limit("work_hour", 4))


def but(**said) -> Sheet:
    return Sheet(**{name: getattr(SOUND, name) for name in SOUND.__struct_fields__} | said)


def faults(sheet: Sheet) -> list[tuple[str, str, str]]:
    return [(each.field, each.why, each.what) for each in faults_of(sheet, [LITTER, sheet], CALENDAR, MONDAY_8)]


def test_a_sound_sheet_has_no_fault():
    assert faults(SOUND) == faults(but(timer=None, conditions=(BROKEN,))) == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"name": ""}, ("name", "empty", "")),
        ({"initials": ()}, ("initials", "empty", "")),
        ({"timer": None}, ("timer_amount", "no_limit", "")),
        ({"code": "1099"}, ("code", "code", "1099")),
        ({"code": "10079"}, ("code", "code", "10079")),
        ({"code": "06010"}, ("code", "code_taken", "暴露垃圾")),
        ({"alias_codes": ("01-10",)}, ("alias_codes", "alias_taken", "01-10 06010")),
        ({"alias_codes": ("=1",)}, ("alias_codes", "alias", "=1")),
        ({"is_danger": True}, ("emergency_number", "no_number", "")),
        ({"is_danger": True, "emergency_number": "13800000000"}, ("emergency_number", "number", "13800000000")),
        ({"emergency_number": "119"}, ("emergency_number", "needless_number", "119")),
        ({"conditions": (BROKEN, BROKEN)}, ("conditions.2", "condition_taken", "broken")),
        ({"timer": Limit("work_day", 60)}, ("timer_amount", "calendar", "2027")),
    ],
)
def test_each_fault_is_named_with_its_place(said, fault):
    assert fault in faults(but(**said))


def test_a_closed_category_needs_no_limit():
    assert faults(but(timer=None, is_closed=True)) == []


def test_what_differs_is_named_by_field():
    assert differing(SOUND, but(timer=Limit("urgent_hour", 8), is_common=True)) == ("timer", "is_common")
    assert differing(None, SOUND) == SOUND.__struct_fields__
    assert differing(SOUND, but()) == ()


@pytest.mark.parametrize(
    ("typed", "rank"),
    [("06010", 0), ("01-10", 0), ("暴露垃圾", 0), ("060", 1), ("pl", 1), ("暴露", 1), ("垃圾", 2), ("exposed LIT", 2),
     ("llj", 3), ("", None), ("冰", None)],
)  # fmt: skip
def test_a_category_is_found_by_words_codes_and_initials(typed, rank):
    assert found_by(LITTER, typed) == rank
