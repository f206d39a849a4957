"""Everything beside the main road: finding, joining, receipts, help, languages, looks, lists, the demo."""

from collections.abc import Sequence
from dataclasses import replace

from fieldapp.messages import DemoAction
from fieldapp.text import current_language
from fieldapp.widgets.demo_strip import DemoStrip
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.qr import qr_lines
from fieldapp.widgets.windowed_list import WindowedList
from sync.journal import Enrolment, SyncStatus
from sync.receipts import receipt_text
from sync.records import CaseReport, CheckIn, ShiftEnd, Visit, Void
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_3,
    ENTRANCE_12,
    PIN_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    FakeEnroller,
    FakeReference,
    World,
    make_world,
    small_grid,
)
from tests.fieldapp.robot import robot_in


async def test_a_category_is_found_by_its_initials() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "9")
        await robot.type("lljf")
        assert robot.sees("Dispute")
        await robot.press("enter", "1", "enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.matter_code == "10986"


async def test_while_finding_a_function_key_takes_a_row_and_digits_are_text() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "9")
        await robot.type("109")
        assert robot.sees("Smell of gas")
        await robot.press("down", "f1", "1", "enter")
        assert isinstance(robot.body(), CaseReport)


async def test_a_danger_says_at_once_whom_to_call() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "9")
        await robot.type("rqyw")
        await robot.press("enter")
        assert robot.word == "Danger: call 119 first"


async def test_solved_on_the_spot_asks_what_was_done() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "2", "1", "1")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.self_resolved
        assert case.action == "Cleared away"


async def test_a_building_is_found_by_number_and_has_one_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "9")
        await robot.type("3")
        await robot.press("enter")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert (arrival.building, arrival.method) == (BUILDING_3, "list")


async def test_a_house_typed_with_its_door_is_checked_in_at_that_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "9")
        await robot.type("1-2")
        assert robot.sees("1号楼 2单元")
        await robot.press("enter")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert (arrival.building, arrival.entrance, arrival.method) == (BUILDING_1, ENTRANCE_12, "list")


async def test_the_code_of_a_plate_typed_into_the_list_finds_its_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "9")
        robot.app.screen.query_one("#places-line", PlainInput).put(PLATE_ENTRANCE_12.lower())
        await robot.settle()
        await robot.press("enter")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.entrance == ENTRANCE_12


async def test_a_building_tapped_twice_chooses_no_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "2", "2")
        robot.world.clock.advance(0.3)
        await robot.press("2")
        assert robot.panel == "places"
        assert "check_in" not in robot.kinds
        robot.world.clock.advance(0.2)
        await robot.press("1")
        assert "check_in" in robot.kinds


async def test_a_row_that_is_touched_is_chosen() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1")
        robot.look()
        await robot.pilot.click(robot.app.screen.query_one("#places-list", WindowedList), offset=(8, 4))
        await robot.settle()
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.building == BUILDING_3


async def test_a_visit_can_say_more_before_it_is_saved() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("4", "1", "9", "1")
        await robot.type("301")
        await robot.press("enter", "2", "1", "3", "0", "4", "1", "0", "1")
        visit = robot.body()
        assert isinstance(visit, Visit)
        assert visit.flat
        assert visit.needs == ("repair", "errand")
        assert visit.follow_up_on == "2026-11-24"


async def test_points_that_are_not_fine_lead_to_the_problem() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("5", "1", "2", "2", "9")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "issue"
        assert said.checks == {"stair": "ok", "lights": "issue"}
        assert robot.panel == "problem"


async def test_the_log_withdraws_a_record_with_a_reason() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0", "4", "1", "1")
        withdrawn = robot.body()
        assert isinstance(withdrawn, Void)
        assert withdrawn.reason == "wrong_place"
        robot.app.screen.query_one(Flash).hide()
        await robot.settle()
        assert robot.sees("withdrawn")


async def test_the_end_of_a_shift_warns_of_a_telephone_number_and_ends_anyway_when_asked_again() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0", "6", "2")
        await robot.type("call 13800138000")
        await robot.press("enter", "1")
        assert (robot.word, robot.panel) == ("Look again", "shift_end")
        assert "shift_end" not in robot.kinds
        assert robot.sees("End as it is")
        await robot.press("1")
        end = robot.body()
        assert isinstance(end, ShiftEnd)
        assert (end.note, robot.panel) == ("call 13800138000", "outbox")


async def test_the_end_of_a_shift_takes_a_note() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0", "6", "2")
        await robot.type("quiet day")
        await robot.press("enter", "1")
        end = robot.body()
        assert isinstance(end, ShiftEnd)
        assert end.note == "quiet day"


async def test_the_receipt_is_a_code_that_fits_the_smallest_screen() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        world.journal.settle(2)
        world.exchange.become(SyncStatus("done", proven_at_ms=world.clock.now_ms()))
        await robot.press("0", "5", "r")
        assert robot.panel == "ReceiptScreen"
        assert robot.sees(" ".join("A7K2QM"))
        assert world.journal.receipt is not None
        code = qr_lines(receipt_text(world.journal.receipt.signed))
        assert (len(code[0]), len(code)) == (45, 23)
        shown = [line[-45:] for line in robot.lines]
        assert list(code) == [line for line in shown if line.strip()][: len(code)] or set(code) <= set(shown)
        await robot.press("0")
        assert robot.panel == "outbox"


async def test_the_outbox_follows_the_sync() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0", "5", "9")
        assert world.exchange.requests == 1
        world.exchange.become(SyncStatus("sending", sent=1, total=2))
        await robot.settle()
        assert robot.sees("1 of 2")
        world.journal.settle(2)
        world.exchange.become(SyncStatus("done", proven_at_ms=world.clock.now_ms()))
        await robot.settle()
        assert robot.sees("All sent")
        assert robot.sees("Online")


async def test_one_key_speaks_another_language_at_once() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        assert robot.sees("Today's log")
        await robot.press("l")
        assert current_language() == "zh_CN"
        assert not robot.sees("Today's log")
        await robot.press("L")
        assert robot.sees("Today's log")
        assert robot.world.settings.get("ui.language") == "en"


async def test_one_key_wears_another_look_and_the_next_start_remembers() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.press("t")
        assert robot.app.theme == "night"
        await robot.press("z")
        assert robot.app.theme == "night-large"
    async with robot_in(world.restarted()) as robot:
        assert robot.app.theme == "night-large"
        assert robot.app.has_class("-large")


async def test_help_lists_the_keys_and_any_key_closes_it() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("question_mark")
        assert robot.panel == "HelpScreen"
        assert robot.sees("Everywhere")
        await robot.press("0")
        assert robot.panel == "today"


def joining() -> World:
    world = make_world()
    return replace(world, enroller=FakeEnroller(Enrolment("none"))).restarted()


async def test_a_new_tablet_joins_with_a_scanned_code_and_six_digits() -> None:
    async with robot_in(joining()) as robot:
        assert robot.panel == "EnrolScreen"
        await robot.scan("XGE1 https://case.example 0123456789ABCDEFGHJKMNPQR")
        assert robot.sees("Compare these six digits")
        for _poll in range(2):
            robot.app.screen.poll()  # type: ignore[attr-defined]  # the screen's timer, without its wait
            await robot.settle()
        assert robot.panel == "SignInScreen"
        await robot.press("1", *PIN_1)
        assert robot.panel == "today"


class FakeDemo:
    """A demo that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def actions(self) -> Sequence[DemoAction]:
        return [DemoAction("scan", "Next plate", "f1"), DemoAction("cut", "Cut network", "f2")]

    def hint(self) -> str:
        return f"Press F1 to scan ({len(self.asked)})"

    def run(self, action: str, mode: str = "") -> str:
        self.asked.append(f"{action} {mode}".strip())
        return f"did {action}"


async def test_the_demo_strip_works_by_key_and_by_touch_also_while_typing() -> None:
    demo = FakeDemo()
    async with robot_in(make_world().signed_in(), demo=demo) as robot:
        assert robot.sees("Press F1 to scan (0)")
        await robot.press("f1", "1", "9", "f2")
        await robot.touch("scan")
        assert demo.asked == ["scan", "cut", "scan"]
        assert robot.word == "did scan"
        assert robot.sees("Press F1 to scan (3)")
        assert robot.panel == "places"


async def test_the_demo_is_told_when_plates_are_put_up() -> None:
    demo = FakeDemo()
    async with robot_in(make_world().signed_in(), demo=demo) as robot:
        await robot.press("m", "f1", "2", "f1")
        assert demo.asked == ["scan mount", "scan mount"]


async def test_the_demo_strip_is_there_only_in_the_demo() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        assert not robot.app.screen.query(DemoStrip)


async def test_names_that_come_with_the_first_sync_appear_at_once() -> None:
    world = make_world(FakeReference())
    async with robot_in(world) as robot:
        assert robot.sees("No names yet")
        grown = small_grid()
        world.reference.person_rows.update(grown.person_rows)
        world.exchange.become(SyncStatus("done", proven_at_ms=world.clock.now_ms()))
        await robot.settle()
        assert robot.sees("网格员 1")


async def test_help_opens_on_the_locked_screen_too_and_shows_nobodys_work() -> None:
    async with robot_in(make_world()) as robot:
        await robot.touch("everywhere.help")
        assert robot.panel == "HelpScreen"
        await robot.press("escape")
        assert robot.panel == "SignInScreen"


async def test_rows_name_the_keys_that_choose_them_also_while_somebody_types() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1")
        assert not robot.sees("F1")
        await robot.press("9")
        assert robot.sees("F1"), "digits are text now"
        await robot.press("f1")
        assert not isinstance(robot.app.screen.focused, PlainInput)
