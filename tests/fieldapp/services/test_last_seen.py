"""When somebody of the grid was last at a building's places, beside what this tablet recorded: once each, no names."""

from datetime import UTC

import msgspec
import pytest

from fieldapp.services.last_seen import LastSeen
from fieldapp.services.places import Place
from sync.journal import JournalEntry
from sync.records import CheckIn
from sync.reference import SeenEntry
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    PERSON_2,
    PIN_2,
    World,
    make_world,
)

DOOR = Place(BUILDING_1, ENTRANCE_11)


def at(minutes: int = 0) -> str:
    """Return a moment of the morning; the fakes' clock begins at 8 o'clock in China."""
    return f"2026-11-23T{(480 + minutes) // 60 - 8:02d}:{(480 + minutes) % 60:02d}:00Z"


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def told(world: World, place: str, minutes: int, result: str = "normal") -> None:
    world.reference.seen_rows[place] = SeenEntry(at(minutes), result)


def shown(world: World, building: str = BUILDING_1) -> list[tuple[str, str, str]]:
    view = world.services.buildings.building(building)
    assert view is not None
    return [(each.place.entrance_name, f"{each.at:%H:%M}", each.result) for each in view.last_seen]


def arrived(world: World, place: Place = DOOR) -> JournalEntry:
    return world.services.check_ins.arrive_again(place, "list").entry


def test_the_last_one_of_every_place_of_the_building_is_shown_newest_first(world: World) -> None:
    told(world, ENTRANCE_11, 10)
    told(world, BUILDING_1, 30, "not_stated")
    told(world, ENTRANCE_12, 20, "no_access")
    told(world, ENTRANCE_21, 40)
    expected = [("", "08:30", "not_stated"), ("2单元", "08:20", "no_access"), ("1单元", "08:10", "normal")]
    assert shown(world) == expected
    assert shown(world, BUILDING_2) == [("1单元", "08:40", "normal")]


def test_times_are_told_in_the_zone_of_the_settings(world: World) -> None:
    told(world, ENTRANCE_11, 10)
    world.services.zone = UTC
    assert shown(world) == [("1单元", "00:10", "normal")]


def test_nothing_of_it_says_whose_it_was() -> None:
    assert LastSeen.__struct_fields__ == ("place", "at", "result")


def test_what_this_tablet_recorded_itself_is_said_once(world: World) -> None:
    world.clock.advance(5 * 60 + 59)
    entry = arrived(world)
    told(world, ENTRANCE_11, 5, "not_stated")
    assert shown(world) == []
    world.clock.advance(300)
    world.services.check_ins.say(entry, "normal")
    told(world, ENTRANCE_11, 5, "normal")
    assert shown(world) == []


def test_what_a_colleague_recorded_on_this_tablet_is_said_once_too(world: World) -> None:
    arrived(world)
    world.services.session.lock()
    world.signed_in(PERSON_2, PIN_2)
    told(world, ENTRANCE_11, 0)
    assert shown(world) == []


def test_one_that_came_after_an_own_one_is_shown_and_one_before_it_is_not_the_last_any_more(world: World) -> None:
    world.clock.advance(600)
    arrived(world)
    told(world, ENTRANCE_11, 9)
    assert shown(world) == []
    told(world, ENTRANCE_11, 11)
    assert shown(world) == [("1单元", "08:11", "normal")]


def test_an_own_one_at_another_door_hides_nothing(world: World) -> None:
    world.clock.advance(600)
    arrived(world, Place(BUILDING_1))
    told(world, ENTRANCE_11, 10)
    assert shown(world) == [("1单元", "08:10", "normal")]


def test_an_own_one_that_was_withdrawn_does_not_come_back_as_the_grids(world: World) -> None:
    world.clock.advance(600)
    world.services.check_ins.undo(arrived(world))
    told(world, ENTRANCE_11, 10, "not_stated")
    assert shown(world) == []
    told(world, ENTRANCE_11, 3)
    assert shown(world) == [("1单元", "08:03", "normal")]


def test_an_own_one_that_was_moved_to_another_building_does_not_come_back_as_the_grids(world: World) -> None:
    arrived(world)
    moved = world.services.check_ins.find(world.journal.rows[-1].record.id)
    assert moved is not None
    assert isinstance(moved.body, CheckIn)
    world.clock.advance(300)
    world.services.recorder.amend(moved.last, msgspec.structs.replace(moved.body, building=BUILDING_2, entrance=None))
    told(world, ENTRANCE_11, 0)
    assert shown(world) == []
    told(world, BUILDING_2, 0)
    assert shown(world, BUILDING_2) == []


def test_an_own_one_that_was_kept_apart_is_known_by_the_moment_of_its_correction(world: World) -> None:
    entry = arrived(world)
    world.clock.advance(300)
    world.services.check_ins.say(entry, "normal")
    told(world, ENTRANCE_11, 5)
    assert shown(world) == []
    told(world, ENTRANCE_11, 6)
    assert len(shown(world)) == 1


@pytest.mark.parametrize(
    ("is_of_boot", "minutes", "expected"),
    [(True, 0, 0), (True, 1, 1), (False, 1, 0), (False, 2, 0), (False, 3, 1)],
)
def test_of_a_boot_without_an_exchange_the_servers_reckoning_may_differ_by_as_much_as_a_clock_that_is_right(
    world: World, is_of_boot: bool, minutes: int, expected: int
) -> None:
    world.clock.offset_boot = is_of_boot
    arrived(world)
    told(world, ENTRANCE_11, minutes)
    assert len(shown(world)) == expected


def test_a_moment_that_is_none_is_left_out(world: World) -> None:
    world.reference.seen_rows[ENTRANCE_11] = SeenEntry("yesterday")
    told(world, ENTRANCE_12, 20)
    assert shown(world) == [("2单元", "08:20", "normal")]


def test_the_round_counts_what_this_tablet_recorded_alone(world: World) -> None:
    told(world, ENTRANCE_11, 10)
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert (view.row.progress.seen, view.row.state, view.occasions) == (0, "unseen", ())
