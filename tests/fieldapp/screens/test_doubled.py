"""The same door twice within two minutes, on the screen: said with how long ago, and recorded again by one key."""

import pytest
from textual.events import Paste

from sync.records import CheckIn
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    ENTRANCE_11,
    PLATE_BUILDING_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    World,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in
from tests.fieldapp.test_app_wedge import Hands, wedged

CARD = "01000734E0"


def world_with_card() -> World:
    """Return a tablet where a card hangs beside the plate of the first door."""
    world = make_world().signed_in()
    world.reference.tag_rows[tag_digest(Tag("em", CARD))] = TagEntry("em", "place", ENTRANCE_11)
    return world


async def by_scan(robot: Robot) -> None:
    await robot.scan(PLATE_ENTRANCE_11)


async def by_card(robot: Robot) -> None:
    await robot.tap(CARD)


async def by_converter(robot: Robot) -> None:
    await robot.read("w26", CARD[-6:], "unchecked")
    await robot.read("w26", CARD[-6:], "repeated")


async def by_paste(robot: Robot) -> None:
    robot.app.post_message(Paste(PLATE_ENTRANCE_11))
    await robot.settle()


async def by_code(robot: Robot) -> None:
    await robot.press("0", "1", "c")
    await robot.type(PLATE_ENTRANCE_11)
    await robot.press("enter")


async def by_number(robot: Robot) -> None:
    await robot.press("0", "1", "c")
    await robot.type("007,13536")
    await robot.press("enter")


async def by_list(robot: Robot) -> None:
    await robot.press("0", "1", "1")
    robot.world.clock.advance(1)
    await robot.press("1")


WAYS = (
    (by_scan, "qr"),
    (by_card, "rfid"),
    (by_converter, "rfid"),
    (by_paste, "qr"),
    (by_code, "manual"),
    (by_number, "manual"),
    (by_list, "list"),
)


@pytest.mark.parametrize(("way", "method"), WAYS, ids=lambda part: getattr(part, "__name__", part))
async def test_a_door_told_twice_is_said_and_recorded_again_by_one_key(way, method: str) -> None:  # type: ignore[no-untyped-def]  # a way is a function of this file
    async with robot_in(world_with_card()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        robot.world.clock.advance(40)
        await way(robot)
        assert (robot.panel, robot.word) == ("arrived", "Already here")
        assert robot.sees("40 s ago") or robot.sees("41 s ago")
        assert robot.kinds.count("check_in") == 1
        await robot.press("7")
        assert robot.word == "Arrived, saved"
        again = robot.body()
        assert isinstance(again, CheckIn)
        assert again.method == method
        assert (again.tag is None) is (method == "list")
        assert robot.kinds.count("check_in") == 2


async def test_a_door_that_a_keyboard_scanner_reads_twice_is_said() -> None:
    time, arguments = wedged()
    async with robot_in(make_world().signed_in(), **arguments) as robot:
        hands = Hands(robot, time)
        await hands.wedge(PLATE_ENTRANCE_11)
        await hands.wedge(PLATE_ENTRANCE_11)
        assert robot.word == "Already here"
        assert robot.kinds == ["shift_start", "check_in"]


async def test_a_door_told_twice_can_be_left_alone() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await by_scan(robot)
        await by_scan(robot)
        await robot.press("0")
        assert (robot.panel, robot.kinds.count("check_in")) == ("today", 1)


async def test_an_arrival_taken_back_is_not_in_the_way() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await by_scan(robot)
        await robot.press("u")
        await by_scan(robot)
        assert robot.word == "Arrived, saved"
        assert robot.kinds == ["shift_start", "check_in", "void", "check_in"]


async def test_a_door_is_known_again_after_the_app_was_started_anew() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await by_scan(robot)
    world.clock.advance(30)
    async with robot_in(world.restarted()) as robot:
        await by_scan(robot)
        assert robot.word == "Already here"
        assert robot.sees("30 s ago")


@pytest.mark.parametrize("other", [PLATE_ENTRANCE_12, PLATE_BUILDING_1])
async def test_another_plate_of_the_building_is_another_arrival(other: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await by_scan(robot)
        await robot.scan(other)
        assert robot.word == "Arrived, saved"
        assert robot.kinds.count("check_in") == 2


async def test_an_own_badge_tapped_twice_says_the_same_twice() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.tap(BADGE_1)
        await robot.tap(BADGE_1)
        assert robot.words == ["网格员 1", "网格员 1"]
        assert robot.kinds == []
