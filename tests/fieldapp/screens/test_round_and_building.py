"""The round and a building's page, as they are walked through: what is left, how far, and what can be done there."""

import msgspec

from sync.records import CaseReport, CheckIn
from sync.reference import BuildingEntry
from tests.fieldapp.fake_receiver import FakeReceiver, Here
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_12,
    GRID,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    fixed_id,
    make_world,
    small_grid,
)
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.robot import Robot, robot_in

GLOVE_S = 1.0
"""Longer than the second tap of a finger in a glove takes."""


async def opened(robot: Robot, *keys: str) -> None:
    """Press keys, and let the finger rest."""
    await robot.press(*keys)
    robot.world.clock.advance(GLOVE_S)


async def test_one_key_shows_every_building_with_what_was_found_in_words() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "r")
        assert robot.panel == "round"
        assert robot.sees("Round 1: 0 of 3 buildings")
        assert robot.sees("1号楼  1/2")
        assert robot.sees("= Normal")
        assert robot.sees("- Not seen yet 2")


async def test_what_is_left_is_one_key_and_one_key_back() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_BUILDING_3)
        await robot.press("1", "r")
        assert robot.sees("甲3号楼  1/1")
        await robot.press("9")
        assert not robot.sees("甲3号楼  1/1")
        assert robot.sees("2号楼")
        await robot.press("9")
        assert robot.sees("甲3号楼  1/1")


async def test_the_nearest_is_first_with_its_direction_and_the_route_is_one_key_away() -> None:
    async with robot_in(make_world(placed_grid(), receiver=FakeReceiver(Here())).signed_in()) as robot:
        await robot.press("r")
        names = [line.split()[1] for line in robot.lines if "号楼" in line]
        assert names == ["甲3号楼", "2号楼", "1号楼"]
        assert robot.sees("110 m north")
        await robot.press("o")
        names = [line.split()[1] for line in robot.lines if "号楼" in line]
        assert names == ["1号楼", "2号楼", "甲3号楼"]


async def test_without_a_position_no_order_is_offered_and_no_distance_is_said() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("r")
        assert not robot.sees("Route order")
        assert not robot.sees("north")


async def test_a_grid_without_buildings_says_what_to_do() -> None:
    reference = small_grid()
    reference.building_rows.clear()
    async with robot_in(make_world(reference).signed_in()) as robot:
        await robot.press("r")
        assert robot.sees("connect once")
        await robot.press("enter", "9", "9")
        assert robot.panel == "round"


async def test_a_grid_of_four_hundred_buildings_is_walked_to_its_end() -> None:
    reference = small_grid()
    for number in range(400):
        reference.building_rows[fixed_id(1000 + number)] = BuildingEntry(f"乙{number}号楼", GRID, order=10 + number)
    async with robot_in(make_world(reference).signed_in()) as robot:
        await robot.press("r")
        assert robot.sees("Not seen yet 403")
        await robot.press("end", "enter")
        assert robot.panel == "building"
        assert robot.sees("乙399号楼")


async def test_a_page_shows_entrances_cases_numbers_and_what_happened() -> None:
    async with robot_in(make_world(placed_grid()).signed_in(), size=(100, 36)) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("3", "r")
        await opened(robot, "1")
        for words in (
            "院内台阶结冰",
            "110 police",
            "1单元",
            "x No access",
            "楼道照明不亮",
            "Being handled",
            "0000-0001",
        ):
            assert robot.sees(words), words
        assert robot.sees("this tablet's round")
        assert robot.sees("Mon 08:00  Check-in")
        assert robot.sees("yours")


async def test_a_page_shows_when_others_of_the_grid_were_last_there_and_never_who() -> None:
    async with robot_in(make_world(placed_grid()).signed_in(), size=(100, 36)) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await opened(robot, "1", "r")
        await opened(robot, "1")
        lines = [" ".join(line.split()) for line in robot.lines]
        own = next(place for place, line in enumerate(lines) if "11-23 Mon 08:00 Check-in yours" in line)
        others = next(place for place, line in enumerate(lines) if "11-22 Sun 15:42 Check-in your grid" in line)
        assert own < others
        assert "2单元 | No access" in lines[others + 1]
        assert not any(person.name in line for person in robot.world.reference.people().values() for line in lines)
        await robot.press(lines[others].split()[0])
        assert robot.panel == "building"
        assert robot.sees("Where, when and what was found; no names")


async def test_an_entrance_is_checked_in_at_from_the_page_by_hand() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await opened(robot, "r")
        await opened(robot, "1")
        await robot.press("2")
        body = robot.body()
        assert isinstance(body, CheckIn)
        assert (body.building, body.entrance, body.method) == (BUILDING_1, ENTRANCE_12, "list")
        assert robot.panel == "arrived"


async def test_the_second_tap_of_a_glove_on_the_list_checks_in_nowhere() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("r", "1", "1")
        assert robot.panel == "building"
        assert robot.kinds == []


async def test_check_in_asks_for_the_door_where_there_are_several() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await opened(robot, "r")
        await opened(robot, "1")
        await opened(robot, "9")
        assert robot.panel == "places"
        await robot.press("2")
        body = robot.body()
        assert isinstance(body, CheckIn)
        assert body.entrance == ENTRANCE_12


async def test_check_in_at_a_building_without_doors_is_one_key() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await opened(robot, "r")
        await opened(robot, "3")
        await robot.press("9")
        body = robot.body()
        assert isinstance(body, CheckIn)
        assert (body.building, body.entrance) == (BUILDING_3, None)


async def test_a_problem_from_the_page_is_at_that_building_wherever_one_was_last() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await opened(robot, "1", "r")
        await opened(robot, "2")
        await robot.press("p")
        assert robot.panel == "problem"
        await robot.press("1", "1", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert body.building == BUILDING_2


async def test_a_problem_at_the_building_of_the_last_arrival_keeps_its_door_and_check_in() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        arrival = robot.world.journal.rows[-1].record.id
        await opened(robot, "1", "r")
        await opened(robot, "1")
        await robot.press("p", "1", "1", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert (body.entrance, body.check_in) == (ENTRANCE_12, arrival)


async def test_a_half_written_visit_keeps_its_place_and_waits() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        robot.world.services.forms.put("visit", {"building": BUILDING_1, "note": "half"})
        await opened(robot, "r")
        await opened(robot, "2")
        await robot.press("v")
        assert robot.word == "Kept for later"
        assert robot.world.services.forms.values("visit")["building"] == BUILDING_2
        (half,) = robot.world.services.forms.half_written()
        assert (half.values["building"], half.values["note"]) == (BUILDING_1, "half")


async def test_ones_own_record_opens_from_the_page_and_somebody_elses_does_not() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_BUILDING_3)
        own = robot.world.journal.rows[-1].record
        other = msgspec.structs.replace(own, id=fixed_id(70), actor=fixed_id(2), shift=None)
        robot.world.journal.append(other)
        await opened(robot, "1", "r")
        await opened(robot, "3")
        await robot.press("1")
        assert robot.word == "Not yours"
        await robot.press("2")
        assert robot.panel == "record"


async def test_an_open_case_of_the_building_opens_from_its_page() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await opened(robot, "r")
        await opened(robot, "1")
        await robot.press("3")
        assert robot.panel == "case"
        assert robot.sees("楼道照明")


async def test_a_building_that_leaves_the_list_while_it_is_looked_at_says_so() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await opened(robot, "r")
        del robot.world.reference.building_rows[BUILDING_2]
        await opened(robot, "2")
        assert robot.sees("no longer in the district's list")
        await robot.press("9", "1", "enter", "0")
        assert robot.panel == "round"
