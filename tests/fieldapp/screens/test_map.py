"""The map as it is used: chosen by key and by finger, moved, opened; drawn once for each change."""

import msgspec

from fieldapp.presentation.grid_map import HERE
from fieldapp.widgets.map_view import MapView
from tests.fieldapp.fake_receiver import LAT, LON, FakeReceiver, Here
from tests.fieldapp.fakes import PLATE_BUILDING_3, make_world, small_grid
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.rest import resize
from tests.fieldapp.robot import Robot, robot_in


def map_of(robot: Robot) -> MapView:
    return robot.app.screen.query_one(MapView)


def where(robot: Robot, words: str) -> tuple[int, int]:
    """Return the column and the row of the map at which words stand."""
    region = map_of(robot).region
    line, text = next((line, text) for line, text in enumerate(robot.lines) if words in text and line >= region.y)
    return text.index(words) - region.x, line - region.y


async def test_one_key_from_today_and_one_from_the_round_show_the_map() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("g")
        assert robot.panel == "map"
        assert robot.sees("[-1]")
        await robot.press("0", "r", "g")
        assert robot.panel == "map"


async def test_the_map_shows_what_was_found_and_names_what_is_chosen_in_words() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.scan(PLATE_BUILDING_3)
        await robot.press("1", "g")
        assert robot.sees("=3")
        assert robot.sees("1号楼  0/2   - Not seen yet")
        assert robot.sees("= Normal 1")


async def test_the_next_building_is_chosen_and_opened_by_keys() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("g", "3")
        assert robot.sees("[-2]")
        await robot.press("enter")
        assert robot.panel == "building"
        assert robot.sees("2号楼")
        await robot.press("0")
        assert robot.panel == "map"
        assert robot.sees("[-2]")


async def test_a_finger_chooses_and_the_second_one_opens() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("g")
        await robot.pilot.click(map_of(robot), offset=where(robot, "-2"))
        await robot.settle()
        assert robot.panel == "map"
        assert robot.sees("[-2]")
        await robot.pilot.click(map_of(robot), offset=where(robot, "[-2]"))
        await robot.settle()
        assert robot.panel == "building"


async def test_arrows_move_and_keys_zoom_and_what_is_chosen_comes_back_into_sight() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("g")
        first = map_of(robot).lens
        await robot.press("right")
        assert map_of(robot).lens.middle[0] > first.middle[0]
        await robot.press("1")
        assert map_of(robot).lens.metres < first.metres
        await robot.press("right", "right", "right", "right", "right")
        assert not robot.sees("[-")
        await robot.press("3")
        assert robot.sees("[-2]")
        await robot.press("5")
        assert map_of(robot).lens == first


async def test_nothing_is_drawn_again_unless_something_changed() -> None:
    async with robot_in(make_world(placed_grid(), receiver=FakeReceiver(Here())).signed_in()) as robot:
        await robot.press("g")
        before = map_of(robot).frames
        for _second in range(5):
            robot.app.screen.query_one("#map").tick()  # type: ignore[attr-defined]
            await robot.settle()
        assert map_of(robot).frames == before
        await robot.press("1")
        assert map_of(robot).frames == before + 1


async def test_oneself_is_shown_while_a_position_is_fresh_and_gone_when_it_is_old() -> None:
    receiver = FakeReceiver(Here(LAT + 0.0015, LON + 0.0003))
    async with robot_in(make_world(placed_grid(), receiver=receiver).signed_in()) as robot:
        await robot.press("g")
        assert any(HERE in line for line in robot.lines)
        receiver.here = Here(LAT + 0.0015, LON + 0.0003, age_s=60.0)
        await robot.press("3")
        assert not any(HERE in line for line in robot.lines)


async def test_a_grid_whose_places_nobody_gave_says_so() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("g")
        assert robot.sees("Nobody has said yet where the buildings are")
        await robot.press("3", "1", "2", "5", "4", "enter", "left")
        assert robot.panel == "map"


async def test_a_grid_without_buildings_says_what_to_do() -> None:
    reference = small_grid()
    reference.building_rows.clear()
    async with robot_in(make_world(reference).signed_in()) as robot:
        await robot.press("g")
        assert robot.sees("connect once")


async def test_a_building_that_has_no_place_is_counted_beside_the_map() -> None:
    reference = placed_grid()
    key = next(iter(reference.building_rows))
    reference.building_rows[key] = msgspec.structs.replace(reference.building_rows[key], lat=None)
    async with robot_in(make_world(reference).signed_in()) as robot:
        await robot.press("g")
        assert robot.sees("1 building not on the map")


async def test_a_screen_that_is_resized_shows_the_map_whole_again() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.press("g", "1", "1", "1", "1")
        await resize(robot.app, 120, 40)
        for label in ("[-1]", "-2", "-3"):
            assert robot.sees(label)
