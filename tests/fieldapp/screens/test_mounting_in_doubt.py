"""A plate that hangs elsewhere, an entrance that has one, a tag that is none: asked or refused, never guessed."""

from typing import get_args

import pytest

from fieldapp.widgets.flash import Flash
from sync.records import CaseReport, CheckIn, TagBind, TagRef, TagReplace
from sync.records.tag_replace import ReplaceReason
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_2,
    BADGE_STRANGE,
    BUILDING_1,
    BUILDING_2,
    CARD_VISITOR,
    ENTRANCE_11,
    ENTRANCE_22,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_OLD,
    PLATE_STRANGE,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in


def ref(code: str, medium: str = "qr") -> TagRef:
    return TagRef(medium, tag_digest(Tag(medium, code)))  # type: ignore[arg-type]  # one of the media


async def shows(robot: Robot, words: str) -> bool:
    """Tell whether words are on the screen once the big word has gone."""
    robot.app.screen.query_one(Flash).hide()
    await robot.settle()
    return robot.sees(words)


@pytest.mark.parametrize(("key", "reason"), [*zip("12345", get_args(ReplaceReason), strict=True)])
async def test_a_new_plate_where_one_hangs_takes_its_place_with_one_key_for_the_reason(key: str, reason: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("1")
        robot.keys = 0
        await robot.scan(PLATE_STRANGE)
        assert robot.kinds == []
        await robot.press(key)
        replaced = robot.body()
        assert isinstance(replaced, TagReplace)
        assert (replaced.old, replaced.new) == (ref(PLATE_ENTRANCE_11), ref(PLATE_STRANGE))
        assert (replaced.entrance, replaced.reason) == (ENTRANCE_11, reason)
        assert robot.word == "Replaced, saved"
        assert robot.keys == 1


async def test_plate_and_card_may_both_stay() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("1")
        await robot.tap(BADGE_STRANGE)
        await robot.press("6")
        assert robot.body() == TagBind(ref(BADGE_STRANGE, "em"), BUILDING_1, "rfid", ENTRANCE_11)


async def test_a_reason_is_touched_too() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("1")
        await robot.scan(PLATE_STRANGE)
        await robot.touch("mount.replace.pick:3")
        replaced = robot.body()
        assert isinstance(replaced, TagReplace)
        assert replaced.reason == "worn"


async def test_a_replaced_plate_says_so_on_this_tablet_at_once() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("1")
        await robot.scan(PLATE_STRANGE)
        await robot.press("1", "0")
        await robot.scan(PLATE_ENTRANCE_11)
        assert "This plate was replaced" in robot.words
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.tag is not None
        assert arrival.tag.quality == "replaced"


async def test_a_plate_of_another_entrance_says_where_it_hangs_and_moves_on_one_key() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.sees("It hangs at 1号楼 1单元. Move it here?")
        assert robot.kinds == []
        await robot.press("enter")
        assert robot.body() == TagBind(ref(PLATE_ENTRANCE_11), BUILDING_2, "qr", ENTRANCE_22)
        assert await shows(robot, "1 号 楼 1 单 元"), "the entrance that lost its plate comes next"


async def test_a_plate_of_another_entrance_stays_there_on_one_key() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2")
        assert robot.kinds == []
        assert robot.sees("2 号 楼 2 单 元")
        await robot.scan(PLATE_STRANGE)
        assert robot.kinds == ["tag_bind"]


async def test_a_plate_that_moves_to_where_another_hangs_asks_what_became_of_that_one() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("2")
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "2")
        replaced = robot.body()
        assert isinstance(replaced, TagReplace)
        assert (replaced.old, replaced.new) == (ref(PLATE_ENTRANCE_12), ref(PLATE_ENTRANCE_11))


async def test_a_replaced_plate_is_put_up_again_only_on_purpose() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_OLD)
        assert robot.sees("It was replaced at 1号楼 1单元. Put it up here?")
        assert robot.kinds == []
        await robot.press("1")
        assert robot.body() == TagBind(ref(PLATE_OLD), BUILDING_2, "qr", ENTRANCE_22)


async def test_another_plate_takes_the_place_of_the_one_that_is_asked_about() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.scan(PLATE_STRANGE)
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "qr", ENTRANCE_22)


async def test_the_plate_that_hangs_here_already_says_so_and_records_nothing() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "1")
        robot.world.clock.advance(1)
        await robot.press("1")
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.word == "Already here"
        assert robot.kinds == []


@pytest.mark.parametrize(
    ("medium", "value", "line"),
    [
        ("em", BADGE_1, "This is a person's badge"),
        ("em", BADGE_2, "This is a person's badge"),
        ("em", CARD_VISITOR, "This is a visitor's card"),
        ("a", "08A1B2C3", "A phone: its number changes"),
        ("line", "https://pay.example/7", "Not one of our plates or cards"),
    ],
)
async def test_what_is_no_plate_is_refused_with_its_reason(medium: str, value: str, line: str) -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.read(medium, value)
        assert robot.word == "Not put up"
        assert robot.sees(line)
        assert robot.panel == "mount"
        assert robot.kinds == []


async def test_a_damaged_plate_says_what_was_read_and_the_mode_stays() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_STRANGE[:14])
        assert "E-PLATE" in robot.word
        assert robot.panel == "mount"
        assert robot.kinds == []


async def test_an_unknown_plate_is_put_up_from_where_it_was_scanned() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_STRANGE)
        await robot.press("m")
        assert robot.panel == "mount"
        assert robot.sees("Where does this plate hang?")
        await robot.press("1")
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "qr", ENTRANCE_22)
        assert robot.panel == "mount"
        await robot.press("0")
        assert robot.panel == "today"


async def test_an_unknown_plate_may_hang_at_any_entrance() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_STRANGE)
        await robot.press("m", "2", "2")
        robot.world.clock.advance(1)
        await robot.press("2")
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "qr", ENTRANCE_22)


async def test_a_phone_and_a_strange_code_are_not_offered_to_be_put_up() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.read("a", "08A1B2C3")
        await robot.press("m")
        assert robot.panel == "unknown"
        assert robot.word == "Put it up"
        await robot.scan("hello")
        await robot.press("m")
        assert robot.panel == "unknown"


async def test_an_unknown_plate_scanned_for_a_form_is_put_up_and_becomes_its_place() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1")
        await robot.scan(PLATE_STRANGE)
        await robot.press("m", "1")
        assert robot.kinds[-1] == "tag_bind"
        assert robot.panel == "problem"
        assert robot.sees("Seen on the patrol")
        await robot.press("enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.entrance == ENTRANCE_22
