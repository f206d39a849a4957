"""Looking back on a week: from the round to its buildings, from the outbox to what was sent; in words too."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from fieldapp.app import FieldApp
from fieldapp.services.places import Place
from fieldapp.text import Language, use_language
from fieldapp.widgets.day_bars import DayBars
from sync.journal import SyncStatus
from tests.fieldapp.fakes import BUILDING_1, BUILDING_2, BUILDING_3, START_MS, World, make_world
from tests.fieldapp.rest import resize
from tests.fieldapp.robot import Robot, robot_in

DAY_S = 86_400
SIZES = ((80, 24), (56, 18), (160, 50))


def with_a_week() -> World:
    """Return a tablet that was in use on three days of the week."""
    world = make_world().signed_in()
    world.services.shifts.start()
    for buildings, days in (((BUILDING_1, BUILDING_2, BUILDING_3), 3), ((BUILDING_1,), 2), ((BUILDING_2,), 0)):
        for building in buildings:
            world.services.check_ins.arrive_again(Place(building), "list")
        world.journal.settle(len(world.journal.rows), time_s=START_MS // 1000)
        world.clock.advance(days * DAY_S)
        # The tablet has locked itself meanwhile.
        world.services.session.lock()
        world.signed_in()
    world.services.check_ins.arrive_again(Place(BUILDING_1), "list")
    return world


async def test_the_round_leads_to_its_week_and_the_week_to_a_building() -> None:
    async with robot_in(with_a_week()) as robot:
        await robot.press("r", "w")
        assert robot.panel == "week"
        assert robot.sees("Looked at: today 2 of 3, in seven days 3")
        assert robot.sees("-Sun =Mon -Tue -Wed =Thu -Fri =Sat")
        assert robot.sees("3/7")
        await robot.press("1")
        assert robot.panel == "building"
        await robot.press("0", "0", "0")
        assert robot.panel == "today"


async def test_the_outbox_leads_to_what_was_sent_and_what_waits() -> None:
    async with robot_in(with_a_week()) as robot:
        await robot.press("5", "w")
        assert robot.panel == "sent"
        assert robot.sees("In seven days 6 records were sent")
        assert robot.sees("1 record waits")
        robot.world.journal.settle(7, time_s=START_MS // 1000 + 5 * DAY_S)
        robot.world.exchange.become(SyncStatus("done"))
        await robot.settle()
        assert robot.sees("In seven days 7 records were sent")
        assert robot.sees("Nothing waits")


async def test_on_an_empty_tablet_both_say_that_there_is_nothing() -> None:
    world = make_world().signed_in()
    world.reference.building_rows.clear()
    async with robot_in(world) as robot:
        await robot.press("5", "w")
        assert robot.sees("In seven days 0 records were sent")
        assert robot.sees("Nothing was sent")
        await robot.press("0", "0", "r", "w")
        assert robot.sees("No buildings yet")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_every_day_has_its_number_and_its_name_at_every_size(language: Language) -> None:
    use_language(language)
    async with robot_in(with_a_week()) as robot:
        await robot.press("r", "w")
        for size in SIZES:
            await resize(robot.app, *size)
            bars = robot.app.screen.query_one(DayBars)
            numbers, names = (bars.render_line(bars.size.height - line).text.split() for line in (2, 1))
            assert numbers == ["0", "3", "0", "0", "1", "0", "2"]
            assert len(names) == 7
            assert ".." not in "".join(names)


@pytest.mark.parametrize(("size", "theme", "language"), [((80, 24), "sun", "zh_CN"), ((100, 30), "night", "en")])
@pytest.mark.parametrize("screen", ["week", "sent"])
def test_a_week_looks_as_pinned(
    snap_compare: Callable[..., bool], screen: str, size: tuple[int, int], theme: str, language: Language
) -> None:
    use_language(language)
    world = with_a_week()
    app = FieldApp(world.services, theme=theme)

    async def walk(pilot: Pilot[Any]) -> None:
        robot = Robot(app, pilot, world)
        await robot.settle()
        await robot.press("r" if screen == "week" else "5", "w")

    assert snap_compare(app, terminal_size=size, run_before=walk)
