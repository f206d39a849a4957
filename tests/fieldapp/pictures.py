"""The pictures of the README, made by playing a morning through the app: ``python -m tests.fieldapp.pictures``.

Clock, ids, grid and server are held or made up, so the same tree gives the same bytes; `test_readme_pictures` compares
them, and whoever changes a screen runs the command and looks at what changed.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from fieldapp.messages import UndoOffered
from fieldapp.text import Language, current_language, use_language
from fieldapp.widgets.flash import Flash
from sync.journal import SyncStatus
from tests.fieldapp.fakes import (
    FOB_ENTRANCE_21,
    PLATE_BUILDING_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    World,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in
from tests.fieldapp.terminal_svg import terminal_svg

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
"""Where the pictures lie."""

COMMAND = "python -m tests.fieldapp.pictures"
"""Makes all pictures anew."""

SIZE = (88, 26)
"""Columns and rows: what a tablet of 1280 by 800 shows with large letters."""

LANGUAGES: dict[str, Language] = {"en": "en", "zh": "zh_CN"}
"""Language in a file's name to the language in the picture."""


async def _today(robot: Robot) -> None:
    await _morning(robot)
    robot.app.screen.post_message(UndoOffered("", 0))


async def _arrived(robot: Robot) -> None:
    await _morning(robot)
    await robot.scan(PLATE_ENTRANCE_12)


async def _problem(robot: Robot) -> None:
    await _arrived(robot)
    await robot.press("2", "1", "1")


async def _receipt(robot: Robot) -> None:
    await _morning(robot)
    await robot.press("5", "r")


SCENES: dict[str, Callable[[Robot], Awaitable[None]]] = {
    "today": _today,
    "arrived": _arrived,
    "problem": _problem,
    "receipt": _receipt,
}
"""A picture's name to the way there."""

PICTURES = [f"{scene}.{suffix}.svg" for scene in SCENES for suffix in LANGUAGES]
"""The files there are."""


async def picture(file: str) -> str:
    """Return a picture's SVG by the name of its file."""
    scene, suffix, _svg = file.split(".")
    before = current_language()
    use_language(LANGUAGES[suffix])
    try:
        async with robot_in(make_world().signed_in(), size=SIZE) as robot:
            await SCENES[scene](robot)
            for flash in robot.app.screen.query(Flash):
                flash.hide()
            await robot.settle()
            strips = robot.app.screen._compositor.render_strips()
            return terminal_svg(strips, columns=SIZE[0], rows=SIZE[1], title=f"Xunge: {scene}")
    finally:
        use_language(before)


async def _morning(robot: Robot) -> None:
    """Check in at three doors, report a problem, and have most of it proven."""
    clock, world = robot.world.clock, robot.world
    for tag in (PLATE_BUILDING_1, PLATE_ENTRANCE_11):
        await robot.scan(tag)
        clock.advance(95)
        await robot.press("1")
        clock.advance(200)
    await robot.tap(FOB_ENTRANCE_21)
    clock.advance(40)
    await robot.press("2", "1", "1", "enter")
    clock.advance(75)
    await _prove(robot, world)


async def _prove(robot: Robot, world: World) -> None:
    """Let the server prove all but the last record."""
    world.journal.settle(len(world.journal.rows) - 1, time_s=world.clock.now_ms() // 1000)
    world.exchange.become(SyncStatus("idle", proven_at_ms=world.clock.now_ms()))
    clock_s = 130
    world.clock.advance(clock_s)
    await robot.settle()


def main() -> int:
    """Make every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in PICTURES:
        svg = asyncio.run(picture(file))
        path = FOLDER / file
        is_new = not path.exists() or path.read_text(encoding="utf-8") != svg
        path.write_text(svg, encoding="utf-8", newline="\n")
        print(f"{'changed' if is_new else 'as before'}  {path.relative_to(FOLDER.parents[1])}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
