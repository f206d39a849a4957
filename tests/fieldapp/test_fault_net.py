"""A fault that nobody foresaw, wherever it happens: a sentence and a code, the draft kept, at home again."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip

from fieldapp import crashes
from fieldapp.screens.arrived import ArrivedPanel
from fieldapp.screens.help import HelpScreen
from fieldapp.screens.problem import ProblemPanel
from fieldapp.widgets.tile_grid import TileGrid
from tests.fieldapp.fakes import PERSON_1, PLATE_ENTRANCE_11, make_world
from tests.fieldapp.rest import let_timers_go_off
from tests.fieldapp.robot import Robot, robot_in

TO_TYPING = ("2", "1", "9")
"""Keys from home to a line of the problem's form."""

PATIENCE_S = 10.0
"""Longest that new screens may take here."""


class Slip(Exception):
    """What nobody foresaw."""


def slips(*_values: Any, **_named: Any) -> Any:
    """Fail as no code is meant to."""
    raise Slip("secret-name")


@pytest.fixture(autouse=True)
def _crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "_folder", tmp_path)


async def half_typed(robot: Robot) -> None:
    """Type some words of a problem that nobody has saved yet."""
    await robot.press(*TO_TYPING)
    await robot.type("Door stuck")


async def caught(robot: Robot) -> None:
    """Wait for the screens that are made anew: a widget that faulted answers nobody any more."""
    async with asyncio.timeout(PATIENCE_S):
        while not robot.app.faults or robot.app.begins_again:
            await asyncio.sleep(0)


def in_drawing(robot: Robot, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TileGrid, "render_line", lambda grid, y: slips() if robot.panel == "problem" else Strip([]))
    robot.app.screen.refresh(layout=True)
    for grid in robot.app.screen.query(TileGrid):
        grid.display = True
        grid.refresh()


def in_a_timer(robot: Robot, _patch: pytest.MonkeyPatch) -> None:
    robot.app.screen.set_timer(0.01, slips)


def in_a_worker(robot: Robot, _patch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        slips()

    robot.app.screen.run_worker(work())


def in_a_callback(robot: Robot, _patch: pytest.MonkeyPatch) -> None:
    robot.app.screen.query_one(ProblemPanel).call_later(slips)


def in_a_handler_of_the_app(robot: Robot, patch: pytest.MonkeyPatch) -> None:
    robot.app.call_next(slips)


@pytest.mark.parametrize(
    "fails",
    [in_drawing, in_a_timer, in_a_worker, in_a_callback, in_a_handler_of_the_app],
    ids=lambda fails: fails.__name__,
)
async def test_a_fault_is_told_and_the_draft_is_there_at_home(
    fails: Callable[[Robot, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with robot_in(make_world().signed_in(), faults=1) as robot:
        await half_typed(robot)
        with monkeypatch.context() as patch:
            fails(robot, patch)
            await caught(robot)
            await robot.settle()
        assert robot.panel == "today"
        assert "E-APP" in robot.word
        await robot.press("7")
        assert robot.panel == "problem"
        assert robot.world.drafts.fields(f"problem:{PERSON_1}")["description"] == "Door stuck"
    (kept,) = tmp_path.glob("crash-*.txt")
    assert "slips" in kept.read_text()
    assert "secret" not in kept.read_text()


async def test_a_panel_that_cannot_be_composed_leads_home(monkeypatch: pytest.MonkeyPatch) -> None:
    async with robot_in(make_world().signed_in(), faults=1) as robot:
        with monkeypatch.context() as patch:
            patch.setattr(ArrivedPanel, "compose", slips)
            await robot.scan(PLATE_ENTRANCE_11)
        assert robot.panel == "today"
        assert "E-APP" in robot.word
        assert "check_in" in robot.kinds
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.panel == "arrived"


async def test_a_panel_that_can_never_be_composed_leaves_home_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ArrivedPanel, "compose", slips)
    async with robot_in(make_world().signed_in(), faults=1) as robot:
        await let_timers_go_off(robot.app)
        assert "E-APP" in robot.word
        await let_timers_go_off(robot.app)
        assert robot.panel == "today"


async def test_a_screen_on_top_that_cannot_be_drawn_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with robot_in(make_world().signed_in(), faults=1) as robot:
        with monkeypatch.context() as patch:
            patch.setattr(HelpScreen, "relabel", slips)
            await robot.press("h")
        assert robot.panel == "today"
        await robot.press("h")
        assert robot.panel == "HelpScreen"


async def test_a_home_that_cannot_be_shown_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TileGrid, "render_line", slips)
    with pytest.raises(Slip):
        async with robot_in(make_world().signed_in()):
            pass
