"""The big word is painted by itself, before the panel beneath it changes: what is waited for is seen first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from msgspec.structs import replace
from textual._compositor import CompositorUpdate

from fieldapp.app import FieldApp
from fieldapp.text import use_language
from fieldapp.widgets.flash import Flash
from tests.fieldapp.fakes import (
    BUILDING_1,
    FOB_ENTRANCE_21,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_STRANGE,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in

WIDTHS = (80, 81, 89, 90, 94, 97)
"""Most of them put an edge of the home panel inside a character of the long name."""

LONG_NAME = "合成路与合成街交叉口东北角安置小区甲1号楼"
"""Long enough to lie over the edges of the home panel's columns."""


@contextmanager
def painted_by(robot: Robot) -> Iterator[list[str]]:
    """Give what is painted meanwhile, one text for each time the terminal is told something."""
    frames: list[str] = []
    display = FieldApp._display

    def noted(app: FieldApp, screen: Any, update: Any) -> None:
        if isinstance(update, CompositorUpdate):
            frames.append("\n".join(robot.lines))
        display(app, screen, update)

    with patch.object(FieldApp, "_display", noted):
        yield frames


@pytest.mark.parametrize("plate", [PLATE_ENTRANCE_11, PLATE_STRANGE])
async def test_the_word_is_painted_before_the_panel_beneath_it(plate: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        with painted_by(robot) as frames:
            await robot.scan(plate)
        first = next(frame for frame in frames if robot.word in frame)
        assert "Start shift" in first
        assert "Start shift" not in frames[-1]


async def test_a_word_that_follows_another_is_painted_first_too() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        with painted_by(robot) as frames:
            await robot.scan(PLATE_ENTRANCE_12)
        first = next(frame for frame in frames if "2单元" in frame)
        assert "Arrived, saved" in first
        assert "Still open" not in first
        assert "Still open" in frames[-1]


async def test_nothing_is_said_before_it_is_on_disk() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        append, saved_first = type(robot.world.journal).append, []

        def slow(journal: Any, record: Any) -> Any:
            saved_first.append("Arrived, saved" not in "\n".join(robot.lines))
            return append(journal, record)

        with patch.object(type(robot.world.journal), "append", slow):
            await robot.tap(FOB_ENTRANCE_21)
        assert saved_first == [True, True]
        assert robot.words == ["Arrived, saved"]


@pytest.mark.parametrize("width", WIDTHS)
async def test_no_character_of_the_word_is_lost_at_an_edge_of_the_panel_that_comes(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    use_language("zh_CN")
    world = make_world().signed_in()
    world.reference.building_rows[BUILDING_1] = replace(world.reference.building_rows[BUILDING_1], name=LONG_NAME)
    async with robot_in(world, size=(width, 24)) as robot:
        monkeypatch.setattr(Flash, "hide", lambda _flash: None)
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1")
        assert (robot.panel, robot.word) == ("today", "正常，已存")
        assert f"{LONG_NAME}1单元" in "".join(robot.text.replace(" ", "").splitlines()[:6])
