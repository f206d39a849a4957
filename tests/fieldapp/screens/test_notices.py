"""What the desk says to everybody of the grid, as people meet it: on the home screen, in the list, whole."""

import pytest
from msgspec.structs import replace

from fieldapp.text import use_language
from sync.journal import SyncStatus
from sync.reference import NoticeEntry
from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fakes import PIN_1, PLATE_ENTRANCE_12, World, make_world, small_grid
from tests.fieldapp.notice_rows import LONG_TEXT, NOTICE_FORM, NOTICE_ICE, NOTICE_WATER, with_notices
from tests.fieldapp.rest import resize
from tests.fieldapp.robot import Robot, robot_in
from tests.fieldapp.screens.test_hostile_text import HOSTILE, seen

ICE = "屋檐有冰溜子"


@pytest.fixture
def world() -> World:
    return make_world(with_notices(small_grid())).signed_in()


async def test_home_says_the_urgent_one_and_one_key_lists_all_the_urgent_first(world: World) -> None:
    async with robot_in(world) as robot:
        assert robot.sees(f"Urgent notice  {ICE}")
        assert robot.sees("Notices 3")
        await robot.press("k")
        text = robot.text
        assert text.index(ICE) < text.index("明天 8 点到 17 点停水") < text.index("走访表换新版")
        assert not robot.sees("昨天的事")


async def test_a_notice_is_opened_by_enter_by_its_digit_and_by_a_touch(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "enter")
        assert (robot.panel, robot.sees(ICE), robot.sees("合成街道")) == ("notice", True, True)
        await robot.press("0", "3")
        assert (robot.panel, robot.sees("旧表不用了")) == ("notice", True)
        await robot.press("0")
        robot.look()
        row = next(place for place, line in enumerate(robot.lines) if ICE in line)
        robot.touch_cell(20, row)
        await robot.settle()
        assert (robot.panel, robot.sees(ICE)) == ("notice", True)


async def test_a_finger_on_the_urgent_line_opens_it_and_one_on_the_rounds_bar_does_nothing(world: World) -> None:
    async with robot_in(world) as robot:
        row = next(place for place, line in enumerate(robot.lines) if ICE in line)
        robot.look()
        robot.touch_cell(70, row)
        await robot.settle()
        assert (robot.panel, robot.sees("合成街道")) == ("notice", True)
        world.reference.notice_rows = {}
        await robot.press("0")
        robot.look()
        robot.touch_cell(70, row)
        await robot.settle()
        assert robot.panel == "today"


async def test_an_opened_notice_counts_no_more_and_stands_below_what_is_asked(world: World) -> None:
    with_casework(world.reference)
    async with robot_in(world, size=(100, 40)) as robot:
        assert robot.sees("Tasks 6")
        await robot.press("k", "2", "0")
        text = robot.text
        assert robot.sees("Tasks 3  Notices 3")
        assert text.index("走访表换新版") < text.index("供热管道漏水") < text.index("明天 8 点到 17 点停水")
        await robot.press("0")
        assert robot.sees("Tasks 5")


async def test_opened_notices_alone_are_still_one_key_away_without_a_number(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "1", "0", "2", "0", "3", "0", "0")
        assert robot.sees("Notices")
        assert not robot.sees("Notices 3")
        assert robot.sees(ICE), "what is urgent stays on the home screen while it holds"
        await robot.press("k")
        assert robot.panel == "tasks"


@pytest.mark.parametrize("size", [(80, 24), (56, 18)])
async def test_a_notice_of_500_characters_is_read_to_its_end(world: World, size: tuple[int, int]) -> None:
    text = "".join(f"第{number:03d}句。" for number in range(83))
    world.reference.notice_rows = {NOTICE_WATER: NoticeEntry(text)}
    async with robot_in(world, size=size, theme="sun-large") as robot:
        await robot.press("k", "1")
        assert robot.sees("第000句")
        read = set()
        for _page in range(4):
            read |= {number for number in range(83) if f"第{number:03d}句" in joined(robot)}
            if len(read) == 83:
                break
            await robot.touch("notice.on")
        assert read == set(range(83))


def joined(robot: Robot) -> str:
    """Return what is on the screen without the breaks between lines."""
    return "".join(line.strip() for line in robot.lines)


async def test_arrows_pages_and_enter_move_the_words_and_the_end_begins_again(world: World) -> None:
    async with robot_in(world, size=(56, 18)) as robot:
        first = "明天 8 点到 17 点停水"
        await robot.press("k", "2")
        await robot.press("down")
        assert not robot.sees(first)
        await robot.press("up")
        assert robot.sees(first)
        await robot.press("pagedown")
        assert not robot.sees(first)
        await robot.press("home", "enter")
        assert not robot.sees(first)
        await robot.press("end", "enter")
        assert robot.sees(first)


async def test_reading_on_is_offered_only_where_something_follows(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "2")
        assert not robot.sees("Read on")
        await resize(robot.app, 56, 18)
        assert robot.sees("Read on")


async def test_what_comes_while_one_stands_at_home_is_said_there_as_soon_as_the_sync_rests(world: World) -> None:
    notices = world.reference.notice_rows
    world.reference.notice_rows = {}
    async with robot_in(world) as robot:
        assert not robot.sees(ICE)
        world.reference.notice_rows = notices
        world.exchange.become(SyncStatus("receiving"))
        await robot.settle()
        assert not robot.sees(ICE)
        world.exchange.become(SyncStatus("idle"))
        await robot.settle()
        assert robot.sees(f"Urgent notice  {ICE}")
        assert robot.sees("Notices 3")


async def test_what_came_while_the_tablet_was_locked_is_said_after_the_sign_in(world: World) -> None:
    with_casework(world.reference)
    notices = world.reference.notice_rows
    world.reference.notice_rows = {}
    async with robot_in(world) as robot:
        await robot.press("9")
        world.reference.notice_rows = notices
        world.exchange.become(SyncStatus("idle"))
        await robot.settle()
        assert not robot.sees(ICE)
        await robot.press(*PIN_1)
        assert (robot.panel, robot.sees(ICE), robot.sees("Tasks 6")) == ("today", True, True)


async def test_news_of_the_sync_leave_what_is_open_at_home_as_it_is(world: World) -> None:
    notices = world.reference.notice_rows
    world.reference.notice_rows = {}
    async with robot_in(world) as robot:
        await robot.press("e")
        world.reference.notice_rows = notices
        world.exchange.become(SyncStatus("idle"))
        await robot.settle()
        assert robot.sees("Notices 3")
        assert not robot.sees(ICE)
        await robot.press("0")
        assert robot.sees(ICE)


async def test_a_notice_that_was_withdrawn_meanwhile_says_so(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k")
        del world.reference.notice_rows[NOTICE_ICE]
        await robot.press("1")
        assert robot.sees("This notice is over or was withdrawn")
        await robot.press("0", "0")
        assert not robot.sees("Urgent notice")


async def test_an_open_notice_is_left_by_a_scan(world: World) -> None:
    async with robot_in(world) as robot:
        await robot.press("k", "1")
        await robot.scan(PLATE_ENTRANCE_12)
        assert robot.panel == "arrived"


async def test_the_urgent_line_makes_home_no_fuller_on_the_smallest_panel(world: World) -> None:
    use_language("zh_CN")
    notices = world.reference.notice_rows
    world.reference.notice_rows = {NOTICE_FORM: notices[NOTICE_FORM]}
    async with robot_in(world, size=(56, 18)) as robot:
        before = [(tile.region, field.region) for field, tile in robot.tiles()]
        world.reference.notice_rows = {NOTICE_FORM: notices[NOTICE_FORM], NOTICE_ICE: notices[NOTICE_ICE]}
        world.exchange.become(SyncStatus("idle"))
        await robot.settle()
        assert robot.sees(ICE)
        assert [(tile.region, field.region) for field, tile in robot.tiles()] == before


async def test_ten_thousand_hostile_characters_are_shown_safely(world: World) -> None:
    long = "".join(HOSTILE)[:10_000].ljust(10_000, "楼")
    world.reference.notice_rows = {
        NOTICE_ICE: NoticeEntry(long, long, long, long, urgent=True),
        NOTICE_WATER: replace(NoticeEntry("\n" * 10_000), desk="\n\n[red]"),
    }
    async with robot_in(world, size=(56, 18)) as robot:
        await seen(robot)
        for keys in (("k",), ("1",), ("1",), ("end",), ("0", "2")):
            await robot.press(*keys)
            await seen(robot)
        assert robot.panel == "notice"


async def test_the_long_text_of_the_gallery_is_as_long_as_a_desk_may_write() -> None:
    assert 450 < len(LONG_TEXT) <= 500
