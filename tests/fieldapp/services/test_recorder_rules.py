"""A record is made whole or not at all, and only its author changes it."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.services.errors import NothingToDo, NotSignedIn, NotYours
from fieldapp.services.facts import facts_of
from fieldapp.services.moments import CHINA, Moment, decoded_moment, elapsed_s, local_time
from fieldapp.services.recorder import Undone
from sync.clock import parse_time
from sync.records import ShiftEnd, Visit
from tests.fieldapp.fakes import BUILDING_3, PERSON_1, PERSON_2, PIN_2, World, make_world

VISIT = Visit(building=BUILDING_3, purpose="care", outcome="met")


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def test_a_record_knows_who_when_and_where(world: World) -> None:
    record = world.services.recorder.record(VISIT).record
    shift = world.services.shifts.current()
    assert shift is not None
    assert (record.actor, record.seat, record.grid) == (PERSON_1, "seat-1", "230108-synthetic-1")
    assert record.shift == shift.id
    assert record.at == "2026-11-23T08:00:00.000+08:00"
    assert record.clock == world.clock.stamp()


def test_ids_are_new_each_time_and_carry_their_moment(world: World) -> None:
    ids = [uuid.UUID(world.services.recorder.record(VISIT).record.id) for _ in range(20)]
    assert len(set(ids)) == 20
    assert {one.version for one in ids} == {7}
    assert {one.int >> 80 for one in ids} == {world.clock.now_ms()}


def test_while_locked_nothing_is_recorded(world: World) -> None:
    world.services.session.lock()
    with pytest.raises(NotSignedIn):
        world.services.recorder.record(VISIT)
    assert len(world.journal.rows) == 1


def test_an_amendment_is_of_the_same_kind_and_stays_in_its_shift(world: World) -> None:
    entry = world.services.recorder.record(VISIT)
    world.services.shifts.end()
    world.services.shifts.start()
    amended = world.services.recorder.amend(entry, Visit(building=BUILDING_3, purpose="care", outcome="absent"))
    assert (amended.record.amends, amended.record.shift) == (entry.record.id, entry.record.shift)
    with pytest.raises(NothingToDo):
        world.services.recorder.amend(entry, ShiftEnd())


def test_a_colleague_neither_amends_nor_withdraws(world: World) -> None:
    entry = world.services.recorder.record(VISIT)
    world.services.session.sign_in(PERSON_2, PIN_2)
    with pytest.raises(NotYours):
        world.services.recorder.amend(entry, VISIT)
    with pytest.raises(NotYours):
        world.services.recorder.void(entry, "mistake")


def test_a_withdrawal_is_not_withdrawn(world: World) -> None:
    withdrawal = world.services.recorder.void(world.services.recorder.record(VISIT), "mistake")
    with pytest.raises(NothingToDo):
        world.services.recorder.undo(withdrawal)


def test_undo_works_after_a_kill_too(world: World) -> None:
    entry = world.services.recorder.record(VISIT)
    world.clock.advance(5)
    assert isinstance(world.restarted().services.recorder.undo(entry), Undone)


def test_facts_fold_whatever_order_things_were_said_in(world: World) -> None:
    recorder = world.services.recorder
    first = recorder.record(VISIT)
    recorder.amend(first, Visit(building=BUILDING_3, purpose="care", outcome="absent"))
    last = recorder.amend(first, Visit(building=BUILDING_3, purpose="care", outcome="refused"))
    recorder.void(last, "mistake")
    other = recorder.record(VISIT)
    recorder.void(other, "test")
    facts = facts_of(world.journal.entries(kinds=("visit", "void")))
    assert [(fact.id, fact.is_void) for fact in facts] == [(first.record.id, False), (other.record.id, True)]
    body = facts[0].body
    assert isinstance(body, Visit)
    assert body.outcome == "absent"


def test_an_amendment_whose_original_is_not_at_hand_still_counts(world: World) -> None:
    entry = world.services.recorder.record(VISIT)
    amended = world.services.recorder.amend(entry, Visit(building=BUILDING_3, purpose="care", outcome="absent"))
    (fact,) = facts_of([amended])
    assert fact.last == amended


moments = st.builds(Moment, st.integers(-(2**50), 2**50), st.sampled_from(["boot a", "b"]), st.integers(0, 2**50))


@given(moments)
def test_a_moment_survives_its_text(moment: Moment) -> None:
    assert decoded_moment(moment.encoded()) == moment


@given(st.text())
def test_an_unreadable_moment_is_none_or_a_moment(text: str) -> None:
    moment = decoded_moment(text)
    assert moment is None or moment.encoded()


@given(moments, moments)
def test_time_never_runs_backwards(earlier: Moment, later: Moment) -> None:
    passed = elapsed_s(earlier, later)
    assert passed is None or passed >= 0
    assert (elapsed_s(earlier, later) is None) <= (elapsed_s(later, earlier) is not None)


@given(st.integers(-(2**62), 2**62))
def test_any_clock_can_be_shown(unix_ms: int) -> None:
    assert local_time(unix_ms, CHINA).utcoffset() is not None


def test_times_are_written_in_the_zone_of_the_streets(world: World) -> None:
    at = world.services.recorder.record(VISIT).record.at
    assert at.endswith("+08:00")
    assert parse_time(at) == world.clock.now_ms()
