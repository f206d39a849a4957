"""When a case is due, by its condition, its past and the district's calendar."""

from sync.caseapi.cases.limits import USUAL, Condition, Due, StageLimits, conditions_of, due_of
from sync.caseapi.cases.timers import Limit
from tests.sync.caseapi.cases.making import DAY_MS, HOUR_MS, MONDAY_8, calendar, life_after, stepped

WORK = calendar(2026, 2027)
STAGES = StageLimits()
FOUR_HOURS = Limit("work_hour", 4)


def due(life, now_ms=MONDAY_8, **said):
    return due_of(life, FOUR_HOURS, STAGES, WORK, now_ms=now_ms, **said)


def test_each_stage_waits_for_its_own_time_and_the_whole_counts_from_filing():
    assert due(life_after("report")) == Due("intake", MONDAY_8 + 2 * HOUR_MS, None)
    filed = due(life_after("report", "file"))
    assert (filed.stage, filed.stage_ms) == ("dispatch", MONDAY_8 + 2 * HOUR_MS)
    assert filed.case_ms == MONDAY_8 + 7 * HOUR_MS
    handling = due(life_after("report", "file", "dispatch", "accept"))
    assert (handling.stage, handling.stage_ms) == ("handle", handling.case_ms)


def test_a_refusal_or_a_rework_gives_no_new_time():
    whole = due(life_after("report", "file")).case_ms

    assert due(life_after("report", "file", "dispatch", "decline", "dispatch")).case_ms == whole
    assert due(life_after("report", "file", "dispatch", "accept", "done", "rework")).case_ms == whole


def test_a_verification_stops_the_clock_of_the_intake():
    asked = life_after("report", "ask_verify")
    answered = stepped(asked, "answer_verify", MONDAY_8 + 6 * HOUR_MS)

    assert due(asked).stage == "verify"
    # From 9 to 14 it stood; of two work hours one was left.
    assert due(answered).stage_ms == MONDAY_8 + 7 * HOUR_MS


def test_a_suspended_case_waits_for_nobody_and_its_clock_stands():
    handling = life_after("report", "file", "dispatch", "accept")
    suspended = stepped(handling, "suspend", MONDAY_8 + 7 * HOUR_MS // 2)
    resumed = stepped(suspended, "resume", MONDAY_8 + 7 * HOUR_MS // 2 + 7 * DAY_MS)

    assert due(suspended).stage == ""
    assert due(resumed).case_ms == due(handling).case_ms + 7 * DAY_MS


def test_extensions_add_work_time():
    handling = life_after("report", "file", "dispatch", "accept")

    assert due(handling, extensions=[Limit("work_day", 1)]).case_ms == due(handling).case_ms + DAY_MS


def test_overdue_follows_from_the_clock_and_stays_a_fact():
    handling = life_after("report", "file", "dispatch", "accept")
    late = stepped(handling, "done", MONDAY_8 + 3 * DAY_MS)
    told = due(handling)
    assert told.case_ms is not None

    assert not told.is_overdue(handling, told.case_ms)
    assert told.is_overdue(handling, told.case_ms + 1)
    assert due(late).is_overdue(late, MONDAY_8)
    assert not told.is_overdue(life_after("report", "file", "dispatch", "accept", "done"), MONDAY_8 + 30 * DAY_MS)


def test_a_year_without_a_calendar_is_named_instead_of_a_time():
    life = life_after("report", "file")

    told = due_of(life, Limit("work_day", 60), STAGES, calendar(2026), now_ms=MONDAY_8)

    assert told == Due("dispatch", None, None, missing_year=2027)


def test_a_category_without_conditions_of_its_own_has_one_with_the_usual_limit():
    own = Condition(matter="national:component:01001", id="missing", name="", name_en="", limit=FOUR_HOURS)
    usual = Limit("work_day", 5)

    assert conditions_of("national:component:01001", [own], usual) == (own,)
    assert [(each.id, each.limit) for each in conditions_of("national:matter:06010", [own], usual)] == [(USUAL, usual)]
