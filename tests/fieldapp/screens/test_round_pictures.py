"""How the round, a building's page and the map look, pinned: two sizes, two looks, two languages, a held clock."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from fieldapp.app import FieldApp
from fieldapp.text import Language, use_language
from fieldapp.widgets.flash import Flash
from tests.fieldapp.fake_receiver import FakeReceiver, Here
from tests.fieldapp.fakes import PLATE_BUILDING_3, PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, make_world
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.robot import HELD_S, Robot
from tests.fieldapp.screens.test_round_and_building import GLOVE_S

LOOKS: tuple[tuple[tuple[int, int], str, Language], ...] = (
    ((80, 24), "sun", "zh_CN"),
    ((80, 24), "night", "en"),
    ((100, 30), "night", "zh_CN"),
    ((100, 30), "sun", "en"),
)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
@pytest.mark.parametrize("screen", ["round", "building", "map"])
def test_it_looks_as_pinned(
    snap_compare: Callable[..., bool], screen: str, size: tuple[int, int], theme: str, language: Language
) -> None:
    use_language(language)
    world = make_world(placed_grid(), receiver=FakeReceiver(Here())).signed_in()
    app = FieldApp(world.services, theme=theme, now=lambda: HELD_S)

    async def walk(pilot: Pilot[Any]) -> None:
        robot = Robot(app, pilot, world)
        await robot.settle()
        for plate, key in ((PLATE_BUILDING_3, "1"), (PLATE_ENTRANCE_11, "3"), (PLATE_ENTRANCE_12, "1")):
            await robot.scan(plate)
            await robot.press(key)
        await robot.press("g" if screen == "map" else "r")
        world.clock.advance(GLOVE_S)
        if screen == "building":
            await robot.press("3")
        app.screen.query_one(Flash).hide()
        await robot.settle()

    assert snap_compare(app, terminal_size=size, run_before=walk)
