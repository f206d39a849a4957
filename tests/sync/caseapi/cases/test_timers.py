"""Deadlines: four types of time, nights, days off, weekend days that are worked, pauses, and years without data."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.cases.calendar import CalendarMissing
from sync.caseapi.cases.timers import Limit, due_ms, running_ms
from tests.sync.caseapi.cases.making import DAY_MS, HARBIN, HOUR_MS, MONDAY_8, calendar

SPRING = calendar(
    2026,
    off=tuple(date(2026, 2, 15) + timedelta(days=offset) for offset in range(9)),
    on=(date(2026, 2, 14), date(2026, 2, 28)),
)
"""The nine days of 2026's Spring Festival, and the two Saturdays worked for it."""

TYPES = ("urgent_hour", "work_hour", "work_day", "natural_day")


def at(text: str) -> int:
    """Return a moment of Harbin as Unix milliseconds."""
    moment = datetime.fromisoformat(text).replace(tzinfo=HARBIN)
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-02 08:00", Limit("urgent_hour", 2), "2026-11-02 10:00"),
        ("2026-11-06 23:00", Limit("urgent_hour", 4), "2026-11-07 03:00"),
        ("2026-11-06 23:00", Limit("natural_day", 5), "2026-11-11 23:00"),
        ("2026-11-02 08:00", Limit("work_hour", 4), "2026-11-02 12:00"),
        ("2026-11-02 11:00", Limit("work_hour", 4), "2026-11-02 17:00"),
        ("2026-11-02 13:00", Limit("work_hour", 1), "2026-11-02 15:00"),
        ("2026-11-02 22:00", Limit("work_hour", 1), "2026-11-03 09:00"),
        ("2026-11-06 17:00", Limit("work_hour", 2), "2026-11-09 09:00"),
        ("2026-11-02 08:00", Limit("work_day", 1), "2026-11-02 18:00"),
        ("2026-11-02 10:00", Limit("work_day", 2), "2026-11-04 10:00"),
        ("2026-02-13 17:00", Limit("work_hour", 2), "2026-02-14 09:00"),
        ("2026-02-14 17:00", Limit("work_hour", 2), "2026-02-24 09:00"),
        ("2026-02-27 17:00", Limit("work_day", 1), "2026-02-28 17:00"),
    ],
)
def test_a_limit_runs_in_its_own_time(start, limit, due):
    assert due_ms(at(start), limit, SPRING) == at(due)


def test_a_pause_takes_its_span_out_and_overlapping_ones_take_it_once():
    start = at("2026-11-02 09:00")
    pauses = [
        (at("2026-11-02 10:00"), at("2026-11-02 11:00")),
        (at("2026-11-02 10:30"), at("2026-11-02 15:00")),
        (at("2026-11-02 20:00"), at("2026-11-02 21:00")),
    ]

    assert due_ms(start, Limit("work_hour", 2), SPRING, pauses) == at("2026-11-02 16:00")
    assert due_ms(start, Limit("urgent_hour", 2), SPRING, pauses) == at("2026-11-02 16:00")


@pytest.mark.parametrize("limit", [Limit("work_hour", 8), Limit("work_day", 1)])
def test_a_year_without_data_is_refused_and_not_guessed(limit):
    with pytest.raises(CalendarMissing, match="2027") as refused:
        due_ms(at("2026-12-31 15:00"), limit, calendar(2026))
    assert refused.value.year == 2027


def test_hours_that_always_run_need_no_calendar():
    assert due_ms(at("2030-05-05 23:30"), Limit("urgent_hour", 1), calendar(2026)) == at("2030-05-06 00:30")


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Limit("work_day", 0)


_MOMENTS = st.integers(MONDAY_8, MONDAY_8 + 20 * DAY_MS)
_LIMITS = st.builds(Limit, st.sampled_from(TYPES), st.integers(1, 12))
_PAUSES = st.lists(
    st.tuples(_MOMENTS, st.integers(0, 3 * DAY_MS)).map(lambda span: (span[0], span[0] + span[1])), max_size=4
)


@given(_MOMENTS, _LIMITS, _PAUSES)
def test_until_it_is_due_the_clock_ran_exactly_as_long_as_the_limit(start, limit, pauses):
    work = calendar(2026, 2027)

    due = due_ms(start, limit, work, pauses)

    assert running_ms(start, due, limit, work, pauses) == limit.length_ms(work)
    assert running_ms(start, due - 1, limit, work, pauses) < limit.length_ms(work)


@given(_MOMENTS, st.integers(0, 3 * DAY_MS), _LIMITS, _PAUSES)
def test_who_begins_later_is_due_no_earlier_and_a_pause_never_hastens(start, later, limit, pauses):
    work = calendar(2026, 2027)

    assert due_ms(start + later, limit, work, pauses) >= due_ms(start, limit, work, pauses)
    assert due_ms(start, limit, work, pauses) >= due_ms(start, limit, work)


@given(st.integers(1, 40))
def test_a_work_day_is_as_long_as_its_slots(amount):
    work = calendar(2026, 2027)

    assert work.day_ms == 8 * HOUR_MS
    assert due_ms(MONDAY_8, Limit("work_day", amount), work) == due_ms(MONDAY_8, Limit("work_hour", 8 * amount), work)
