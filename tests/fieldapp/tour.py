"""A tour of the app: every panel and screen by name with the way there, for tests that look at all of them.

async with standing("problem.review", size=(80, 24)) as robot:
    assert robot.panel == "problem"
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from msgspec import structs

from fieldapp.messages import LinkChanged
from fieldapp.reader_news import ReaderRole
from fieldapp.services.today import Battery
from fieldapp.widgets.flash import Flash
from sync.journal import Enrolment, SyncFault, SyncStatus
from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fake_code_camera import FakeCodeCamera
from tests.fieldapp.fake_devices import BADGE, BUSY, GNSS, SCAN, FakeDevices
from tests.fieldapp.fake_receiver import FakeReceiver, Here
from tests.fieldapp.fake_voice import FakeMicrophone
from tests.fieldapp.fakes import (
    BADGE_2,
    FOB_ENTRANCE_21,
    PLATE_BUILDING_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_STRANGE,
    FakeEnroller,
    World,
    make_world,
    small_grid,
)
from tests.fieldapp.notice_rows import with_notices
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.rest import painted_when_looked_at
from tests.fieldapp.robot import Robot, robot_in

READER_ROLES: dict[str, ReaderRole] = {"scan1": "scanner", "badge1": "badge", "badge2": "badge", "gnss1": "receiver"}
"""Readers of a tablet that has all kinds of them."""

Way = Callable[[Robot], Coroutine[Any, Any, None]]
"""Leads from home to what is to be looked at."""


def by(*keys: str) -> Way:
    """Return a way that only presses keys, once a morning's work is done."""

    async def walk(robot: Robot) -> None:
        await morning(robot)
        await robot.press(*keys)

    return walk


def fresh(*keys: str) -> Way:
    """Return a way that only presses keys, at the very beginning."""

    async def walk(robot: Robot) -> None:
        await robot.press(*keys)

    return walk


async def morning(robot: Robot) -> None:
    """Check in at three doors, report a problem, and have all but the last record proven."""
    world = robot.world
    for tag in (PLATE_BUILDING_1, PLATE_ENTRANCE_11):
        await robot.scan(tag)
        world.clock.advance(95)
        await robot.press("1")
        world.clock.advance(200)
    await robot.tap(FOB_ENTRANCE_21)
    world.clock.advance(40)
    await robot.press("2", "1", "1", "1")
    world.clock.advance(75)
    world.journal.settle(len(world.journal.rows) - 1, time_s=world.clock.now_ms() // 1000)
    world.media.unsettled = 1
    world.exchange.become(SyncStatus("idle", proven_at_ms=world.clock.now_ms()))
    world.clock.advance(130)
    await robot.settle()


def with_links(**states: str) -> Way:
    """Return a way home once a morning's work is done, with readers that hang on the tablet."""

    async def walk(robot: Robot) -> None:
        await morning(robot)
        for name, state in states.items():
            robot.app.post_message(LinkChanged(name, READER_ROLES[name], state))
        await robot.settle()

    return walk


async def _arrived(robot: Robot) -> None:
    await morning(robot)
    await robot.scan(PLATE_ENTRANCE_12)


async def _again(robot: Robot) -> None:
    await _arrived(robot)
    robot.world.clock.advance(40)
    await robot.scan(PLATE_ENTRANCE_12)


async def _points(robot: Robot) -> None:
    await _arrived(robot)
    await robot.press("5", "1", "2", "2")


async def _half_written(robot: Robot) -> None:
    await morning(robot)
    await robot.press("2", "1", "0", "0")


async def _unknown(robot: Robot) -> None:
    await morning(robot)
    await robot.scan(PLATE_STRANGE)


async def _mount_move(robot: Robot) -> None:
    await robot.press("m", "2", "1")
    await robot.press("1")
    await robot.scan(PLATE_STRANGE)


async def _handover(robot: Robot) -> None:
    await morning(robot)
    await robot.tap(BADGE_2)


async def _offline(robot: Robot) -> None:
    await morning(robot)
    robot.world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
    await robot.press("5")


async def _sending(robot: Robot) -> None:
    await morning(robot)
    proven_ms = robot.world.clock.now_ms()
    robot.world.exchange.become(SyncStatus("sending", sent=4, total=9, proven_at_ms=proven_ms, send_left_s=120))
    await robot.press("5")


def asked(*keys: str) -> Way:
    """Return a way that presses keys once a first door was seen, where the desk asks something."""

    async def walk(robot: Robot) -> None:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1")
        robot.world.clock.advance(90)
        await robot.press(*keys)

    return walk


async def _found(robot: Robot) -> None:
    await by("2", "9")(robot)
    await robot.type("lj")


async def _written(robot: Robot) -> None:
    await by("2", "1", "9")(robot)
    await robot.type("snow")


async def _found_building(robot: Robot) -> None:
    await by("1", "9")(robot)
    await robot.type("2")


async def _arrived_asked(robot: Robot) -> None:
    await robot.scan(PLATE_ENTRANCE_12)


async def _remark(robot: Robot) -> None:
    await _arrived(robot)
    await robot.press("8")


async def _cases(robot: Robot) -> None:
    await robot.scan(PLATE_ENTRANCE_12)
    await robot.press("c")


STOPS: dict[str, Way] = {
    "enrol": fresh(),
    "sign_in": fresh("1", "3"),
    "today": by(),
    "today.first": fresh(),
    "today.half_written": _half_written,
    "today.more": by("e"),
    "today.urgent": by(),
    "today.readers": with_links(scan1="ready", badge1="ready", gnss1="ready"),
    "today.readers_lost": with_links(scan1="ready", badge1="lost", badge2="lost", gnss1="silent"),
    "arrived": _arrived,
    "arrived.again": _again,
    "points": _points,
    "problem.matter": by("2"),
    "problem.find": by("2", "9"),
    "problem.words": by("2", "1"),
    "problem.own": by("2", "1", "9"),
    "problem.review": by("2", "1", "1"),
    "drafts": by("2", "2", "0", "3", "1", "0", "0", "7"),
    "visit.purpose": by("3"),
    "visit.outcome": by("3", "1"),
    "visit.placeless": fresh("3", "1"),
    "visit.more": by("3", "9"),
    "shift_start": fresh("6"),
    "shift_end": by("6"),
    "places": by("1"),
    "places.typed": by("1", "9"),
    "code": by("1", "c"),
    "aim": fresh("a"),
    "unknown": _unknown,
    "mount": fresh("m"),
    "mount.replace": _mount_move,
    "handover": _handover,
    "log": by("4"),
    "record": by("4", "1"),
    "outbox": by("5"),
    "outbox.offline": _offline,
    "outbox.sending": _sending,
    "receipt": by("5", "r"),
    "devices": fresh("d"),
    "trial": fresh("d", "1"),
    "settings": by("s"),
    "help": by("h"),
    "remark": _remark,
    "problem.found": _found,
    "problem.written": _written,
    "problem.photos": by("2", "1", "1", "7"),
    "problem.recording": by("2", "1", "1", "v"),
    "problem.voice": by("2", "1", "1", "v", "v", "v"),
    "places.found": _found_building,
    "places.doors": by("1", "1"),
    "round": by("r"),
    "round.left": by("r", "9"),
    "week": by("r", "w"),
    "sent": by("5", "w"),
    "round.near": by("r"),
    "map": by("r", "g"),
    "map.drawn": by("r", "g"),
    "building": by("r", "1"),
    "building.noted": by("r", "3"),
    "building.asked": asked("r", "2"),
    "arrived.asked": _arrived_asked,
    "tasks": asked("k"),
    "notice": asked("k", "2"),
    "task": asked("k", "1"),
    "cases": _cases,
    "case": asked("k", "4"),
    "case_note": asked("k", "4", "1"),
    "case_note.review": asked("k", "4", "1", "1"),
    "handoff": asked("6", "4"),
    "handoff.review": asked("6", "4", "1"),
}
"""Every stop to the way there."""

WITH_CASEWORK = {
    "arrived.asked",
    "building.asked",
    "tasks",
    "task",
    "cases",
    "case",
    "case_note",
    "case_note.review",
    "handoff",
    "handoff.review",
}
"""Stops in a grid where cases are open and the desk asks something."""

WITH_NOTICES = {"today.urgent", "tasks", "notice"}
"""Stops in a grid to which the desk says something."""

PLACED = {"round.near", "map.drawn", "building.noted"}
"""Stops in a grid whose buildings are on the map, with a receiver that knows where the tablet is."""

WITH_MICROPHONE = {"problem.recording", "problem.voice"}
"""Stops on a tablet that records."""

HOT = (
    "today",
    "today.first",
    "today.half_written",
    "today.urgent",
    "arrived",
    "arrived.again",
    "problem.matter",
    "problem.words",
    "problem.review",
    "shift_end",
)
"""Stops of the flows that are gone through many times a day: whole on an 8-inch panel that is read without glasses."""


def world_for(stop: str) -> World:
    """Return the tablet on which a stop is reached."""
    if stop == "enrol":
        return replace(make_world(), enroller=FakeEnroller(Enrolment("none")))
    grid = placed_grid() if stop in PLACED else small_grid()
    if stop in WITH_CASEWORK:
        grid = with_casework(grid)
    if stop in WITH_NOTICES:
        grid = with_notices(grid)
    receiver = FakeReceiver(Here()) if stop in PLACED else None
    heard = stop in WITH_MICROPHONE
    world = make_world(grid, receiver=receiver, microphone=FakeMicrophone(records=heard, plays=heard))
    if stop != "sign_in":
        world = world.signed_in()
    world.services.today = structs.replace(world.services.today, battery=lambda: Battery(64))
    return world


@asynccontextmanager
async def standing(stop: str, **arguments: Any) -> AsyncIterator[Robot]:
    """Start an app, go to a stop, and put a robot in front of it, with no word flashing."""
    devices, camera = FakeDevices(BADGE, SCAN, GNSS, BUSY), FakeCodeCamera()
    with painted_when_looked_at():
        async with robot_in(world_for(stop), devices=devices, camera=camera, **arguments) as robot:
            await STOPS[stop](robot)
            for flash in robot.app.screen.query(Flash):
                flash.hide()
            await robot.settle()
            yield robot
