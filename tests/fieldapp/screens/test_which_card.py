"""Cards of which only the end of the number was read or typed: found, asked about, or refused, on the screen."""

import pytest

from fieldapp.text import use_language
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.windowed_list import WindowedList
from sync.records import CaseReport, CheckIn
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BUILDING_2,
    ENTRANCE_21,
    ENTRANCE_22,
    FOB_ENTRANCE_21,
    PERSON_1,
    PLATE_ENTRANCE_11,
    World,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in

END = FOB_ENTRANCE_21[-6:]
NUMBER = f"{int(FOB_ENTRANCE_21, 16) & 0xFFFFFFFF:010d}"


def world_with_twins() -> World:
    """Return a tablet that knows three cards whose numbers end alike: of two doors, and a replaced one."""
    world = make_world().signed_in()
    for start, entry in (("77", TagEntry("em", "place", ENTRANCE_22)), ("88", TagEntry("em", "inspector", PERSON_1))):
        world.reference.tag_rows[tag_digest(Tag("em", f"{start}{FOB_ENTRANCE_21[2:]}"))] = entry
    return world


async def rows(robot: Robot) -> str:
    """Return what the list of cards shows once the word has gone."""
    robot.app.screen.query_one(Flash).hide()
    await robot.settle()
    (listing,) = [each for each in robot.app.screen.query(WindowedList) if each.region.area]
    return "\n".join(robot.lines[listing.region.y : listing.region.bottom])


async def converted(robot: Robot, end: str) -> None:
    """Tap a card at a Wiegand converter, which says its number once."""
    await robot.read("w26", end, "unchecked")


async def test_a_card_at_a_converter_arrives_like_any_other() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await converted(robot, END)
        assert robot.panel == "arrived"
        assert robot.sees("2号楼 1单元")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.tag is not None
        assert (arrival.entrance, arrival.tag.quality) == (ENTRANCE_21, "unverified")


async def test_cards_that_end_alike_are_asked_about_and_the_chosen_one_arrives() -> None:
    async with robot_in(world_with_twins()) as robot:
        await converted(robot, END)
        assert (robot.panel, robot.word) == ("which", "Which card?")
        assert robot.kinds == []
        asked = await rows(robot)
        assert all(words in asked for words in ("2号楼 1单元", "2号楼 2单元", "网格员 1", "Badge of a person"))
        choices = [line for line in asked.splitlines() if "单元" in line or "网格员" in line]
        second_door = next(place for place, line in enumerate(choices, 1) if "2单元" in line)
        await robot.press(str(second_door))
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.entrance == ENTRANCE_22
        assert robot.panel == "arrived"


async def test_going_back_from_the_question_records_nothing() -> None:
    async with robot_in(world_with_twins()) as robot:
        await converted(robot, END)
        await robot.press("0")
        assert (robot.panel, robot.kinds) == ("today", [])


async def test_a_card_asked_about_inside_a_form_gives_the_form_its_place() -> None:
    async with robot_in(world_with_twins()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1")
        await converted(robot, END)
        assert robot.panel == "which"
        await robot.press("enter")
        assert (robot.panel, robot.word) == ("problem", "Place set")
        await robot.press("enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.building == BUILDING_2
        assert robot.kinds.count("check_in") == 1


@pytest.mark.parametrize("typed", [NUMBER, f"{int(END[:2], 16):03d},{int(END[2:], 16):05d}", FOB_ENTRANCE_21.lower()])
async def test_a_number_typed_off_a_card_checks_in_by_hand(typed: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "c")
        await robot.type(typed)
        assert robot.sees("Number of a card"), robot.text
        await robot.press("enter")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.tag is not None
        assert (arrival.method, arrival.entrance, arrival.tag.quality) == ("manual", ENTRANCE_21, "unverified")


async def test_a_typed_number_that_several_cards_have_is_asked_about() -> None:
    async with robot_in(world_with_twins()) as robot:
        await robot.press("1", "c")
        await robot.type(NUMBER)
        await robot.press("enter")
        assert robot.panel == "which"
        assert robot.kinds == []


async def test_a_typed_number_that_no_card_has_stays_to_be_mended() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "c")
        await robot.type("0000000001")
        await robot.press("enter")
        assert (robot.panel, robot.word) == ("code", "No such card")
        assert robot.sees("check the number")
        assert robot.kinds == []


async def test_a_badge_at_a_converter_chooses_its_person_on_the_locked_screen() -> None:
    async with robot_in(make_world()) as robot:
        await converted(robot, BADGE_1[-6:])
        assert robot.word == "网格员 1"


async def test_a_phone_is_said_to_be_one() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.read("a", "08A1B2C3")
        assert (robot.panel, robot.word) == ("unknown", "A phone, or a changing card")
        await robot.read("a", "047BCB51962280")
        assert robot.word == "Unknown tag"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_the_question_fits_the_smallest_screen(language: str) -> None:
    use_language("zh_CN" if language == "zh_CN" else "en")
    world = world_with_twins()
    async with robot_in(world, size=(80, 24)) as robot:
        await converted(robot, END)
        assert ".." not in await rows(robot)
        assert robot.sees("只读到卡号尾数，是哪一张？" if language == "zh_CN" else "Which one is it?"), robot.text


async def test_a_card_read_only_in_part_can_be_given_a_place_but_not_be_put_up() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.read("w26", "ABCDEF", "repeated")
        assert robot.panel == "unknown"
        await robot.press("5")
        assert (robot.panel, robot.kinds) == ("unknown", [])
        assert robot.sees("Only a part of its number")


async def test_a_card_read_only_in_part_is_not_put_up_in_the_mode_for_it() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.app.screen.stage.go("mount")
        await robot.settle()
        await robot.read("w26", "ABCDEF", "unchecked")
        assert robot.word == "Once more"
        await robot.read("w26", "ABCDEF", "repeated")
        assert robot.word == "Not put up"
        assert robot.kinds == []
