"""What the desk says to everybody of the grid, line by line."""

import pytest

from sync.journal import SyncStatus
from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fakes import make_world, small_grid
from tests.fieldapp.notice_rows import NOTICE_ICE, with_notices
from tests.fieldapp.plain.talker import Talker

ICE = "屋檐有冰溜子"


@pytest.fixture
def talker() -> Talker:
    return Talker(make_world(with_notices(small_grid())).signed_in())


def test_home_says_the_urgent_one_and_one_key_lists_all(talker: Talker) -> None:
    assert talker.hears(f"Urgent notice, {ICE}", "K Notices 3")
    talker.types("k")
    assert talker.hears("Notices 3", f"1 new, Urgent notice, {ICE}", "2 new, Desk notice, 明天 8 点", "3 new")


def test_a_notice_is_said_whole_in_its_lines_and_is_no_new_one_then(talker: Talker) -> None:
    talker.types("k")
    talker.types("2")
    assert talker.page == "notice"
    assert talker.hears("Desk notice, 合成街道", "11-22 16:00", "until 11-30 23:59", "请告诉住户。\n", "告知一声。")
    assert talker.heard.count("告知一声") == 16
    talker.types("0")
    assert talker.hears("1 new, Urgent notice", "2 new, Desk notice, 走访表", "3 Desk notice, 明天")


def test_new_notices_stand_before_what_is_asked_and_opened_ones_behind_it() -> None:
    talker = Talker(make_world(with_notices(with_casework(small_grid()))).signed_in())
    assert talker.hears("K Tasks 6")
    talker.types("k", "2", "0")
    assert talker.hears(
        "Tasks 3, Notices 3", "1 new, Urgent", "2 new, Desk", "3 Danger, Recheck", "6 Desk notice, 明天"
    )


def test_what_comes_meanwhile_is_said_before_the_next_question(talker: Talker) -> None:
    world = talker.world
    notices, world.reference.notice_rows = world.reference.notice_rows, {}
    talker.types("k", "0")
    assert not talker.hears(ICE)
    world.reference.notice_rows = notices
    world.exchange.become(SyncStatus("idle"))
    talker.waits()
    talker.types("h")
    assert talker.hears(f"Urgent notice, {ICE}", "K Notices 3")


def test_a_notice_that_was_withdrawn_meanwhile_says_so(talker: Talker) -> None:
    talker.types("k")
    del talker.world.reference.notice_rows[NOTICE_ICE]
    talker.types("1")
    assert talker.hears("This notice is over or was withdrawn")
