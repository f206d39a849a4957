"""The day's log is there when the shift is over: it is where the day is looked back on, and put right."""

import pytest

from fieldapp.services.places import Place
from fieldapp.services.shift_log import Log
from sync.records import CheckIn
from tests.fieldapp.fakes import BUILDING_1, BUILDING_3, ENTRANCE_11, MATTER_LIGHT, PERSON_2, PIN_2, World, make_world

DOOR = Place(BUILDING_1, ENTRANCE_11)
HOUR_S = 3600


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def log_of(world: World) -> Log:
    log = world.services.day_log.read()
    assert log is not None
    return log


def kinds_of(world: World) -> list[str]:
    return [line.entry.record.kind for line in log_of(world).lines]


def a_shift(world: World) -> None:
    """Start a shift, look at a door, and end the shift."""
    world.services.shifts.start()
    world.services.check_ins.arrive(DOOR, "list")
    world.clock.advance(HOUR_S)
    world.services.shifts.end()
    world.clock.advance(60)


def test_the_log_is_there_when_the_shift_has_ended(world: World) -> None:
    world.services.check_ins.arrive(DOOR, "list")
    world.clock.advance(8 * HOUR_S)
    world.services.shifts.end()
    world.clock.advance(2 * HOUR_S)
    assert kinds_of(world) == ["shift_start", "check_in", "shift_end"]
    assert log_of(world).counts.check_ins == 1


def test_the_shifts_of_a_day_stand_one_after_the_other() -> None:
    world = make_world().signed_in()
    a_shift(world)
    a_shift(world)
    world.services.shifts.start()
    assert kinds_of(world) == ["shift_start", "check_in", "shift_end"] * 2 + ["shift_start"]
    assert log_of(world).counts.check_ins == 2


def test_what_was_recorded_after_the_end_stands_behind_it(world: World) -> None:
    world.services.shifts.end()
    world.services.problems.save({"matter": MATTER_LIGHT, "building": BUILDING_3, "description": "灯不亮"})
    world.services.shifts.start()
    assert kinds_of(world) == ["shift_start", "shift_end", "case_report", "shift_start"]


def test_nobody_elses_day_is_in_it(world: World) -> None:
    world.services.shifts.end()
    world.services.problems.save({"matter": MATTER_LIGHT, "building": BUILDING_3, "description": "灯不亮"})
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.day_log.read() is None
    world.services.shifts.start()
    assert kinds_of(world) == ["shift_start"]


def test_yesterday_is_not_in_it_but_a_shift_that_is_still_open_is() -> None:
    world = make_world().signed_in()
    a_shift(world)
    world.services.shifts.start()
    world.clock.advance(24 * HOUR_S)
    world.services.check_ins.arrive(DOOR, "list")
    assert kinds_of(world) == ["shift_start", "check_in"]


def test_a_shift_that_went_over_midnight_is_of_the_day_on_which_it_ended(world: World) -> None:
    world.clock.advance(15 * HOUR_S)
    world.services.check_ins.arrive(DOOR, "list")
    world.clock.advance(2 * HOUR_S)
    world.services.shifts.end()
    assert kinds_of(world) == ["shift_start", "check_in", "shift_end"]
    world.clock.advance(24 * HOUR_S)
    assert world.services.day_log.read() is None


def test_without_a_person_there_is_no_log() -> None:
    assert make_world().services.day_log.read() is None


def test_a_record_of_an_ended_shift_is_withdrawn_whole(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR, "list")
    said = world.services.check_ins.say_normal(arrived.entry)
    world.clock.advance(HOUR_S)
    world.services.shifts.end()
    world.services.shifts.start()
    line = next(line for line in log_of(world).lines if isinstance(line.body, CheckIn))
    assert line.entry.record.id == said.record.id
    withdrawal = world.services.recorder.withdraw(line.entry, "wrong_place")
    assert withdrawal.record.shift == arrived.entry.record.shift
    line = next(line for line in log_of(world).lines if isinstance(line.body, CheckIn))
    assert line.is_void
    assert log_of(world).counts.check_ins == 0


def test_an_undo_takes_back_only_what_was_said_last(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR, "list")
    world.services.recorder.undo(world.services.check_ins.say_normal(arrived.entry))
    line = log_of(world).lines[-1]
    assert isinstance(line.body, CheckIn)
    assert (line.body.result, line.is_void) == ("not_stated", False)
