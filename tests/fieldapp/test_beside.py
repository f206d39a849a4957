"""Work beside the turns: what is given up before it began was never made, and what goes wrong is told."""

import gc
import warnings

from fieldapp.safety import beside
from fieldapp.screens.trial import TrialPanel
from tests.fieldapp.fakes import DiskFull, make_world
from tests.fieldapp.robot import robot_in
from tests.fieldapp.tour import standing


async def test_a_look_that_another_replaces_before_it_began_is_never_made() -> None:
    async with standing("trial") as robot:
        panel = robot.app.screen.query_one(TrialPanel)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            panel.tick()
            panel.tick()
            await robot.settle()
            gc.collect()

    assert [str(warning.message) for warning in caught] == []


async def test_what_goes_wrong_beside_the_turns_is_told_on_the_screen() -> None:
    async def failing() -> None:
        raise DiskFull

    async with robot_in(make_world().signed_in()) as robot:
        beside(robot.app, "test", failing, hears=robot.app.screen)
        await robot.settle()

        assert DiskFull.code in robot.word
