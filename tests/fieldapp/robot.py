"""A robot that uses the app as a person does: presses, touches, scans, and reads what is on the screen.

async with robot_in(make_world().signed_in()) as robot:
    await robot.scan(PLATE_ENTRANCE_11)
    await robot.press("1")
    assert robot.sees("Normal")
    assert robot.keys == 1
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from textual.events import Key, MouseDown, MouseUp
from textual.pilot import Pilot

from fieldapp.app import FieldApp
from fieldapp.messages import TagRead
from fieldapp.panel import Panel
from fieldapp.screen_roles import HasStage
from fieldapp.screens import shift
from fieldapp.services.tag_effect import Certainty
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.tile import Placed, TileField
from sync.records import Body, decode_body, kind_of
from tests.fieldapp.fakes import World
from tests.fieldapp.rest import come_to_rest

SIZE = (80, 24)
"""The smallest screen that everything must fit."""

_NAMES = {" ": "space", ",": "comma", ".": "full_stop", "-": "minus"}
"""Names that terminals give to keys that are no letters or digits."""

_CHARACTERS = {"enter": "\r", "escape": "\x1b", "backspace": "\x7f", "tab": "\t"}
"""What named keys send."""

HELD_S = 1000.0
"""What the app's clock says while nobody looks."""

NEVER_S = 100_000.0
"""After how long the panels that will be needed soon are made: a slow machine would make them, a quick one not."""

LOOK_S = 5.0
"""How long the robot looks at the screen before it touches something."""


class Robot:
    """Hands and eyes in front of a running app."""

    def __init__(self, app: FieldApp, pilot: Pilot[Any], world: World) -> None:
        self.app = app
        self.pilot = pilot
        self.world = world
        self.keys = 0
        self.touches = 0
        self.looked_s = 0.0
        self.words: list[str] = []
        self.said_lines: list[str] = []

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before is dealt with; each one counts."""
        for key in keys:
            await self.press_at_once(key)

    async def press_at_once(self, *keys: str) -> None:
        """Press keys faster than the app can follow, but not before an earlier word has flashed by."""
        for flash in self.app.screen.query(Flash):
            flash.hide()
        for key in keys:
            self.app.post_message(Key(_NAMES.get(key, key), _CHARACTERS.get(key, key if len(key) == 1 else None)))
            self.keys += 1
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press_at_once(*text)

    async def touch(self, press: str) -> None:
        """Look, then touch the tile that means a press; each one counts."""
        field, tile = next((field, tile) for field, tile in self.tiles() if tile.option.press == press)
        self.look()
        left, top, width, height = tile.region.translate(field.region.offset)
        self.touch_cell(left + width // 2, top + height // 2)
        await self.settle()

    def look(self) -> None:
        """Look at the screen for a while: an earlier word has flashed by."""
        self.looked_s += LOOK_S
        for flash in self.app.screen.query(Flash):
            flash.hide()

    def touch_cell(self, x: int, y: int) -> None:
        """Touch a cell of the screen at once, whatever lies there."""
        for event in (MouseDown, MouseUp):
            self.app.post_message(event(None, x, y, 0, 0, 1, False, False, False, x, y))
        self.touches += 1

    def tiles(self) -> list[tuple[TileField, Placed]]:
        """Return every tile on the screen, with the field in which it lies."""
        fields = [field for field in self.app.screen.query(TileField) if field.region.area]
        return [(field, tile) for field in fields for tile in field.placed()]

    async def scan(self, code: str) -> None:
        """Scan a code with the scan engine."""
        await self.read("line", code)

    async def tap(self, card: str) -> None:
        """Hold a card against the badge reader."""
        await self.read("em", card)

    async def read(self, medium: str, value: str, certainty: Certainty = "checked") -> None:
        """Let a reader give a value."""
        self.app.post_message(TagRead(medium, value, 0.0, certainty))
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that was begun is done and painted."""
        await come_to_rest(self.app)

    @property
    def lines(self) -> list[str]:
        """Return what is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        """Return what is on the screen as one text."""
        return "\n".join(line.rstrip() for line in self.lines)

    def sees(self, words: str) -> bool:
        """Return whether words are on the screen."""
        return words in self.text

    @property
    def panel(self) -> str:
        """Return the name of the panel that is shown."""
        screen = self.app.screen
        current: Panel | None = screen.stage.current if isinstance(screen, HasStage) else None
        return current.NAME if current is not None else type(screen).__name__

    @property
    def word(self) -> str:
        """Return the big word that was flashed last; a slow machine may already have taken it away again."""
        return self.words[-1] if self.words else ""

    @property
    def line(self) -> str:
        """Return the line under the big word that was flashed last, as `word` does."""
        return self.said_lines[-1] if self.said_lines else ""

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of everything saved, oldest first."""
        return [row.record.kind for row in self.world.journal.rows]

    def body(self, place: int = -1) -> Body:
        """Return what a saved record says."""
        record = self.world.journal.rows[place].record
        kind = kind_of(record)
        assert kind is not None
        return decode_body(kind, record.body)


@asynccontextmanager
async def robot_in(
    world: World, *, size: tuple[int, int] = SIZE, faults: int = 0, **arguments: Any
) -> AsyncIterator[Robot]:
    """Start the app over a world and put a robot in front of it; it catches so many faults of the program.

    The app's clock stands still, however slow the machine is: only looking takes time, unless `now` is given.
    Nothing is made beforehand, unless a test lets the timers go off.
    """
    now: Callable[[], float] = arguments.pop("now", lambda: HELD_S)
    looked: list[Robot] = []
    app = FieldApp(world.services, now=lambda: now() + sum(robot.looked_s for robot in looked), **arguments)
    words: list[str] = []
    lines: list[str] = []
    show = Flash.show

    def show_and_remember(flash: Flash, word: str, line: str = "", **named: Any) -> None:
        show(flash, word, line, **named)
        words.append(flash.word)
        lines.append(line)

    with patch.object(Flash, "show", show_and_remember), patch.object(shift, "PREPARE_AFTER_S", NEVER_S):
        async with app.run_test(size=size) as pilot:
            robot = Robot(app, pilot, world)
            looked.append(robot)
            robot.words, robot.said_lines = words, lines
            await robot.settle()
            yield robot
    if len(app.faults) != faults:
        raise app.faults[0] if app.faults else AssertionError("no fault was caught")
