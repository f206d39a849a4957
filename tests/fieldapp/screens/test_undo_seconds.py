"""The seconds of undo, by the app's clock: right on a busy tablet, and standing still in a test."""

import pytest

from fieldapp.text import use_language
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, make_world
from tests.fieldapp.rest import let_timers_go_off
from tests.fieldapp.robot import robot_in


class Clock:
    """The app's clock, moved by hand."""

    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")


async def test_seconds_that_a_busy_tablet_did_not_paint_are_over_all_the_same() -> None:
    clock = Clock()
    async with robot_in(make_world().signed_in(), now=clock) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.sees("Undo 10 s")

        clock.now_s += 6.2
        await let_timers_go_off(robot.app)
        assert robot.sees("Undo 4 s")

        clock.now_s += 3.8
        await let_timers_go_off(robot.app)
        assert not robot.sees("Undo")


async def test_timers_of_the_machine_count_no_seconds_while_the_clock_stands_still() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await let_timers_go_off(robot.app, times=12)

        assert robot.sees("Undo 10 s")
