"""What the tablet itself is like, on the screen: kept up to date although nobody touches it, and whole on one page."""

from msgspec.structs import replace

from fieldapp.messages import LinkChanged
from fieldapp.services.today import Battery
from fieldapp.status_line import RESERVES_EVERY_S, StatusLine
from sync.journal import SyncStatus
from tests.fieldapp.fake_devices import BADGE, FakeDevices
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, World, make_world
from tests.fieldapp.robot import Robot, robot_in


def with_battery(world: World, percents: list[int]) -> list[int]:
    """Give the tablet a battery; every look at it takes the last percent and leaves its place in the looks."""
    looks: list[int] = []

    def look() -> Battery:
        looks.append(percents[-1])
        return Battery(percents[-1])

    world.services.today = replace(world.services.today, battery=look)
    return looks


async def let_a_second_pass(robot: Robot) -> None:
    for line in robot.app.screen.query(StatusLine):
        line.tick()
    await robot.settle()


async def test_battery_and_disk_are_read_again_while_nobody_touches_the_home_screen() -> None:
    world, percents = make_world().signed_in(), [64]
    looks = with_battery(world, percents)
    async with robot_in(world, size=(160, 50)) as robot:
        looks.clear()
        percents.append(63)
        world.machine.free = 5_000_000_000
        world.clock.advance(RESERVES_EVERY_S - 1)
        await let_a_second_pass(robot)
        assert "64%" in robot.lines[0]
        world.clock.advance(1)
        await let_a_second_pass(robot)
        await let_a_second_pass(robot)
        assert "63%" in robot.lines[0]
        assert "5.0 GB" in robot.lines[0]
    assert looks == [63]


async def test_the_page_of_the_readers_says_how_the_tablet_stands() -> None:
    world = make_world().signed_in()
    async with robot_in(world, devices=FakeDevices(BADGE)) as robot:
        await robot.press("d")
        for words in ("This tablet", "Nothing to send", "Nothing proven yet", "clock right", "8.5 GB", "no battery"):
            assert robot.sees(words), words
        world.machine.free = 200_000_000
        robot.app.screen.stage.current.tick()
        await robot.settle()
        assert robot.sees("200 MB, low")


async def test_a_reader_that_is_lost_is_named_in_the_bar_and_the_others_are_counted() -> None:
    async with robot_in(make_world().signed_in(), devices=FakeDevices(BADGE), size=(160, 50)) as robot:
        for name, role in (("scan1", "scanner"), ("badge1", "badge"), ("badge2", "badge")):
            robot.app.post_message(LinkChanged(name, role, "ready"))
        await robot.settle()
        assert "3 readers ok" in robot.lines[0]
        robot.app.post_message(LinkChanged("badge2", "badge", "lost"))
        await robot.settle()
        assert robot.lines[0].index("badge lost") < robot.lines[0].index("2 readers ok")


async def test_whoever_is_about_to_end_the_shift_sees_how_sending_goes_on() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "6")
        robot.world.exchange.become(SyncStatus("sending", sent=1, total=9, send_left_s=120))
        await robot.settle()
        assert robot.sees("3 to be sent  about 2 min left")
        robot.world.journal.settle(3)
        robot.world.exchange.become(SyncStatus("done"))
        await robot.settle()
        assert robot.sees("All sent")


async def test_a_note_that_is_being_typed_stays_while_something_is_sent() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "6", "2")
        await robot.type("gate")
        robot.world.exchange.become(SyncStatus("sending", sent=1, total=9, send_left_s=120))
        await robot.settle()
        await robot.type(" open")
        assert robot.sees("gate open")
