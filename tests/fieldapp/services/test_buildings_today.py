"""The buildings as they stand today: what was found, what is left, what was recorded there and by whom that is said."""

import msgspec
import pytest

from fieldapp.services.buildings import BuildingRow, nearest_first, state_of
from fieldapp.services.places import Place
from sync.records import TagBind
from sync.records.check_in import Result
from sync.records.shared import TagRef
from sync.reference import CaseEntry, ContactEntry
from tests.fieldapp.fake_receiver import LAT, LON, FakeReceiver, Here
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_11,
    ENTRANCE_12,
    MATTER_DISPUTE,
    MATTER_LITTER,
    PERSON_2,
    PIN_2,
    World,
    fixed_id,
    make_world,
    small_grid,
)

DOOR_1, DOOR_2 = Place(BUILDING_1, ENTRANCE_11), Place(BUILDING_1, ENTRANCE_12)


def row(world: World, building: str = BUILDING_1) -> BuildingRow:
    return next(row for row in world.services.buildings.round().rows if row.id == building)


def on_patrol() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def found(world: World, place: Place, result: Result = "not_stated") -> str:
    """Arrive somewhere and say what was found; return the check-in's id."""
    entry = world.services.check_ins.arrive_again(place, "list").entry
    if result != "not_stated":
        world.services.check_ins.say(entry, result)
    return entry.record.id


def reported(world: World, building: str, matter: str = MATTER_LITTER) -> None:
    fields = {"matter": matter, "building": building, "description": "Seen on the patrol"}
    world.services.problems.save(fields)


def test_before_a_shift_every_building_is_there_and_unseen() -> None:
    view = make_world().signed_in().services.buildings.round()
    assert not view.is_open
    assert [each.id for each in view.rows] == [BUILDING_1, BUILDING_2, BUILDING_3]
    assert {each.state for each in view.rows} == {"unseen"}
    assert view.left == view.rows


def test_an_empty_district_is_an_empty_round() -> None:
    reference = small_grid()
    reference.building_rows.clear()
    reference.entrance_rows.clear()
    assert make_world(reference).signed_in().services.buildings.round().rows == ()


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ((), "unseen"),
        (("not_stated",), "arrived"),
        (("normal",), "normal"),
        (("normal", "not_stated"), "arrived"),
        (("normal", "no_access"), "no_access"),
        (("no_access", "issue"), "issue"),
    ],
)
def test_the_most_pressing_of_what_was_found_is_the_buildings(results: tuple[Result, ...], state: str) -> None:
    world = on_patrol()
    for place, result in zip((DOOR_1, DOOR_2), results, strict=False):
        found(world, place, result)
    assert row(world).state == state
    assert row(world).progress.seen == len(results)
    assert row(world).is_left == (len(results) < 2)


def test_a_problem_that_was_reported_shows_where_only_an_arrival_was_recorded() -> None:
    world = on_patrol()
    found(world, DOOR_1)
    reported(world, BUILDING_1)
    reported(world, BUILDING_2)
    assert row(world).state == "issue"
    assert row(world, BUILDING_2).state == "unseen"


def test_a_check_in_at_the_building_as_a_whole_counts_for_its_state_and_not_for_its_doors() -> None:
    world = on_patrol()
    found(world, Place(BUILDING_1), "normal")
    assert row(world).state == "normal"
    assert row(world).progress.seen == 0


def test_only_cases_in_which_something_is_to_be_done_are_counted() -> None:
    world = make_world().signed_in()
    states = ("reported", "handling", "closed", "void")
    world.reference.case_rows = {state: CaseEntry(state, "路灯", building=BUILDING_1) for state in states}
    assert row(world).open_cases == 2
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert [case.id for case in view.cases] == ["reported", "handling"]


def test_a_problem_that_is_not_sent_yet_is_an_open_case_of_its_building() -> None:
    world = on_patrol()
    world.reference.case_rows = {"told": CaseEntry("reported", "路灯", building=BUILDING_1)}
    reported(world, BUILDING_1)
    sent = world.journal.rows[-1].record.id
    assert (row(world).open_cases, row(world, BUILDING_2).open_cases) == (2, 0)
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert [(case.id, case.is_sent) for case in view.cases] == [(sent, False), ("told", True)]
    world.reference.case_rows[sent] = CaseEntry("closed", "路灯", building=BUILDING_1)
    assert row(world).open_cases == 1


def test_a_withdrawn_problem_is_no_open_case() -> None:
    world = on_patrol()
    reported(world, BUILDING_1)
    world.services.recorder.undo(world.journal.rows[-1])
    assert row(world).open_cases == 0


def test_the_nearest_building_comes_first_and_those_nobody_placed_come_last() -> None:
    world = make_world(receiver=FakeReceiver(Here())).signed_in()
    rows = world.reference.building_rows
    rows[BUILDING_2] = msgspec.structs.replace(rows[BUILDING_2], lat=LAT + 0.002, lon=LON)
    rows[BUILDING_3] = msgspec.structs.replace(rows[BUILDING_3], lat=LAT + 0.001, lon=LON)
    view = world.services.buildings.round()
    assert view.has_position
    assert [each.id for each in view.rows] == [BUILDING_1, BUILDING_2, BUILDING_3]
    assert [each.id for each in nearest_first(view.rows)] == [BUILDING_3, BUILDING_2, BUILDING_1]


def test_without_a_position_the_order_of_the_patrol_stays() -> None:
    view = make_world().signed_in().services.buildings.round()
    assert not view.has_position
    assert nearest_first(view.rows) == list(view.rows)


def test_a_building_that_left_the_district_has_no_page() -> None:
    assert make_world().signed_in().services.buildings.building(fixed_id(77)) is None


def test_a_page_tells_what_was_recorded_there_newest_first_and_whose_only_of_ones_own() -> None:
    world = on_patrol()
    found(world, DOOR_1, "normal")
    found(world, Place(BUILDING_2))
    world.services.session.lock()
    world.signed_in(PERSON_2, PIN_2)
    found(world, DOOR_2)
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert [each.is_own for each in view.occasions] == [True, False]
    assert [each.line.entry.record.kind for each in view.occasions] == ["check_in", "check_in"]


def test_what_was_withdrawn_or_moved_to_another_building_is_not_told() -> None:
    world = on_patrol()
    found(world, DOOR_1)
    world.services.check_ins.undo(world.journal.rows[-1])
    found(world, DOOR_1)
    moved = world.services.check_ins.find(world.journal.rows[-1].record.id)
    assert moved is not None
    assert moved.body is not None
    world.services.recorder.amend(moved.last, msgspec.structs.replace(moved.body, building=BUILDING_2, entrance=None))
    here, there = (world.services.buildings.building(each) for each in (BUILDING_1, BUILDING_2))
    assert here is not None
    assert there is not None
    assert here.occasions == ()
    assert len(there.occasions) == 1


def test_a_restricted_problem_is_told_to_its_reporter_alone() -> None:
    world = on_patrol()
    reported(world, BUILDING_1, MATTER_DISPUTE)
    own = world.services.buildings.building(BUILDING_1)
    world.services.session.lock()
    world.signed_in(PERSON_2, PIN_2)
    others = world.services.buildings.building(BUILDING_1)
    assert own is not None
    assert others is not None
    assert (len(own.occasions), len(others.occasions)) == (1, 0)


def test_plates_that_were_put_up_are_no_occasion() -> None:
    world = on_patrol()
    world.services.recorder.record(TagBind(tag=TagRef("qr", "0" * 64), building=BUILDING_1, method="qr"))
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert view.occasions == ()


def test_a_handler_of_the_building_stands_before_those_of_the_grid_and_no_other_buildings_is_shown() -> None:
    world = make_world().signed_in()
    world.reference.contact_rows = {
        "grid": ContactEntry("物业（合成）", "0000-0001"),
        "here": ContactEntry("供热（合成）", "0000-0002", building=BUILDING_1),
        "there": ContactEntry("电梯（合成）", "0000-0003", building=BUILDING_2),
    }
    view = world.services.buildings.building(BUILDING_1)
    assert view is not None
    assert [contact.name for contact in view.contacts] == ["供热（合成）", "物业（合成）"]


def test_a_building_without_entrances_is_its_own_only_place() -> None:
    world = on_patrol()
    building = row(world, BUILDING_3)
    assert state_of(building.progress) == "unseen"
    view = world.services.buildings.building(BUILDING_3)
    assert view is not None
    assert not view.choice.has_doors
    assert view.choice.only_place().place == Place(BUILDING_3)
