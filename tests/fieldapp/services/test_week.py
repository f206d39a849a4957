"""A week of rounds and of sending: by day and building, in the zone of the streets, never by person."""

from datetime import date

from fieldapp.services.places import Place
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_11,
    ENTRANCE_12,
    PERSON_2,
    PIN_2,
    START_MS,
    World,
    make_world,
    small_grid,
)

DAY_S = 86_400
MONDAY = date(2026, 11, 23)


def arrived(world: World, building: str, entrance: str | None = None) -> None:
    world.services.check_ins.arrive_again(Place(building, entrance), "list")


def on_patrol() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def looked_at(world: World) -> dict[str, str]:
    rows = world.services.weeks.rounds().rows
    return {row.id: "".join("=" if seen else "-" for seen in row.looked_at) for row in rows}


def test_the_days_are_seven_and_the_last_is_today() -> None:
    days = make_world().services.weeks.rounds().days
    assert days[-1] == MONDAY
    assert (len(days), (days[-1] - days[0]).days) == (7, 6)


def test_a_building_is_looked_at_on_a_day_however_often_and_by_whomever() -> None:
    world = on_patrol()
    arrived(world, BUILDING_1, ENTRANCE_11)
    arrived(world, BUILDING_1, ENTRANCE_12)
    world.clock.advance(2 * DAY_S)
    world.services.session.lock()
    world.signed_in(PERSON_2, PIN_2)
    arrived(world, BUILDING_1)
    arrived(world, BUILDING_2)
    assert looked_at(world) == {BUILDING_1: "----=-=", BUILDING_2: "------=", BUILDING_3: "-------"}
    week = world.services.weeks.rounds()
    assert week.per_day == (0, 0, 0, 0, 1, 0, 2)
    assert [row.count for row in week.rows] == [2, 1, 0]


def test_what_lies_eight_days_back_or_was_withdrawn_is_not_told() -> None:
    world = on_patrol()
    arrived(world, BUILDING_1)
    world.clock.advance(7 * DAY_S)
    arrived(world, BUILDING_2)
    world.services.check_ins.undo(world.journal.rows[-1])
    assert set(looked_at(world).values()) == {"-------"}


def test_a_day_ends_at_midnight_of_the_streets() -> None:
    world = on_patrol()
    world.clock.advance(16 * 3600 - 1)
    arrived(world, BUILDING_1)
    world.clock.advance(1)
    arrived(world, BUILDING_2)
    assert looked_at(world)[BUILDING_1] == "-----=-"
    assert looked_at(world)[BUILDING_2] == "------="


def test_an_empty_district_has_an_empty_week() -> None:
    reference = small_grid()
    reference.building_rows.clear()
    week = make_world(reference).services.weeks.rounds()
    assert week.rows == ()
    assert week.per_day == (0,) * 7


def test_what_was_sent_counts_on_the_day_on_which_the_server_proved_it() -> None:
    world = on_patrol()
    arrived(world, BUILDING_1)
    world.journal.settle(2, time_s=START_MS // 1000)
    arrived(world, BUILDING_2)
    world.journal.settle(3, time_s=START_MS // 1000 + 60)
    arrived(world, BUILDING_3)
    world.clock.advance(DAY_S)
    arrived(world, BUILDING_3)
    world.journal.settle(4, time_s=START_MS // 1000 + DAY_S)
    week = world.services.weeks.sent()
    assert [(day.records, day.times) for day in week.days] == [(0, 0)] * 5 + [(3, 2), (1, 1)]
    assert week.summary.unsettled == 1
    assert week.waiting_since is not None
    assert week.waiting_since.date() == date(2026, 11, 24)


def test_where_nothing_waits_there_is_no_oldest() -> None:
    assert make_world().services.weeks.sent().waiting_since is None
