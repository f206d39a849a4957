"""The same place again within two minutes: said, offered again with its own evidence, never dropped in silence."""

import pytest

from fieldapp.services.arriving import arrive_again, arrive_at
from fieldapp.services.check_in import DOUBLED_S, Arrived
from fieldapp.services.places import Place
from fieldapp.services.tag_effect import TYPED, CheckInAt, ReplacedTag
from sync.records import CheckIn, decode_body, kind_of
from sync.records.shared import Method, TagSeen
from sync.reference import BuildingEntry, TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fake_receiver import LAT, LON, FakeReceiver, Here
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    FOB_ENTRANCE_21,
    PLATE_ENTRANCE_11,
    PLATE_OLD,
    START_MS,
    World,
    make_world,
)

DOOR, NEXT_DOOR, WHOLE = Place(BUILDING_1, ENTRANCE_11), Place(BUILDING_1, ENTRANCE_12), Place(BUILDING_1)
MIDNIGHT_MS = START_MS + 16 * 3_600_000
"""Midnight in China after the day on which the fake clock starts, at eight in the morning."""

UHF = "E28011700000020FEBEAD3B5"


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.reference.tag_rows[tag_digest(Tag("epc", UHF))] = TagEntry("epc", "place", ENTRANCE_11)
    world.reference.tag_rows[tag_digest(Tag("em", "01000734E0"))] = TagEntry("em", "place", ENTRANCE_11)
    return world


def read_at(world: World, medium: str, text: str) -> Arrived:
    """Arrive by whatever a reader, a wedge or a person gave."""
    effect = world.services.tags.seen(medium, text, "open", "unchecked" if medium == "w26" else "checked")
    if isinstance(effect, ReplacedTag):
        assert effect.then is not None
        effect = effect.then
    assert isinstance(effect, CheckInAt)
    return arrive_at(world.services, effect.place.place, effect.method, effect.tag)


def by_list(world: World, place: Place = DOOR) -> Arrived:
    return arrive_at(world.services, place, "list", None)


def check_ins(world: World) -> list[CheckIn]:
    bodies = []
    for row in world.journal.rows:
        kind = kind_of(row.record)
        assert kind is not None
        body = decode_body(kind, row.record.body)
        bodies += [body] if isinstance(body, CheckIn) else []
    return bodies


WAYS = (
    ("line", PLATE_ENTRANCE_11),
    ("line", PLATE_OLD),
    (TYPED, PLATE_ENTRANCE_11),
    ("em", "01000734E0"),
    ("w26", "0734E0"),
    (TYPED, "0000472288"),
    (TYPED, "007,13536"),
    ("epc", UHF),
)
"""Every way to tell the same door: its plate by engine or wedge, its old plate, typed, by card, by part of a number."""


@pytest.mark.parametrize("second", WAYS, ids=lambda way: f"{way[0]} {way[1]}")
@pytest.mark.parametrize("first", [WAYS[0], WAYS[3]], ids=lambda way: way[0])
def test_a_door_told_twice_in_whatever_way_is_one_arrival(
    world: World, first: tuple[str, str], second: tuple[str, str]
) -> None:
    earlier = read_at(world, *first)
    world.clock.advance(40)
    again = read_at(world, *second)
    assert (again.already_s, again.entry) == (40, earlier.entry)
    assert len(check_ins(world)) == 1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]} {way[1]}")
def test_what_is_recorded_again_on_purpose_keeps_its_own_evidence(world: World, way: tuple[str, str]) -> None:
    by_list(world)
    held_back = read_at(world, *way)
    assert not held_back.is_recorded
    again = arrive_again(world.services, held_back)
    assert again.is_recorded
    first, second = check_ins(world)
    assert (first.method, first.tag) == ("list", None)
    assert (second.method, second.tag) == (held_back.method, held_back.tag)
    assert second.tag is not None


def test_a_door_chosen_from_the_list_after_its_plate_is_recorded_as_chosen(world: World) -> None:
    read_at(world, "line", PLATE_ENTRANCE_11)
    arrive_again(world.services, by_list(world))
    assert [(each.method, each.tag is None) for each in check_ins(world)] == [("qr", False), ("list", True)]


def test_an_arrival_recorded_again_says_where_the_tablet_was_as_the_first_one() -> None:
    world = make_world(receiver=FakeReceiver(Here())).signed_in()
    world.reference.building_rows[BUILDING_1] = BuildingEntry("1号楼", "g", lat=LAT, lon=LON)
    by_list(world)
    arrive_again(world.services, by_list(world))
    assert [each.geofence for each in check_ins(world)] == ["inside", "inside"]


@pytest.mark.parametrize(("passed_s", "is_new"), [(0, False), (119.9, False), (120, True), (3600, True)])
def test_two_minutes_are_what_counts(world: World, passed_s: float, is_new: bool) -> None:
    read_at(world, "em", FOB_ENTRANCE_21)
    world.clock.advance(passed_s)
    assert read_at(world, "em", FOB_ENTRANCE_21).is_recorded is is_new


def test_every_arrival_begins_two_minutes_of_its_own(world: World) -> None:
    by_list(world)
    world.clock.advance(100)
    arrive_again(world.services, by_list(world))
    world.clock.advance(100)
    assert by_list(world).already_s == 100
    world.clock.advance(DOUBLED_S - 100)
    assert by_list(world).is_recorded


def test_what_was_held_back_begins_nothing(world: World) -> None:
    by_list(world)
    world.clock.advance(100)
    assert by_list(world).already_s == 100
    world.clock.advance(20)
    assert by_list(world).is_recorded


@pytest.mark.parametrize(("first", "second"), [(DOOR, NEXT_DOOR), (DOOR, WHOLE), (WHOLE, DOOR)])
def test_another_entrance_and_the_building_as_a_whole_are_other_places(
    world: World, first: Place, second: Place
) -> None:
    assert by_list(world, first).is_recorded
    assert by_list(world, second).is_recorded


def test_a_door_is_known_again_with_others_in_between(world: World) -> None:
    by_list(world)
    world.clock.advance(30)
    by_list(world, Place(BUILDING_2, ENTRANCE_21))
    world.clock.advance(30)
    assert by_list(world).already_s == 60


def test_a_door_is_known_again_after_the_app_was_killed(world: World) -> None:
    by_list(world)
    world.clock.advance(5)
    assert by_list(world.restarted()).already_s == 5


@pytest.mark.parametrize(("away_s", "is_new"), [(50, False), (200, True)])
def test_after_the_tablet_was_switched_off_the_wall_clock_decides(world: World, away_s: float, is_new: bool) -> None:
    by_list(world)
    world.clock.reboot(away_s)
    assert by_list(world.restarted()).is_recorded is is_new


def test_clocks_that_contradict_each_other_hold_nothing_back(world: World) -> None:
    by_list(world)
    world.clock.reboot(0)
    world.clock.set_wall(world.clock.wall_ms - 5_000)
    assert by_list(world).is_recorded


def test_midnight_makes_no_second_arrival(world: World) -> None:
    world.clock.advance((MIDNIGHT_MS - START_MS) / 1000 - 30)
    first = by_list(world)
    world.clock.advance(60)
    assert by_list(world).already_s == 60
    assert first.entry.record.at[:10] != by_list(world, NEXT_DOOR).entry.record.at[:10]


def test_an_arrival_taken_back_holds_none_back(world: World) -> None:
    first = by_list(world)
    world.services.check_ins.undo(first.entry)
    assert by_list(world).is_recorded


def test_an_arrival_taken_back_leaves_the_one_before_it(world: World) -> None:
    by_list(world)
    world.clock.advance(30)
    world.services.check_ins.undo(arrive_again(world.services, by_list(world)).entry)
    world.clock.advance(10)
    assert by_list(world).already_s == 40


def test_what_was_said_of_an_arrival_makes_it_no_younger(world: World) -> None:
    first = by_list(world)
    world.clock.advance(100)
    world.services.check_ins.say_normal(first.entry)
    world.clock.advance(20)
    assert by_list(world).is_recorded


def test_many_records_in_between_hide_no_arrival(world: World) -> None:
    by_list(world)
    for _number in range(25):
        arrived = arrive_again(world.services, by_list(world, NEXT_DOOR))
        world.services.check_ins.say_normal(arrived.entry)
    assert not by_list(world).is_recorded


@pytest.mark.parametrize("method", ["qr", "rfid", "manual", "list"])
def test_no_method_is_held_back_by_itself(world: World, method: Method) -> None:
    tag = TagSeen("qr", tag_digest(Tag("qr", PLATE_ENTRANCE_11)), "verified")
    assert arrive_at(world.services, DOOR, method, tag).is_recorded
    held_back = arrive_at(world.services, DOOR, method, tag)
    assert (held_back.method, held_back.tag, held_back.is_recorded) == (method, tag, False)
