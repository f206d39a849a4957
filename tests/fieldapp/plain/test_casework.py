"""Tasks, cases, notes and hand-overs line by line; what a building's page leads to."""

import pytest

from sync.records import CaseNote, CaseReport, Handoff, TaskResult, Visit, Void
from tests.fieldapp.casework_rows import CASE_LEAK, CASE_LIGHT, TASK_LEAK, with_casework
from tests.fieldapp.fakes import BUILDING_2, PLATE_ENTRANCE_12, make_world, small_grid
from tests.fieldapp.plain.talker import Talker


@pytest.fixture
def talker() -> Talker:
    return Talker(make_world(with_casework(small_grid())).signed_in())


def test_after_a_scan_a_task_is_answered_in_two_keys(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    assert talker.hears("9 Recheck, 还漏水吗？", "C Cases 1")
    before = talker.keys
    talker.types("9", "2")
    assert talker.body() == TaskResult(TASK_LEAK, "recheck", "no")
    assert talker.keys - before == 2
    assert talker.hears("Saved, It is not solved")
    assert talker.page == "today"


def test_home_counts_what_is_asked_and_one_key_lists_the_dangerous_first(talker: Talker) -> None:
    assert talker.hears("K Tasks 3")
    talker.types("k")
    assert talker.hears("网格员 2 left you", "1 Danger, Recheck, 供热管道漏水", "2 Verify", "3 Verify")
    talker.types("3")
    assert talker.page == "case"
    assert talker.hears("楼道照明不亮, Reported")


def test_an_answer_is_taken_back_and_its_note_comes_back_filled_in(talker: Talker) -> None:
    talker.types("k", "1", "4", "阀门是新的", "1")
    assert talker.body() == TaskResult(TASK_LEAK, "recheck", "yes", "阀门是新的")
    talker.types("u")
    assert isinstance(talker.body(), Void)
    assert talker.page == "task"
    assert talker.hears("4 Note, 阀门是新的")


def test_another_task_does_not_take_the_note_of_one_that_is_half_answered(talker: Talker) -> None:
    talker.types("k", "1", "4", "阀门是新的", "0", "2")
    assert talker.hears("Kept for later", "Answer a task: 7 on the first page goes on")
    talker.types("1", "0", "7")
    assert talker.hears("Recheck, 供热管道漏水", "4 Note, 阀门是新的")


def test_a_case_says_who_handles_it_its_number_and_its_history_newest_first(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("c", "1")
    assert talker.hears("合成供热站 handles it", "call 0451-00000001", "Handled, 已换阀门", "Reported", "1 photo")
    talker.types("2")
    assert talker.page == "task"


def test_a_note_joins_the_history_and_says_that_it_is_not_sent(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("c", "1", "1", "9", "物业明天来", "")
    assert talker.body() == CaseNote(CASE_LEAK, "物业明天来")
    assert talker.page == "case"
    assert talker.hears("物业明天来, to be sent")


def test_a_report_leads_from_the_log_to_its_case_before_anybody_has_told_of_it(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("2", "1", "1", "1", "4", "1", "7")
    assert talker.page == "case"
    assert talker.hears("Not sent yet: the desk does not know it")


def test_open_cases_are_passed_on_some_left_out_with_a_word(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("1", "6", "4", "1")
    assert talker.hears("To 网格员 2", "3 Cases 2, of 2")
    talker.types("3", "1", "0", "2", "盯一下", "1")
    assert talker.body() == Handoff("seat-2", cases=(CASE_LIGHT,), note="盯一下")
    assert talker.page == "shift_end"


def test_the_start_of_a_shift_says_what_was_left_for_it(talker: Talker) -> None:
    talker.types("6")
    assert talker.page == "shift_start"
    assert talker.hears("网格员 2 left you, 1 open case, 盯一下灯")


def test_where_nothing_is_asked_nothing_is_offered() -> None:
    talker = Talker(make_world().signed_in())
    assert not talker.hears("Tasks")
    talker.scans(PLATE_ENTRANCE_12)
    assert not talker.hears("Recheck")
    assert not talker.hears("Cases")


def test_a_buildings_page_opens_its_case_and_forms_that_are_about_it(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("1", "r", "2", "p", "1", "1", "1")
    report = talker.body()
    assert isinstance(report, CaseReport)
    assert report.building == BUILDING_2
    talker.types("r", "2", "v", "1", "1")
    visit = talker.body()
    assert isinstance(visit, Visit)
    assert visit.building == BUILDING_2
    talker.types("r", "2", "3")
    assert talker.page == "case"


def test_a_form_that_is_half_written_waits_when_another_building_asks_for_one(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_12)
    talker.types("2", "1", "0", "0", "r", "2", "p")
    assert talker.hears("Kept for later", "Category")
    talker.types("1", "1", "0", "0", "0", "0", "7")
    assert talker.hears("Half written: which one?", "1 Report a problem", "2 Report a problem, 1号楼 2单元")
    talker.types("2")
    assert talker.hears("1号楼 2单元")
