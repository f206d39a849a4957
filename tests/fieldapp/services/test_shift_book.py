"""A shift is opened once, closed once, and found again."""

import pytest

from fieldapp.services.errors import NothingToDo, NotSignedIn
from fieldapp.services.facts import body_of, shift_facts
from fieldapp.services.places import Place
from fieldapp.services.shift import counts_of
from sync.records import ShiftEnd, ShiftStart
from tests.fieldapp.fakes import BUILDING_3, PERSON_2, PIN_2, World, make_world


@pytest.fixture
def world() -> World:
    return make_world().signed_in()


def test_a_shift_belongs_to_itself_and_its_records_to_it(world: World) -> None:
    shift = world.services.shifts.start()
    arrived = world.services.check_ins.arrive(Place(BUILDING_3), "list")
    assert shift.entry.record.shift == shift.id
    assert arrived.entry.record.shift == shift.id


def test_a_second_start_is_refused(world: World) -> None:
    world.services.shifts.start()
    with pytest.raises(NothingToDo):
        world.services.shifts.start()
    assert len(world.journal.rows) == 1


def test_without_a_person_nothing_is_recorded() -> None:
    world = make_world()
    with pytest.raises(NotSignedIn):
        world.services.shifts.start()
    assert world.journal.rows == []


def test_the_end_closes_it(world: World) -> None:
    shift = world.services.shifts.start()
    entry = world.services.shifts.end(rounds_done=1)
    assert entry.record.shift == shift.id
    assert world.services.shifts.current() is None
    with pytest.raises(NothingToDo):
        world.services.shifts.end()


def test_after_a_kill_the_shift_is_still_open(world: World) -> None:
    shift = world.services.shifts.start()
    again = world.restarted().services.shifts.current()
    assert again is not None
    assert again.id == shift.id


def test_a_kill_before_the_note_was_written_loses_no_shift(world: World) -> None:
    shift = world.services.shifts.start()
    for name in [name for name in world.settings.values if name.startswith("shift.")]:
        del world.settings.values[name]
    found = world.services.shifts.current()
    assert found is not None
    assert found.id == shift.id


def test_a_shift_that_a_fork_left_in_an_older_stream_is_still_open(world: World) -> None:
    shift = world.services.shifts.start()
    world.journal.begin_stream()
    assert world.journal.entries() == []
    current = world.services.shifts.current()
    assert current is not None
    assert current.id == shift.id


def test_an_undone_start_is_no_shift(world: World) -> None:
    shift = world.services.shifts.start()
    world.services.recorder.undo(shift.entry)
    assert world.services.shifts.current() is None
    world.services.shifts.start()


def test_an_undone_end_opens_it_again(world: World) -> None:
    shift = world.services.shifts.start()
    world.services.recorder.undo(world.services.shifts.end())
    current = world.services.shifts.current()
    assert current is not None
    assert current.id == shift.id


def test_each_person_has_a_shift_of_their_own(world: World) -> None:
    first = world.services.shifts.start()
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.shifts.current() is None
    second = world.services.shifts.start()
    world.signed_in()
    current = world.services.shifts.current()
    assert current is not None
    assert (current.id, second.id) == (first.id, second.id)


def test_a_shift_left_open_overnight_says_so(world: World) -> None:
    world.services.shifts.start()
    world.clock.advance(20 * 3600)
    current = world.services.shifts.current()
    assert current is not None
    assert current.is_from_earlier_day


def test_counts_leave_out_what_was_withdrawn(world: World) -> None:
    shift = world.services.shifts.start()
    arrived = world.services.check_ins.arrive(Place(BUILDING_3), "list")
    world.services.check_ins.undo(arrived.entry)
    world.services.check_ins.arrive(Place(BUILDING_3), "list")
    counts = counts_of(shift_facts(world.services.journal, shift.id))
    assert (counts.check_ins, counts.withdrawn) == (1, 1)


def test_the_end_takes_its_note_cleaned_and_forgets_its_draft(world: World) -> None:
    world.services.shifts.start()
    world.services.forms.put("shift_end", {"note": "已交接"})
    entry = world.services.shifts.end(rounds_done=2, note=" 已交接\x1b[2J ", draft="shift_end")
    assert body_of(entry) == ShiftEnd(rounds_done=2, note="已交接\ufffd")
    assert world.services.forms.values("shift_end") == {}


def test_the_start_forgets_its_draft(world: World) -> None:
    world.services.forms.put("shift_start", {"weather": "snow"})
    shift = world.services.shifts.start(ShiftStart(weather="snow"), draft="shift_start")
    assert shift.start.weather == "snow"
    assert world.services.forms.values("shift_start") == {}
