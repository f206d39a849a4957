"""Tasks, cases and hand-overs as people use them: a task is answered in two keys after the scan."""

import msgspec
import pytest

from sync.records import CaseNote, Handoff, ShiftEnd, TaskResult, Void
from tests.fieldapp.casework_rows import CASE_LEAK, CASE_LIGHT, TASK_LEAK, TASK_LIGHT, with_casework
from tests.fieldapp.fakes import (
    FOB_ENTRANCE_21,
    PERSON_2,
    PIN_2,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    World,
    make_world,
    small_grid,
)
from tests.fieldapp.robot import Robot, robot_in


@pytest.fixture
def world() -> World:
    return make_world(with_casework(small_grid())).signed_in()


async def test_after_the_scan_a_task_is_answered_in_two_keys(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        assert robot.sees("还漏水吗？")
        await robot.press("9")
        assert robot.panel == "task"
        await robot.press("2")
        assert robot.body() == TaskResult(TASK_LEAK, "recheck", "no")
        assert robot.keys == 2
        assert robot.word == "Saved"
        assert robot.panel == "today"


async def test_where_nothing_is_asked_the_arrival_says_nothing_of_it(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_BUILDING_3)
        await robot.press("9")
        assert robot.panel == "arrived"
        assert not robot.sees("Cases")


async def test_today_counts_what_is_asked_and_one_key_lists_the_dangerous_first(world: World) -> None:
    async with robot_in(world, size=(100, 30)) as robot:
        assert robot.sees("Tasks 3")
        await robot.press("k")
        text = robot.text
        assert robot.panel == "tasks"
        assert text.index("供热管道漏水") < text.index("楼道照明不亮") < text.index("网格员 2 left you")
        await robot.press("1")
        assert robot.sees("还漏水吗？")


async def test_a_case_that_was_left_opens_from_the_tasks(world: World) -> None:
    async with robot_in(world, size=(100, 40)) as robot:
        await robot.press("k", "4")
        assert robot.panel == "case"
        assert robot.sees("灯不亮")


async def test_an_answered_task_is_gone_at_once_and_back_after_undo(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "1", "1")
        assert [task.id for task in world.services.casework.tasks()] == [TASK_LIGHT]
        await robot.press("u")
        assert isinstance(robot.body(), Void)
        assert [task.id for task in world.services.casework.tasks()] == [TASK_LEAK, TASK_LIGHT]
        assert robot.panel == "task"


async def test_a_note_stays_with_the_task_and_another_task_does_not_take_it(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "1", "4")
        await robot.type("阀门是新的")
        await robot.press("enter", "0")
        await robot.press("2")
        assert robot.word == "Kept for later"
        await robot.press("1")
        assert robot.body() == TaskResult(TASK_LIGHT, "verify", "yes")
        await robot.press("7", "1")
        assert robot.body() == TaskResult(TASK_LEAK, "recheck", "yes", "阀门是新的")


async def test_after_a_kill_the_app_opens_in_the_same_task(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "1", "4")
        await robot.type("阀门是新的")
        await robot.press("enter")
    async with robot_in(world.restarted()) as robot:
        assert robot.panel == "task"
        assert robot.sees("阀门是新的")
        await robot.press("3")
        assert robot.body() == TaskResult(TASK_LEAK, "recheck", "cannot_tell", "阀门是新的")


async def test_a_case_shows_who_handles_it_its_number_and_its_history(world: World) -> None:
    async with robot_in(world, size=(100, 30)) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("c", "1")
        assert robot.panel == "case"
        for words in ("合成供热站 handles it", "call 0451-00000001", "已换阀门", "1 photo", "Handled"):
            assert robot.sees(words), words
        await robot.press("2")
        assert robot.panel == "task"


async def test_a_phrase_is_noted_on_a_case_and_stands_in_its_history_before_it_is_sent(world: World) -> None:
    async with robot_in(world, size=(100, 30)) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("c", "1", "1", "2", "1")
        assert robot.body() == CaseNote(CASE_LEAK, "It has got worse")
        assert robot.panel == "case"
        assert robot.sees("It has got worse")
        assert robot.sees("to be sent")


async def test_own_words_are_noted_too(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("c", "1", "1", "9")
        await robot.type("物业明天来")
        await robot.press("enter", "1")
        assert robot.body() == CaseNote(CASE_LEAK, "物业明天来")


async def test_a_report_leads_from_the_log_to_its_case_before_anybody_has_told_of_it(world: World) -> None:
    async with robot_in(world, size=(100, 30)) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("2", "1", "1", "enter")
        await robot.press("4", "1", "7")
        assert robot.panel == "case"
        assert robot.sees("Not sent yet")


async def test_the_open_cases_are_passed_on_to_a_colleague_and_the_end_stays_two_keys(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("1", "6", "4", "1")
        assert robot.sees("To 网格员 2")
        await robot.press("1")
        assert robot.body() == Handoff("seat-2", cases=(CASE_LEAK, CASE_LIGHT))
        assert robot.panel == "shift_end"
        before = robot.keys
        await robot.press("0", "6", "1")
        assert isinstance(robot.body(), ShiftEnd)
        assert robot.keys - before == 3


async def test_a_case_is_left_out_of_a_hand_over_and_a_word_is_added(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("1", "6", "4", "1", "3", "1", "0", "2")
        await robot.type("盯一下")
        await robot.press("enter", "1")
        assert robot.body() == Handoff("seat-2", cases=(CASE_LIGHT,), note="盯一下")


async def test_a_case_that_came_since_the_hand_over_was_looked_at_is_chosen_and_one_left_out_stays_out(
    world: World,
) -> None:
    new = "01987000-0000-7000-8000-0000000000f1"
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("1", "6", "4", "1", "3", "1", "0", "0")
        world.reference.case_rows[new] = world.reference.case_rows[CASE_LIGHT]
        await robot.press("4", "1")
        body = robot.body()
        assert isinstance(body, Handoff)
        assert set(body.cases) == {CASE_LIGHT, new}


async def test_a_hand_over_that_was_left_yesterday_begins_anew(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("1", "6", "4", "1", "3", "1", "0", "0", "1")
        assert isinstance(robot.body(), ShiftEnd)
        world.clock.advance(86_400)
        world.signed_in()
        await robot.scan(PLATE_ENTRANCE_12)
        await robot.press("1", "6", "4")
        assert not robot.sees("To 网格员 2"), "it asks whom again"
        await robot.press("1", "1")
        assert robot.body() == Handoff("seat-2", cases=(CASE_LEAK, CASE_LIGHT))


async def test_the_start_of_a_shift_shows_what_was_left_for_it(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("6")
        assert robot.panel == "shift_start"
        assert robot.sees("网格员 2 left you")


async def test_what_was_left_to_one_seat_is_not_shown_to_another() -> None:
    world = make_world(with_casework(small_grid()))
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.casework.handed_over() == []


async def test_an_overdue_task_comes_first_and_says_so(world: World) -> None:
    rows = world.reference.task_rows
    rows[TASK_LIGHT] = msgspec.structs.replace(rows[TASK_LIGHT], due_at="2026-11-22T18:00:00+08:00")
    rows[TASK_LEAK] = msgspec.structs.replace(rows[TASK_LEAK], severity=2)
    first = world.services.casework.tasks()[0]
    assert (first.id, first.is_overdue) == (TASK_LIGHT, True)
    async with robot_in(world) as robot:
        await robot.press("k")
        assert robot.sees("overdue")


async def touched(robot: Robot, *presses: str) -> None:
    for press in presses:
        await robot.touch(press)


async def test_every_key_of_it_is_a_touch_too(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.tap(FOB_ENTRANCE_21)
        await touched(robot, "arrived.task", "task.answer.case", "case.note", "case_note.text.pick:1")
        await touched(robot, "case_note.review.save", "case.task", "task.answer.yes")
        assert robot.kinds[-2:] == ["case_note", "task_result"]
        assert robot.body() == TaskResult(TASK_LIGHT, "verify", "yes")
