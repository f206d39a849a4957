"""The log after the shift: what the day held is to be read, and a record that it is too late to undo withdrawn."""

from sync.records import Void
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, make_world
from tests.fieldapp.robot import robot_in

LATE_S = 30


async def test_the_log_is_full_when_the_shift_has_ended() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "6", "1", "0", "4")
        assert robot.panel == "log"
        for words in ("Shift ended", "1号楼 1单元", "Shift started", "1 check-in"):
            assert robot.sees(words), words


async def test_the_log_withdraws_what_the_undo_says_it_can() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1")
        robot.world.clock.advance(LATE_S)
        await robot.press("u")
        assert robot.line == "The record stands; the log can withdraw it"
        await robot.press("6", "1", "0", "4", "2", "1")
        withdrawn = robot.body()
        assert isinstance(withdrawn, Void)
        assert withdrawn.reason == "wrong_place"
        robot.look()
        await robot.settle()
        assert robot.sees("0 check-ins")
        assert robot.sees("withdrawn")


async def test_nothing_is_promised_of_the_end_of_a_shift() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "6", "1")
        robot.world.clock.advance(LATE_S)
        await robot.press("u")
        assert (robot.word, robot.line) == ("Too late", "The record stands")
