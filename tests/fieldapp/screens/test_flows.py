"""What people do all day, counted in keys: an arrival 0, normal 1, a problem at most 5, a visit 3, the end 2."""

from fieldapp.widgets.line import PlainInput
from sync.records import CaseReport, CheckIn, ShiftStart, Visit, Void
from tests.fieldapp.fakes import BADGE_1, BADGE_2, PERSON_2, PIN_1, PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, make_world
from tests.fieldapp.robot import robot_in


async def test_a_badge_and_a_pin_sign_in() -> None:
    async with robot_in(make_world()) as robot:
        await robot.tap(BADGE_1)
        await robot.press(*PIN_1)
        assert robot.panel == "today"
        assert robot.sees("网格员 1")


async def test_a_name_and_a_pin_sign_in() -> None:
    async with robot_in(make_world()) as robot:
        await robot.press("1", *PIN_1)
        assert robot.panel == "today"


async def test_a_wrong_pin_says_so_and_asks_again() -> None:
    async with robot_in(make_world()) as robot:
        await robot.press("1", *"000000")
        assert robot.word == "Not signed in"
        await robot.press(*PIN_1)
        assert robot.panel == "today"


async def test_the_first_scan_starts_the_shift_and_is_an_arrival_without_any_key() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.kinds == ["shift_start", "check_in"]
        assert isinstance(robot.body(0), ShiftStart)
        assert robot.word == "Arrived, saved"
        assert robot.panel == "arrived"
        assert robot.sees("1号楼 1单元")
        assert robot.keys == 0


async def test_normal_is_one_key() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "normal"
        assert robot.panel == "today"
        assert robot.keys == 1


async def test_enter_takes_the_highlighted_normal() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("enter")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "normal"


async def test_a_touch_does_what_its_key_does() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.touch("arrived.no_access")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "no_access"


async def test_a_problem_is_at_most_five_keys() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.description == "Seen on the patrol"
        assert case.check_in == robot.world.journal.rows[1].record.id
        assert robot.keys <= 5
        assert robot.panel == "today"


async def test_a_visit_is_three_keys() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("4", "1", "2")
        visit = robot.body()
        assert isinstance(visit, Visit)
        assert (visit.purpose, visit.outcome) == ("care", "absent")
        assert robot.keys == 3


async def test_the_end_of_the_shift_and_its_sync_are_two_keys() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0")
        robot.keys = 0
        await robot.press("6", "1")
        assert robot.kinds[-1] == "shift_end"
        assert robot.world.exchange.requests == 1
        assert robot.panel == "outbox"
        assert robot.keys == 2


async def test_keys_typed_ahead_meet_the_panel_they_were_meant_for() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press_at_once("2", "1", "1", "enter")
        assert robot.kinds == ["shift_start", "check_in", "case_report"]


async def test_a_key_typed_ahead_waits_for_a_panel_that_is_not_open_yet() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press_at_once("2", "9")
        assert isinstance(robot.app.screen.focused, PlainInput), "9: to search, in the form only"


async def test_a_second_scan_offers_normal_for_the_place_before() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.scan(PLATE_ENTRANCE_12)
        assert robot.sees("Still open: 1号楼 1单元")
        await robot.press("6")
        said = robot.body()
        assert isinstance(said, CheckIn)
        assert said.result == "normal"
        assert robot.panel == "arrived"


async def test_the_same_plate_soon_again_says_already_and_records_nothing() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        robot.world.clock.advance(40)
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.kinds == ["shift_start", "check_in"]
        assert robot.sees("40 s ago")
        await robot.press("7")
        assert robot.kinds == ["shift_start", "check_in", "check_in"]


async def test_undo_takes_an_arrival_back_within_ten_seconds() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        robot.world.clock.advance(9)
        await robot.press("u")
        taken_back = robot.body()
        assert isinstance(taken_back, Void)
        assert taken_back.target == robot.world.journal.rows[1].record.id


async def test_undo_after_ten_seconds_says_too_late() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        robot.world.clock.advance(11)
        await robot.press("u")
        assert robot.word == "Too late"
        assert robot.kinds == ["shift_start", "check_in"]


async def test_undoing_a_problem_brings_its_form_back_filled_in() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "enter", "u")
        assert robot.kinds[-1] == "void"
        assert robot.panel == "problem"
        assert robot.sees("Seen on the patrol")


async def test_a_colleagues_badge_hands_the_tablet_over() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.tap(BADGE_2)
        assert robot.panel == "handover"
        await robot.press("1")
        assert robot.panel == "SignInScreen"
        assert robot.sees("网格员 2")
        assert robot.world.services.session.state().person is not None
        assert robot.world.services.session.find(PERSON_2) == robot.world.services.session.state().person
