"""What a case counts for follows from its life, by month."""

from uuid import UUID

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.figures import figures_of, hours_bucket, median_hours
from sync.caseapi.cases.history import Telling
from sync.caseapi.cases.limits import Due
from sync.caseapi.cases.states import VOID_REASONS, Action
from sync.caseapi.storage.figures import COUNTED
from tests.sync.caseapi.cases.making import DAY_MS, HARBIN, HOUR_MS, MONDAY_8, event

WEEK_MS = 7 * DAY_MS
"""The steps of these cases: from the beginning of November 2026, the sixth one lies in December."""


def counted(*events: CaseEvent, case_ms: int | None = None) -> set[str]:
    told = Telling()
    for each in events:
        told.take(each)
    life = told.history.life
    assert life is not None
    return set(figures_of(told.fitted, life, Due(case_ms=case_ms), HARBIN))


def steps(*actions: Action, step_ms: int = HOUR_MS) -> list[CaseEvent]:
    return [event(action, MONDAY_8 + place * step_ms) for place, action in enumerate(actions)]


HANDLED: tuple[Action, ...] = ("report", "file", "dispatch", "accept", "done", "close")


def test_a_case_counts_in_the_month_of_each_thing_that_happened_to_it() -> None:
    found = counted(*steps(*HANDLED, step_ms=WEEK_MS), case_ms=MONDAY_8 + 3 * WEEK_MS)
    received = {"2026-11.received", "2026-11.filed"}
    closed = {"2026-12.closed", "2026-12.handled", "2026-12.due", f"2026-12.h{3 * 7 * 24}"}
    assert found == received | closed


def test_what_was_handled_before_its_term_was_in_time_and_what_has_none_is_left_out() -> None:
    events = steps(*HANDLED)
    assert "2026-11.in_time" in counted(*events, case_ms=MONDAY_8 + 4 * HOUR_MS)
    assert "2026-11.in_time" not in counted(*events, case_ms=MONDAY_8 + 4 * HOUR_MS - 1)
    assert not {each for each in counted(*events) if each.endswith(("due", "in_time"))}


def test_a_case_that_was_done_again_and_suspended_says_so() -> None:
    again: tuple[Action, ...] = ("accept", "suspend", "resume", "done", "rework", "done", "close")
    found = counted(*steps("report", "file", "dispatch", *again))
    assert {"2026-11.suspended", "2026-11.reworked", "2026-11.handled", "2026-11.h7"} <= found


def test_a_case_that_is_opened_again_is_no_longer_closed() -> None:
    assert counted(*steps(*HANDLED, "reopen")) == {"2026-11.received", "2026-11.filed"}


def test_what_was_solved_on_the_spot_is_closed_and_was_nobodys_to_handle() -> None:
    assert counted(*steps("self_resolve")) == {"2026-11.received", "2026-11.closed", "2026-11.self"}


def test_void_counts_by_its_reason_and_a_withdrawn_report_counts_nowhere() -> None:
    assert counted(*steps("report", "void")) == {"2026-11.received", "2026-11.void", "2026-11.void_not_found"}
    withdrawn = event("report", MONDAY_8 + HOUR_MS, correction="withdraw", target=event("report").id)
    assert counted(event("report"), withdrawn) == set()


def test_hours_are_exact_for_a_day_and_coarser_later() -> None:
    assert [hours_bucket(hours) for hours in (-1, 0, 24, 25, 35, 72, 83, 85, 169, 719, 721, 1_441, 100_000)] == [
        *(0, 0, 24, 24, 30, 72, 72, 84, 168, 696, 720, 1_440, 8_640)
    ]


def test_sums_have_a_place_for_everything_that_is_counted() -> None:
    assert {f"h{hours_bucket(hours)}" for hours in range(9_000)} == {what for what in COUNTED if what[1:].isdigit()}
    events = steps("report", "file", "dispatch", "accept", "suspend", "resume", "done", "rework", "done", "close")
    cases = [counted(*events, case_ms=MONDAY_8 + DAY_MS), counted(*steps("self_resolve"))]
    cases += [
        counted(event("report"), event("void", MONDAY_8 + 1, reason=why, target=UUID(int=1))) for why in VOID_REASONS
    ]
    told = {each.partition(".")[2] for each in set().union(*cases)}
    assert {what for what in COUNTED if not what[1:].isdigit()} == {what for what in told if not what[1:].isdigit()}
    assert told <= set(COUNTED)


def test_the_median_is_the_lower_one_of_two_and_nothing_has_none() -> None:
    assert median_hours({"handled": 9, "h2": 1, "h10": 1, "h4": 1}) == 4
    assert median_hours({"h2": 1, "h10": 1}) == 2
    assert median_hours({"h2": 1, "h10": 5}) == 10
    assert median_hours({"received": 3}) is None
