"""Gloves at neighbouring doors: plates scanned in quick succession, touches a cell off, doubled, or in mid-change.

Walks of a seed each: whatever they do, every record says what the touched tile said when the finger came down. What was
to be seen is noted at each paint by the test itself; the app's own reckoning of it is not asked.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from fieldapp.app import FieldApp
from fieldapp.messages import TagRead
from fieldapp.presentation.records import place_text
from fieldapp.screen_roles import HasStage
from fieldapp.services.places import Place, named
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.plain import PlainText
from sync.records import (
    Body,
    CaseReport,
    CheckIn,
    Envelope,
    ShiftEnd,
    ShiftStart,
    TagBind,
    Visit,
    Void,
    decode_body,
    kind_of,
)
from tests.fieldapp.fakes import PLATE_BUILDING_3, PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, World, make_world
from tests.fieldapp.robot import Robot, robot_in

PLATES = (PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_BUILDING_3)

STEPS = 70

PAINTED_S = 0.28
"""The screen is painted at least as often; the clock of the walk stands still while the app does its work."""

RESULTS = {"Normal": "normal", "No access": "no_access", "Arrived again": "not_stated"}
POINTS = {"Stairs": "stair", "Lights": "lights", "Door": "door", "Fire gear": "fire_gear", "Yard": "yard"}
OUTCOMES = {"Met": "met", "Nobody home": "absent", "Declined": "refused"}


class Hands:
    """The clock of the app's touches."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def decoded(record: Envelope) -> Body:
    """Return what a record says."""
    kind = kind_of(record)
    assert kind is not None
    return decode_body(kind, record.body)


@dataclass(frozen=True)
class Seen:
    """What a paint showed: the panel, its words by widget, and each tile's label, note and cells."""

    panel: str
    words: dict[str, str]
    tiles: tuple[tuple[str, str, int, int, int, int], ...]

    def label_at(self, x: int, y: int) -> tuple[str, str]:
        """Return label and note of the tile at a cell, empty in a gap."""
        return next(
            (
                (label, note)
                for label, note, left, top, width, height in self.tiles
                if left <= x < left + width and top <= y < top + height
            ),
            ("", ""),
        )

    def says(self, part: str, place: str) -> bool:
        """Tell whether the words of a widget name a place, however far its characters stand apart."""
        return place.replace(" ", "") in self.words.get(part, "").replace(" ", "")


class Eyes:
    """Notes what each paint shows."""

    def __init__(self) -> None:
        self.seen = Seen("", {}, ())

    def look(self, robot: Robot) -> None:
        """Note what is to be seen now."""
        screen = robot.app.screen
        panel = screen.stage.current if isinstance(screen, HasStage) else None
        words = {said.id or "": said.text for said in panel.query(PlainText)} if panel is not None else {}
        tiles = [
            (tile.option.face.label, tile.option.face.note, *tile.region.translate(field.region.offset))
            for field, tile in robot.tiles()
        ]
        self.seen = Seen(panel.page if panel is not None else "", words, tuple(tiles))

    @contextmanager
    def open(self, robots: list[Robot]) -> Iterator[None]:
        """Look at every paint of the app."""
        paint = FieldApp._display

        def paint_and_look(app: FieldApp, *rest: Any) -> None:
            paint(app, *rest)
            if robots and app.is_running and app.screen_stack:
                self.look(robots[0])

        with patch.object(FieldApp, "_display", paint_and_look):
            yield


def is_what_it_said(world: World, seen: Seen, label: str, note: str, body: Body) -> bool:
    """Tell whether a record is what a touch on a tile could mean, going by what was to be seen."""
    match body:
        case CheckIn():
            return is_said_check_in(seen, label, body, place_of(world, body))
        case CaseReport():
            return label == "Report" and seen.says("form-title", place_of(world, body))
        case Visit():
            return OUTCOMES.get(label) == body.outcome and seen.says("form-title", place_of(world, body))
        case Void():
            return label.startswith("Undo") and is_named(world, body.target, note)
        case _:
            return isinstance(body, ShiftEnd) and label == "End and send"


def is_said_check_in(seen: Seen, label: str, body: CheckIn, place: str) -> bool:
    """The same for what was said of an arrival, or for an arrival recorded again."""
    if label == "Last place normal":
        part = "today-next" if seen.panel == "today" else "arrived-pending"
        return body.result == "normal" and seen.says(part, place)
    if seen.panel == "remark":
        stated = dict[str, str](body.checks).get(POINTS.get(label, ""))
        return stated == "issue" and body.result == "issue" and seen.says("remark-title", place)
    if label == "Save":
        return seen.panel == "points" and seen.says("points-title", place)
    return body.result == RESULTS.get(label) and seen.says("arrived-place", place)


def place_of(world: World, body: CheckIn | CaseReport | Visit | TagBind) -> str:
    """Return the words for the place of a record."""
    return place_text(named(world.reference, Place(body.building or "", body.entrance)))


def is_named(world: World, target: str, note: str) -> bool:
    """Tell whether the words on the undo tile are those of a record."""
    record = next(row.record for row in world.journal.rows if row.record.id == target)
    if record.kind in {"shift_end", "shift_start"}:
        return note.startswith("Shift")
    body = decoded(record)
    return isinstance(body, CheckIn | CaseReport | Visit | TagBind) and place_of(world, body) in note


async def a_walk(seed: int) -> None:
    """Scan, touch and wait at random; see that each record is somebody's."""
    random, hands, eyes, robots = Random(seed), Hands(), Eyes(), list[Robot]()
    world = make_world().signed_in()
    with eyes.open(robots):
        async with robot_in(world, now=hands) as robot:
            robots.append(robot)
            await robot.scan(PLATE_ENTRANCE_11)
            wanted: list[tuple[Seen, str, str]] = []
            told = len(world.journal.rows)
            for _step in range(STEPS):
                passed_s = random.choice((0.02, 0.1, 0.28, 0.5, 1.2))
                hands.now += passed_s
                if passed_s >= PAINTED_S:
                    await robot.pilot.pause()
                world.clock.advance(random.choice((0, 1, 8, 130)))
                what = random.choice(("scan", "touch", "touch", "chase", "double", "rest", "flash"))
                if what in {"scan", "chase"}:
                    robot.app.post_message(TagRead("line", random.choice(PLATES), 0.0, "checked"))
                if what == "scan":
                    continue
                if what == "rest":
                    await robot.settle()
                elif what == "flash":
                    for flash in robot.app.screen.query(Flash):
                        flash.hide()
                elif robot.panel == "log" or eyes.seen.panel == "outbox":
                    await robot.press("0")
                elif eyes.seen.tiles:
                    _label, _note, left, top, width, height = random.choice(eyes.seen.tiles)
                    x = random.randrange(left - 1, left + width + 1)
                    y = random.randrange(top - 1, top + height + 1)
                    if 0 <= x < 80 and 0 <= y < 24:
                        wanted.append((eyes.seen, *eyes.seen.label_at(x, y)))
                        robot.touch_cell(x, y)
                        if what == "double":
                            hands.now += 0.3
                            robot.touch_cell(x, min(y + 1, 23))
                for _turn in range(random.randrange(4)):
                    await asyncio.sleep(0)
            await robot.settle()
    settle_accounts(world, wanted, told)


def settle_accounts(world: World, wanted: list[tuple[Seen, str, str]], told: int) -> None:
    """See that each record after the first ones is a scan's, or the next fitting touch's: a touch is spent once."""
    spent = 0
    for row in world.journal.rows[told:]:
        body = decoded(row.record)
        is_scan = isinstance(body, CheckIn) and row.record.amends is None and body.method != "list"
        # The first scan starts the shift; while plates are put up, a scan puts one up.
        if is_scan or isinstance(body, ShiftStart | TagBind):
            continue
        place = next(
            (
                place
                for place, (seen, label, note) in enumerate(wanted[spent:], spent)
                if is_what_it_said(world, seen, label, note, body)
            ),
            None,
        )
        assert place is not None, f"nobody asked for {body}"
        spent = place + 1


@pytest.mark.parametrize("seed", range(4))
async def test_no_finger_saves_what_its_tile_did_not_say(seed: int) -> None:
    await a_walk(seed)
