"""Checking in: one scan is one record, said to be no more than it is, and taken back within ten seconds."""

import json

import pytest

from fieldapp.services.check_in import DOUBLED_S
from fieldapp.services.errors import NothingToDo, NotYours
from fieldapp.services.filling import begin_here
from fieldapp.services.places import Place
from fieldapp.services.recorder import UNDO_S, TooLate, Undone
from sync.journal import JournalEntry
from sync.records import decode_record, encode
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    ENTRANCE_22,
    MATTER_LIGHT,
    PERSON_2,
    PIN_2,
    DiskFull,
    World,
    make_world,
)

DOOR_1, DOOR_2 = Place(BUILDING_1, ENTRANCE_11), Place(BUILDING_1, ENTRANCE_12)


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def body(entry: JournalEntry) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(bytes(entry.record.body))
    return parsed


def test_a_scan_says_arrived_and_claims_nothing(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    assert arrived.is_recorded
    assert "result" not in body(arrived.entry)
    assert "checks" not in body(arrived.entry)
    assert "lat" not in bytes(arrived.entry.record.body).decode()
    assert (arrived.place.building_name, arrived.place.entrance_name) == ("1号楼", "1单元")


def test_a_saved_arrival_is_a_record_that_both_ends_can_read(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    assert decode_record(encode(arrived.entry.record)) is not None


def test_the_same_place_again_within_two_minutes_is_said_not_recorded(world: World) -> None:
    first = world.services.check_ins.arrive(DOOR_1, "list")
    world.clock.advance(40.9)
    again = world.services.check_ins.arrive(DOOR_1, "list")
    assert again.already_s == 40
    assert again.entry == first.entry
    assert len(world.journal.rows) == 2


def test_the_same_place_again_can_be_recorded_on_purpose(world: World) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    assert world.services.check_ins.arrive_again(DOOR_1, "list").is_recorded
    assert len(world.journal.rows) == 3


@pytest.mark.parametrize("seconds", [DOUBLED_S, DOUBLED_S + 1])
def test_after_two_minutes_it_is_a_new_arrival(world: World, seconds: int) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    world.clock.advance(seconds)
    assert world.services.check_ins.arrive(DOOR_1, "list").is_recorded


def test_another_entrance_of_the_building_is_another_place(world: World) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    assert world.services.check_ins.arrive(DOOR_2, "list").is_recorded


def test_a_doubled_scan_is_known_although_the_wall_clock_was_set(world: World) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    world.clock.advance(5)
    world.clock.set_wall(world.clock.wall_ms - 86_400_000)
    assert world.services.check_ins.arrive(DOOR_1, "list").already_s == 5


def test_a_colleagues_arrival_a_moment_ago_is_not_mine(world: World) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.check_ins.arrive(DOOR_1, "list").is_recorded


def test_an_undone_arrival_does_not_stand_in_the_way(world: World) -> None:
    first = world.services.check_ins.arrive(DOOR_1, "list")
    world.services.check_ins.undo(first.entry)
    assert world.services.check_ins.arrive(DOOR_1, "list").is_recorded


@pytest.mark.parametrize(
    ("seconds", "is_undone"), [(0, True), (9.9, True), (UNDO_S, True), (10.1, False), (600, False)]
)
def test_undo_is_a_withdrawal_within_ten_seconds(world: World, seconds: float, is_undone: bool) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    world.clock.advance(seconds)
    answer = world.services.check_ins.undo(arrived.entry)
    assert isinstance(answer, Undone) is is_undone
    assert isinstance(answer, TooLate) is not is_undone
    withdrawals = [row for row in world.journal.rows if row.record.kind == "void"]
    assert [body(row) for row in withdrawals] == (
        [{"target": arrived.entry.record.id, "reason": "undo"}] if is_undone else []
    )


def test_undo_pressed_twice_withdraws_once(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    first, second = world.services.check_ins.undo(arrived.entry), world.services.check_ins.undo(arrived.entry)
    assert first == second
    assert len(world.journal.rows) == 3


def test_clocks_that_contradict_each_other_undo_nothing(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    world.clock.reboot(0)
    world.clock.set_wall(world.clock.wall_ms - 5_000)
    assert world.services.check_ins.undo(arrived.entry) == TooLate(None)


def test_normal_is_an_amendment_of_the_arrival(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    said = world.services.check_ins.say_normal(arrived.entry)
    assert said.record.amends == arrived.entry.record.id
    assert body(said) == {**body(arrived.entry), "result": "normal"}


def test_normal_pressed_twice_is_recorded_once(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    first = world.services.check_ins.say_normal(arrived.entry)
    assert world.services.check_ins.say_normal(arrived.entry) == first
    assert len(world.journal.rows) == 3


def test_every_amendment_names_the_original(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    said = world.services.check_ins.say_normal(arrived.entry)
    corrected = world.services.check_ins.say(said, "issue", {"stair": "issue"})
    assert corrected.record.amends == arrived.entry.record.id
    fact = world.services.check_ins.find(arrived.entry.record.id)
    assert fact is not None
    assert fact.last == corrected


def test_an_undone_normal_leaves_the_arrival(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    world.services.check_ins.undo(world.services.check_ins.say_normal(arrived.entry))
    pending = world.services.check_ins.pending_normal()
    assert pending is not None
    assert pending.entry == arrived.entry


def test_a_forgotten_normal_is_offered_at_the_next_scan(world: World) -> None:
    first = world.services.check_ins.arrive(DOOR_1, "list")
    second = world.services.check_ins.arrive(DOOR_2, "list")
    assert second.pending is not None
    assert second.pending.entry == first.entry
    world.services.check_ins.say_normal(second.pending.entry)
    world.services.check_ins.say_normal(second.entry)
    assert world.services.check_ins.arrive(Place(BUILDING_3), "list").pending is None


def test_where_a_problem_was_reported_nobody_is_asked_whether_all_was_normal(world: World) -> None:
    world.services.check_ins.arrive(DOOR_1, "list")
    begin_here(world.services, "problem")
    world.services.problems.save({"matter": MATTER_LIGHT, "description": "二楼灯不亮"})
    assert world.services.check_ins.pending_normal() is None


def test_a_withdrawn_arrival_has_no_result_to_state(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    world.services.recorder.void(arrived.entry, "wrong_place")
    assert world.services.check_ins.pending_normal() is None
    with pytest.raises(NothingToDo):
        world.services.check_ins.say_normal(arrived.entry)


def test_a_colleague_cannot_change_my_arrival(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR_1, "list")
    world.services.session.sign_in(PERSON_2, PIN_2)
    with pytest.raises(NotYours):
        world.services.check_ins.say_normal(arrived.entry)
    with pytest.raises(NotYours):
        world.services.check_ins.undo(arrived.entry)


def test_a_full_disk_records_nothing_and_says_its_code(world: World) -> None:
    world.journal.fault = DiskFull("no room")
    with pytest.raises(DiskFull) as refused:
        world.services.check_ins.arrive(DOOR_1, "list")
    assert refused.value.code == "E-DISK"
    world.journal.fault = None
    assert world.services.check_ins.arrive(DOOR_1, "list").is_recorded


def test_the_second_round_begins_when_all_was_seen(world: World) -> None:
    doors = (DOOR_1, DOOR_2, Place(BUILDING_2, ENTRANCE_21), Place(BUILDING_2, ENTRANCE_22), Place(BUILDING_3))
    rounds = [world.services.check_ins.arrive(door, "list").round for door in doors]
    assert rounds == [1] * 5
    world.clock.advance(3600)
    assert world.services.check_ins.arrive(DOOR_1, "list").round == 2


def test_the_second_round_can_be_begun_by_choice_and_taken_back(world: World) -> None:
    shift = world.services.shifts.current()
    assert shift is not None
    world.services.rounds.begin_second(shift.id)
    assert world.services.check_ins.arrive(DOOR_1, "list").round == 2
    world.services.rounds.back_to_first(shift.id)
    assert world.services.check_ins.arrive(DOOR_2, "list").round == 1


def test_progress_counts_each_entrance_once_a_round(world: World) -> None:
    shift = world.services.shifts.current()
    assert shift is not None
    world.services.check_ins.arrive(DOOR_1, "list")
    world.services.check_ins.arrive_again(DOOR_1, "list")
    world.services.check_ins.arrive(Place(BUILDING_1), "list")
    progress = world.services.rounds.progress(shift.id)
    assert (progress.number, progress.seen, progress.total) == (1, 1, 5)
    assert progress.buildings[0].at_building is not None
    assert world.services.rounds.done(shift.id) == 0


def test_a_grid_without_buildings_has_no_complete_round(world: World) -> None:
    world.reference.building_rows.clear()
    world.reference.entrance_rows.clear()
    shift = world.services.shifts.current()
    assert shift is not None
    assert world.services.rounds.progress(shift.id).number == 1
