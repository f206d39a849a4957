"""Notices of the desk: which of them hold, in which order, and which nobody has opened on this tablet yet."""

import pytest
from msgspec.structs import replace

from fieldapp.services.casework import Notice, WorkLeft
from sync.reference import NoticeEntry
from tests.fieldapp.fake_ports import DiskFull, FakeSettings
from tests.fieldapp.fakes import World, make_world, small_grid
from tests.fieldapp.notice_rows import NOTICE_FORM, NOTICE_ICE, NOTICE_OVER, NOTICE_WATER, with_notices


@pytest.fixture
def world() -> World:
    return make_world(with_notices(small_grid())).signed_in()


def told(world: World) -> list[str]:
    return [notice.id for notice in world.services.casework.notices()]


def test_the_urgent_comes_first_then_the_newest_and_what_is_over_is_left_out(world: World) -> None:
    assert NOTICE_OVER in world.reference.notice_rows
    assert told(world) == [NOTICE_ICE, NOTICE_WATER, NOTICE_FORM]


def test_the_newest_is_so_by_its_moment_whatever_its_offset_says(world: World) -> None:
    rows = world.reference.notice_rows
    rows[NOTICE_FORM] = replace(rows[NOTICE_FORM], at="2026-11-22T08:00:01Z")
    assert told(world) == [NOTICE_ICE, NOTICE_FORM, NOTICE_WATER]


def test_a_notice_holds_to_its_last_moment_and_no_longer(world: World) -> None:
    world.clock.set_wall(1_796_054_399_000)
    assert told(world) == [NOTICE_ICE, NOTICE_WATER, NOTICE_FORM]
    world.clock.advance(0.001)
    assert told(world) == []


@pytest.mark.parametrize("until", ["", "tomorrow", "2026-11-22", "2026-13-45T99:00:00+08:00", "\x1b[31m"])
def test_an_end_that_is_no_time_hides_nothing(world: World, until: str) -> None:
    world.reference.notice_rows = {NOTICE_FORM: NoticeEntry("换表", until=until, at=until)}
    assert told(world) == [NOTICE_FORM]


def test_home_is_told_how_many_are_new_and_the_newest_urgent_one(world: World) -> None:
    rows = world.reference.notice_rows
    rows["later"] = replace(rows[NOTICE_ICE], text="后说的", at="2026-11-22T20:00:00+08:00")
    later = Notice("later", rows["later"], is_new=True)
    assert world.services.today.view().asked == WorkLeft(pressing=2, notices=4, new=4, urgent=later)
    for notice in (NOTICE_ICE, NOTICE_FORM):
        world.services.casework.open_notice(notice)
    assert world.services.today.view().asked == WorkLeft(pressing=1, notices=4, new=2, urgent=later)


def test_nobody_is_told_anything_before_the_sign_in() -> None:
    world = make_world(with_notices(small_grid()))
    assert world.services.today.view().asked == WorkLeft()


def test_an_opened_notice_is_no_new_one_after_a_restart_and_nothing_says_who_opened_it(world: World) -> None:
    world.services.casework.open_notice(NOTICE_WATER)
    world = world.restarted()
    assert [notice.is_new for notice in world.services.casework.notices()] == [True, False, True]
    assert world.settings.values["opened_notices"] == NOTICE_WATER
    assert world.journal.rows == []


def test_what_was_withdrawn_is_not_remembered_any_longer(world: World) -> None:
    world.services.casework.open_notice(NOTICE_WATER)
    del world.reference.notice_rows[NOTICE_WATER]
    assert world.services.casework.open_notice(NOTICE_WATER) is None
    world.services.casework.open_notice(NOTICE_FORM)
    assert world.settings.values["opened_notices"] == NOTICE_FORM


def test_a_notice_is_opened_again_without_writing(world: World) -> None:
    world.services.casework.open_notice(NOTICE_WATER)
    before = world.settings.writes
    world.services.casework.open_notice(NOTICE_WATER)
    assert world.settings.writes == before


def test_without_room_on_the_disk_a_notice_is_read_and_stays_new(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_settings: FakeSettings, _name: str, _value: str | None) -> None:
        raise DiskFull("no room")

    monkeypatch.setattr(FakeSettings, "put", refuse)
    found = world.services.casework.open_notice(NOTICE_ICE)
    assert found is not None
    assert found.entry.text == "屋檐有冰溜子，巡查时离墙三米。"
    assert all(notice.is_new for notice in world.services.casework.notices())
