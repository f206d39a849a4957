"""What people do all day, counted after the scan, by keys and by touches: no flow may come to need more of them."""

from dataclasses import dataclass

import pytest

from sync.records import CaseReport, CheckIn, ShiftEnd, TaskResult, Visit, Void
from tests.fieldapp.casework_rows import TASK_LEAK, with_casework
from tests.fieldapp.fakes import (
    BUILDING_1,
    ENTRANCE_11,
    MATTER_LIGHT,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    FakeCamera,
    make_world,
    small_grid,
)
from tests.fieldapp.robot import Robot, robot_in


@dataclass(frozen=True)
class Flow:
    """What is pressed after the scan, as keys and as touches, and what it must come to."""

    keys: tuple[str, ...]
    touches: tuple[str, ...]
    most: int
    panel: str = "today"


NORMAL = Flow(("1",), ("arrived.normal",), 1)
NO_ACCESS = Flow(("3",), ("arrived.no_access",), 1)
REMARK = Flow(("8", "2"), ("arrived.remark", "remark.pick:2"), 2)
PROBLEM = Flow(
    ("2", "1", "1", "7", "1"),
    (
        "arrived.problem",
        "problem.matter.pick:1",
        "problem.description.pick:1",
        "problem.review.photo",
        "problem.review.save",
    ),
    5,
)
VISIT = Flow(("4", "1", "2"), ("arrived.visit", "visit.purpose.pick:1", "visit.outcome.pick:2"), 3)
PREVIOUS = Flow(("6",), ("arrived.previous",), 1, "arrived")
RECHECK = Flow(("9", "2"), ("arrived.task", "task.answer.no"), 2)
END = Flow(("6", "1"), ("today.end", "shift_end.review.end"), 2, "outbox")

hands = pytest.mark.parametrize("hand", ["keys", "touches"])


async def carry_out(robot: Robot, flow: Flow, hand: str) -> None:
    """Do a flow by one kind of hand, and see that it is as short as promised."""
    robot.keys = robot.touches = 0
    if hand == "keys":
        await robot.press(*flow.keys)
    else:
        for press in flow.touches:
            await robot.touch(press)
    assert robot.keys + robot.touches <= flow.most
    assert robot.panel == flow.panel


def said(robot: Robot) -> CheckIn:
    """Return the check-in that was saved last."""
    body = robot.body()
    assert isinstance(body, CheckIn)
    return body


async def test_an_arrival_is_the_scan_alone() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        assert said(robot).entrance == ENTRANCE_11
        assert robot.keys + robot.touches == 0


@hands
async def test_normal_no_access_and_one_remark_are_counted(hand: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for flow, result in ((NORMAL, "normal"), (NO_ACCESS, "no_access"), (REMARK, "issue")):
            robot.world.clock.advance(200)
            await robot.scan(PLATE_ENTRANCE_11)
            await carry_out(robot, flow, hand)
            assert said(robot).result == result
        assert said(robot).checks == {"lights": "issue"}


@hands
async def test_what_was_forgotten_is_one_more_at_the_next_scan(hand: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.scan(PLATE_ENTRANCE_12)
        await carry_out(robot, PREVIOUS, hand)
        assert (said(robot).result, said(robot).entrance) == ("normal", ENTRANCE_11)


@hands
async def test_a_problem_with_category_phrase_and_photo_is_five_and_nothing_is_typed(hand: str) -> None:
    camera = FakeCamera()
    world = make_world(camera=camera).signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        camera.put("stairs.jpg", world.clock.now_ms())
        await carry_out(robot, PROBLEM, hand)
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.description == "Seen on the patrol"
        assert case.building == BUILDING_1
        assert f"{case.standard}:{case.matter_kind}:{case.matter_code}" == MATTER_LIGHT
        assert len(case.media) == 1


@hands
async def test_a_visit_is_three(hand: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await carry_out(robot, VISIT, hand)
        visit = robot.body()
        assert isinstance(visit, Visit)
        assert (visit.purpose, visit.outcome, visit.entrance) == ("care", "absent", ENTRANCE_11)


@hands
async def test_a_recheck_is_answered_in_two(hand: str) -> None:
    async with robot_in(make_world(with_casework(small_grid())).signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await carry_out(robot, RECHECK, hand)
        assert robot.body() == TaskResult(TASK_LEAK, "recheck", "no")


@hands
async def test_the_end_of_the_shift_and_its_sync_are_two(hand: str) -> None:
    world = make_world().signed_in()
    world.services.shifts.start()
    async with robot_in(world) as robot:
        await carry_out(robot, END, hand)
        assert isinstance(robot.body(), ShiftEnd)
        assert world.exchange.requests == 1


SAVES = {
    "arrival": (),
    "normal": ("1",),
    "no access": ("3",),
    "remark": ("8", "1"),
    "points": ("5", "1", "9"),
    "problem": ("2", "1", "1", "1"),
    "visit": ("4", "1", "1"),
    "shift end": ("0", "6", "1"),
}
"""Every kind of save that follows a scan, and how it is made."""


@pytest.mark.parametrize("hand", ["u", "everywhere.undo"])
async def test_every_kind_of_save_is_taken_back_by_one_within_ten_seconds(hand: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for what, keys in SAVES.items():
            robot.world.clock.advance(200)
            await robot.scan(PLATE_ENTRANCE_11)
            await robot.press(*keys)
            saved = robot.world.journal.rows[-1].record
            robot.world.clock.advance(9)
            await (robot.press(hand) if hand == "u" else robot.touch(hand))
            taken_back = robot.body()
            assert isinstance(taken_back, Void), what
            assert (taken_back.target, taken_back.reason) == (saved.id, "undo"), what
            await leave_everything(robot)


async def leave_everything(robot: Robot) -> None:
    """Go home, and forget the form that a taken back save has filled in again."""
    for half in robot.world.services.forms.half_written():
        robot.world.services.forms.discard(half.name)
    while robot.panel != "today":
        await robot.press("0")
