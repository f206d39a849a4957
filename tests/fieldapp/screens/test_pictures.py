"""How the main screens look, pinned: two sizes, two looks, two languages, a held clock."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from fieldapp.app import FieldApp
from fieldapp.text import Language, use_language
from fieldapp.widgets import action_bar
from fieldapp.widgets.flash import Flash
from tests.fieldapp.fake_code_camera import FakeCodeCamera
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_STRANGE, World, make_world
from tests.fieldapp.robot import Robot

LOOKS: tuple[tuple[tuple[int, int], str, Language], ...] = (
    ((80, 24), "sun", "zh_CN"),
    ((80, 24), "night", "en"),
    ((120, 36), "night", "zh_CN"),
    ((120, 36), "sun", "en"),
)
"""Size, theme and language: every value of each, and every pair of size with theme."""


@pytest.fixture(autouse=True)
def _held_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_bar, "TICK_S", 3600.0)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
@pytest.mark.parametrize("screen", ["sign_in", "today", "arrived", "problem", "mount", "replace"])
def test_a_main_screen_looks_as_pinned(
    snap_compare: Callable[..., bool], screen: str, size: tuple[int, int], theme: str, language: Language
) -> None:
    use_language(language)
    world: World = make_world() if screen == "sign_in" else make_world().signed_in()
    app = FieldApp(world.services, theme=theme)

    async def walk(pilot: Pilot[Any]) -> None:
        robot = Robot(app, pilot, world)
        await robot.settle()
        if screen == "sign_in":
            await robot.press("1", "3")
            return
        if screen in ("mount", "replace"):
            await robot.press("m", *(["2", "1"] if screen == "replace" else []))
            world.clock.advance(1)
            if screen == "replace":
                await robot.press("1")
                await robot.scan(PLATE_STRANGE)
            return
        await robot.scan(PLATE_ENTRANCE_11)
        world.clock.advance(15)
        if screen == "today":
            await robot.press("1")
        elif screen == "arrived":
            await robot.scan(PLATE_ENTRANCE_12)
        else:
            await robot.press("2", "1", "1")
        app.screen.query_one(Flash).hide()
        await robot.settle()

    assert snap_compare(app, terminal_size=size, run_before=walk)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS[:2])
def test_aiming_looks_as_pinned(
    snap_compare: Callable[..., bool], size: tuple[int, int], theme: str, language: Language
) -> None:
    use_language(language)
    world, camera = make_world().signed_in(), FakeCodeCamera()
    app = FieldApp(world.services, theme=theme, camera=camera)

    async def walk(pilot: Pilot[Any]) -> None:
        robot = Robot(app, pilot, world)
        await robot.settle()
        await robot.press("a")
        camera.show("unread")
        await robot.settle()

    assert snap_compare(app, terminal_size=size, run_before=walk)
