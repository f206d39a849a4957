"""Scanners that type like a keyboard are heard wherever the focus is, and people who type are never disturbed."""

from typing import Any

import pytest
from textual.events import Paste

from devices.wedge import GAP_S, WedgeFilter
from fieldapp.text import use_language
from sync.records import CaseReport, CheckIn
from sync.tags import is_plate_code
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, make_world
from tests.fieldapp.robot import Robot, robot_in

BETWEEN_TYPED_KEYS_S = 0.2


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")


class HeldTime:
    """A monotonic clock that moves only when told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Hands:
    """A scanner and a person on the same keyboard."""

    def __init__(self, robot: Robot, time: HeldTime) -> None:
        self.robot = robot
        self.time = time

    async def wedge(self, code: str, *, end: str = "enter") -> None:
        """Let a scanner type a code."""
        self.time.now_s += BETWEEN_TYPED_KEYS_S
        await self.robot.press_at_once(*code, *([end] if end else []))
        await self.wait()

    async def type(self, text: str) -> None:
        """Let a person type."""
        for key in text:
            await self.press(key)

    async def press(self, key: str) -> None:
        """Let a person press a key."""
        self.time.now_s += BETWEEN_TYPED_KEYS_S
        await self.robot.press_at_once(key)
        await self.wait()

    async def wait(self) -> None:
        """Let the gap pass."""
        self.time.now_s += GAP_S * 2
        await self.robot.app.settle_gate()
        await self.robot.settle()


def wedged() -> tuple[HeldTime, dict[str, Any]]:
    """Return a held clock and an app's arguments with the filter over it."""
    time = HeldTime()
    return time, {"wedge": WedgeFilter(accepts=is_plate_code), "now": time}


async def test_a_burst_that_ends_with_enter_is_an_arrival() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        await Hands(robot, time).wedge(PLATE_ENTRANCE_11)
        assert robot.panel == "arrived"
        assert robot.kinds == ["shift_start", "check_in"]


async def test_a_plate_code_needs_no_enter() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        await Hands(robot, time).wedge(PLATE_ENTRANCE_11, end="")
        assert robot.panel == "arrived"


async def test_a_burst_while_a_line_has_the_focus_is_a_scan_and_leaves_the_line_alone() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        hands = Hands(robot, time)
        await hands.wedge(PLATE_ENTRANCE_11)
        for key in ("2", "1", "9"):
            await hands.press(key)
        await hands.type("lamp")
        await hands.wedge(PLATE_ENTRANCE_12)
        assert robot.panel == "problem"
        assert robot.world.services.forms.values("problem")["description"] == "lamp"
        assert robot.word == "Place set"


async def test_typing_arrives_letter_by_letter_and_in_order() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        hands = Hands(robot, time)
        await hands.wedge(PLATE_ENTRANCE_11)
        for key in ("2", "1", "9"):
            await hands.press(key)
        await hands.type("a b,c 12")
        for key in ("backspace", "enter", "enter"):
            await hands.press(key)
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.description == "a b,c 1"


async def test_a_committed_chinese_word_is_typing() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        hands = Hands(robot, time)
        await hands.wedge(PLATE_ENTRANCE_11)
        for key in ("2", "1", "9"):
            await hands.press(key)
        await hands.wedge("楼道灯不亮", end="")
        await hands.press("enter")
        await hands.press("enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.description == "楼道灯不亮"


async def test_one_pressed_digit_acts_after_the_gap() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        hands = Hands(robot, time)
        await hands.wedge(PLATE_ENTRANCE_11)
        await hands.press("1")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "normal"


async def test_a_pasted_plate_is_a_scan() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        robot.app.post_message(Paste(PLATE_ENTRANCE_11))
        await robot.settle()
        assert robot.panel == "arrived"
