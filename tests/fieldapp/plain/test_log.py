"""The log line by line, after the shift."""

from sync.records import CheckIn, ShiftEnd, Void
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, make_world
from tests.fieldapp.plain.talker import Talker

LATE_S = 30


def test_the_log_is_full_when_the_shift_has_ended_and_withdraws_a_record_whole() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("1")
    assert isinstance(talker.body(), CheckIn)
    talker.world.clock.advance(LATE_S)
    talker.types("u")
    assert talker.hears("Too late, The record stands; the log can withdraw it")
    talker.types("6", "1", "0", "4")
    assert talker.hears("Today's log", "1 check-in", "1 Shift ended", "2 1号楼 1单元", "3 Shift started")
    talker.types("2", "1")
    withdrawn = talker.body()
    assert isinstance(withdrawn, Void)
    assert withdrawn.reason == "wrong_place"
    assert talker.hears("Withdrawn, 1号楼 1单元", "0 check-ins")


def test_nothing_is_promised_of_the_end_of_a_shift() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("1", "6", "1")
    assert isinstance(talker.body(), ShiftEnd)
    talker.world.clock.advance(LATE_S)
    talker.types("u")
    assert talker.hears("Too late, The record stands")
    assert "withdraw" not in talker.heard
