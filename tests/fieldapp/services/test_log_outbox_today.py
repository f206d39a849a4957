"""The log writes itself, the outbox shows each record's state, and home gathers what matters now."""

import pytest

from fieldapp.services.filling import begin_here
from fieldapp.services.places import Place
from fieldapp.services.shift_log import Log
from fieldapp.services.today import LOW_DISK_BYTES
from sync.journal import SyncStatus
from sync.records import CheckIn, ShiftStart
from tests.fieldapp.fakes import BUILDING_1, BUILDING_3, ENTRANCE_11, MATTER_LIGHT, World, make_world

DOOR = Place(BUILDING_1, ENTRANCE_11)


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def day_log(world: World) -> Log:
    log = world.services.day_log.read()
    assert log is not None
    return log


def shift_id(world: World) -> str:
    shift = world.services.shifts.current()
    assert shift is not None
    return shift.id


def test_the_log_has_a_line_for_each_fact_in_order(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR, "list")
    world.clock.advance(60)
    world.services.check_ins.say_normal(arrived.entry)
    world.services.problems.save({"matter": MATTER_LIGHT, "building": BUILDING_3, "description": "灯不亮"})
    log = day_log(world)
    assert [line.entry.record.kind for line in log.lines] == ["shift_start", "check_in", "case_report"]
    line = log.lines[1]
    assert isinstance(line.body, CheckIn)
    assert (line.body.result, line.at.strftime("%H:%M")) == ("normal", "08:00")
    assert line.place is not None
    assert line.place.entrance_name == "1单元"
    assert log.lines[2].matter is not None
    assert (log.counts.check_ins, log.counts.problems) == (1, 1)


def test_a_withdrawn_line_stays_and_says_so(world: World) -> None:
    arrived = world.services.check_ins.arrive(DOOR, "list")
    world.services.check_ins.undo(arrived.entry)
    log = day_log(world)
    assert [line.is_void for line in log.lines] == [False, True]


def test_a_check_in_with_a_problem_says_so(world: World) -> None:
    world.services.check_ins.arrive(DOOR, "list")
    begin_here(world.services, "problem")
    world.services.problems.save({"matter": MATTER_LIGHT, "description": "灯不亮"})
    assert day_log(world).lines[1].has_problem


def test_a_building_that_left_the_reference_data_still_has_its_line(world: World) -> None:
    world.services.check_ins.arrive(Place(BUILDING_3), "list")
    del world.reference.building_rows[BUILDING_3]
    line = day_log(world).lines[-1]
    assert line.place is not None
    assert line.place.building_name == ""


def test_the_outbox_shows_every_record_newest_first_in_pages(world: World) -> None:
    for _ in range(5):
        world.services.check_ins.arrive_again(DOOR, "list")
    world.journal.settle(4)
    first = world.services.outbox.page(limit=4)
    assert [(row.entry.n, row.entry.state) for row in first.rows] == [
        (6, "waiting"),
        (5, "waiting"),
        (4, "stored"),
        (3, "stored"),
    ]
    assert (first.summary.last_n, first.summary.watermark, first.summary.unsettled) == (6, 4, 2)
    second = world.services.outbox.page(limit=4, before_n=first.next_before_n)
    assert [row.entry.n for row in second.rows] == [2, 1]
    assert second.next_before_n is None


def test_a_withdrawal_has_its_own_row_in_the_outbox(world: World) -> None:
    world.services.check_ins.undo(world.services.check_ins.arrive(DOOR, "list").entry)
    kinds = [row.entry.record.kind for row in world.services.outbox.page().rows]
    assert kinds == ["void", "check_in", "shift_start"]


def test_home_before_anything_was_downloaded_asks_to_connect() -> None:
    world = make_world()
    world.reference.grid_entry = None
    world.reference.person_rows.clear()
    assert world.services.today.view().next == "download"


def test_home_leads_through_the_day() -> None:
    world = make_world()
    today = world.services.today
    assert today.view().next == "sign_in"
    world.signed_in()
    assert today.view().next == "start_shift"
    world.services.shifts.start()
    assert today.view().next == "scan"
    arrived = world.services.check_ins.arrive(DOOR, "list")
    assert today.view().next == "say_normal"
    world.services.check_ins.say_normal(arrived.entry)
    assert today.view().next == "scan"
    world.services.forms.put("problem", {"description": "半句"})
    assert today.view().next == "resume_draft"
    world.services.forms.discard("problem")
    world.services.shifts.end()
    assert today.view().next == "sync"
    world.journal.settle(len(world.journal.rows))
    assert today.view().next == "start_shift"


def test_home_offers_the_end_when_the_planned_rounds_are_done(world: World) -> None:
    world.services.shifts.end()
    world.services.shifts.start(ShiftStart(rounds_planned=1))
    for building in world.services.finder.buildings().find():
        doors = [Place(building.id, entrance) for entrance, _ in building.entrances] or [Place(building.id)]
        for door in doors:
            arrived = world.services.check_ins.arrive(door, "list")
            world.services.check_ins.say_normal(arrived.entry)
    view = world.services.today.view()
    assert view.next == "end_shift"
    assert world.services.rounds.done(shift_id(world)) == 1


def test_home_shows_what_the_ports_say(world: World) -> None:
    world.machine.free = LOW_DISK_BYTES - 1
    world.clock.offset_ms = 180_000
    world.exchange.become(SyncStatus("sending", 2, 5))
    view = world.services.today.view({"scan": "ready"})
    assert view.disk_is_low
    assert view.clock_is_off
    assert (view.clock, view.sync.phase, dict(view.links)) == ("good", "sending", {"scan": "ready"})
    assert view.summary.unsettled == 1
    assert view.grid is not None
    assert view.round is not None
    assert view.round.total == 5


def test_a_shift_of_yesterday_is_ended_first(world: World) -> None:
    world.clock.advance(24 * 3600)
    assert world.services.today.view().next == "end_old_shift"
