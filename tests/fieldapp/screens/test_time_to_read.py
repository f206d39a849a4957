"""How long a big word stays: a good one flashes by, an explanation is there to be read, and nobody waits for either."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest
from textual.events import Key
from textual.timer import Timer
from textual.widget import Widget

from fieldapp.messages import Said
from fieldapp.presentation.tones import Tone
from fieldapp.text import use_language
from fieldapp.widgets.flash import FLASH_S, MOST_READ_S, READ_S, Flash, stay_s
from fieldapp.widgets.line import PlainInput
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, World, make_world
from tests.fieldapp.robot import Robot, robot_in

SHORT = "门牌号"
LONG = "此人不在本网格，卡也不是本网格的" * 3


class Waits:
    """The timers of the flashes, run out by hand."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], Any]]] = []

    async def run_out(self, robot: Robot) -> float:
        """Let the wait that was begun last be over; return how many seconds it was."""
        seconds, after = self.waiting.pop()
        after()
        await robot.settle()
        return seconds


@asynccontextmanager
async def flashing(world: World, **named: Any) -> AsyncIterator[tuple[Robot, Flash, Waits]]:
    """Give a robot, its shift's flash, and the flash's timers."""
    waits, set_timer = Waits(), Widget.set_timer

    def kept(widget: Widget, delay: float, callback: Callable[[], Any] | None = None, **rest: Any) -> Timer:
        if not isinstance(widget, Flash) or callback is None:
            return set_timer(widget, delay, callback, **rest)
        waits.waiting.append((delay, callback))
        return set_timer(widget, 3_600.0, callback, **rest)

    with patch.object(Widget, "set_timer", kept):
        async with robot_in(world, **named) as robot:
            yield robot, robot.app.screen.query_one(Flash), waits


@pytest.mark.parametrize("tone", ["warn", "bad"])
def test_an_explanation_stays_three_seconds_and_a_long_one_longer(tone: Tone) -> None:
    assert stay_s("", SHORT, tone) == READ_S >= 3.0
    assert READ_S < stay_s("", LONG[:20], tone) < stay_s("", LONG, tone) <= MOST_READ_S
    assert stay_s(LONG, LONG, tone) == MOST_READ_S


def test_a_good_word_flashes_by_and_a_plain_one_stays_for_its_line() -> None:
    assert stay_s("已存", LONG, "good") == FLASH_S
    assert stay_s("已丢弃", "", "plain") == FLASH_S
    assert stay_s("稍等", SHORT, "plain") == READ_S


async def test_a_good_word_is_gone_as_soon_as_ever() -> None:
    async with flashing(make_world().signed_in()) as (robot, flash, waits):
        await robot.scan(PLATE_ENTRANCE_11)
        assert await waits.run_out(robot) == FLASH_S
        assert not flash.display


async def test_an_explanation_stays_until_it_can_have_been_read() -> None:
    async with flashing(make_world().signed_in()) as (robot, flash, waits):
        await robot.press("u")
        assert (robot.word, robot.line) == ("Undo", "There is nothing to take back")
        passed_s = await waits.run_out(robot)
        assert flash.display
        assert passed_s + await waits.run_out(robot) == stay_s(robot.word, robot.line, "warn")
        assert not flash.display


@pytest.mark.parametrize("is_touched", [False, True])
async def test_who_goes_on_has_read_it(is_touched: bool) -> None:
    async with flashing(make_world().signed_in(), size=(100, 40)) as (robot, flash, waits):
        await robot.press("u")
        await waits.run_out(robot)
        assert flash.display
        if is_touched:
            await touch_beneath(robot, "today.log")
        else:
            await key(robot, "4")
        assert (robot.panel, flash.display) == ("log", False)


async def test_a_key_in_a_line_that_is_typed_has_read_it_too() -> None:
    async with flashing(make_world().signed_in()) as (robot, flash, waits):
        await robot.press("1", "9")
        robot.app.screen.post_message(Said("Text was cut", "The line holds 40 characters", "warn"))
        await robot.settle()
        await waits.run_out(robot)
        await key(robot, "x")
        assert robot.app.screen.query_one(PlainInput).value == "x"
        assert not flash.display


async def test_what_is_pressed_at_once_lets_it_stay_as_long_as_a_good_word() -> None:
    async with flashing(make_world().signed_in()) as (robot, flash, waits):
        await robot.press("u")
        await key(robot, "4")
        assert robot.panel == "log"
        assert flash.display
        assert await waits.run_out(robot) == FLASH_S
        assert not flash.display


async def test_the_next_word_takes_its_place_and_has_its_own_time() -> None:
    async with flashing(make_world().signed_in()) as (robot, flash, waits):
        await robot.press("u")
        await waits.run_out(robot)
        await robot.scan(PLATE_ENTRANCE_12)
        assert flash.word == "Arrived, saved"
        assert await waits.run_out(robot) == FLASH_S
        assert not flash.display


async def test_a_visit_without_a_place_says_so_and_leads_to_the_places() -> None:
    use_language("zh_CN")
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("3", "1", "1")
        assert (robot.word, robot.line) == ("还没填完", "还缺地点")
        robot.look()
        await robot.settle()
        assert robot.sees("还没有地点")
        await robot.touch("visit.outcome.place")
        assert robot.panel == "places"
        await robot.press("1")
        robot.world.clock.advance(1)
        await robot.press("2")
        assert (robot.panel, robot.sees("还没有地点")) == ("visit", False)
        assert "visit.outcome.place" not in [tile.option.press for _field, tile in robot.tiles()]
        await robot.press("1")
        assert robot.kinds[-1] == "visit"


async def key(robot: Robot, name: str) -> None:
    """Press a key without looking away from the flash first."""
    robot.app.post_message(Key(name, name))
    await robot.settle()


async def touch_beneath(robot: Robot, press: str) -> None:
    """Touch a tile that no flash covers, without looking away from the flash first."""
    field, tile = next((field, tile) for field, tile in robot.tiles() if tile.option.press == press)
    left, top, width, height = tile.region.translate(field.region.offset)
    robot.looked_s += 5.0
    robot.touch_cell(left + width // 2, top + height // 2)
    await robot.settle()
