"""What people do all day, line by line, in as many lines as the app takes keys."""

from sync.records import CaseReport, CheckIn, ShiftStart, Visit, Void
from tests.fieldapp.fakes import (
    BADGE_1,
    BUILDING_1,
    ENTRANCE_12,
    PIN_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    make_world,
)
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.plain.talker import Talker


def test_a_badge_and_a_pin_sign_in() -> None:
    talker = Talker(make_world())
    talker.taps(BADGE_1)
    assert talker.hears("网格员 1, Enter your PIN", "PIN:")
    talker.types(PIN_1)
    assert talker.page == "today"
    assert talker.hears("网格员 1, no shift is open")


def test_a_name_and_a_pin_sign_in() -> None:
    talker = Talker(make_world())
    assert talker.text.startswith("Tap your badge or choose your name\n1 网格员 1\n2 网格员 2\n")
    talker.types("1", PIN_1)
    assert talker.page == "today"


def test_a_pin_is_asked_for_without_echo_and_never_written_down() -> None:
    talker = Talker(make_world())
    talker.types("1")
    assert talker.echo.shown[-1] is False
    talker.types(PIN_1)
    assert talker.echo.shown[-1] is True
    script = Talker(make_world(), is_typed=False)
    script.types("1", PIN_1, "4")
    assert PIN_1 not in talker.text + script.text
    assert "Your choice, Enter is 6 Start shift: 4\n" in script.text


def test_a_wrong_pin_says_so_and_asks_again() -> None:
    talker = Talker(make_world())
    talker.types("1", "000000")
    assert talker.hears("Not signed in, Wrong PIN, try again", "PIN:")
    talker.types(PIN_1)
    assert talker.page == "today"


def test_what_is_no_pin_costs_no_try() -> None:
    talker = Talker(make_world())
    talker.types("1")
    for _time in range(10):
        talker.types("12345")
    assert talker.hears("A PIN has six digits")
    talker.types(PIN_1)
    assert talker.page == "today"


def test_another_name_can_be_chosen_before_the_pin() -> None:
    talker = Talker(make_world())
    talker.types("2", "0")
    assert talker.hears("Tap your badge or choose your name", "2 网格员 2")
    talker.types("1", PIN_1)
    assert talker.hears("网格员 1")


def test_the_first_scan_starts_the_shift_and_is_an_arrival_without_any_key() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.kinds == ["shift_start", "check_in"]
    assert isinstance(talker.body(0), ShiftStart)
    assert talker.hears("Arrived, saved, 1号楼 1单元", "1 Normal", "2 Problem")
    assert talker.keys == 0


def test_a_typed_plate_is_an_arrival_from_wherever_one_is() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("4", PLATE_ENTRANCE_11.lower())
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert arrival.method == "manual"
    assert talker.hears("Arrived, saved, 1号楼 1单元")


def test_normal_is_one_key() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("1")
    said = talker.body()
    assert isinstance(said, CheckIn)
    assert said.result == "normal"
    assert talker.hears("Normal, saved, 1号楼 1单元", "网格员 1, Round 1: 1 of 5")
    assert talker.keys == 1


def test_enter_does_what_stands_behind_the_question() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.hears("Your choice, Enter is 1 Normal:")
    talker.types("")
    said = talker.body()
    assert isinstance(said, CheckIn)
    assert said.result == "normal"


def test_a_problem_is_at_most_five_keys() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1", "1")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert case.description == "Seen on the patrol"
    assert case.check_in == talker.world.journal.rows[1].record.id
    assert talker.keys <= 5
    assert talker.hears("Saved, Stair light out 1号楼 1单元")


def test_a_visit_is_three_keys() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("4", "1", "2")
    visit = talker.body()
    assert isinstance(visit, Visit)
    assert (visit.purpose, visit.outcome) == ("care", "absent")
    assert talker.keys == 3
    assert talker.hears("Saved, Care visit 1号楼 1单元")


def test_a_visit_without_a_place_says_so_and_leads_to_the_places() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("3", "1", "1")
    assert talker.hears("Not yet, Place is missing", "No place yet: scan a plate, or choose", "4 Place")
    talker.types("4", "1", "2")
    assert talker.hears("Care visit")
    talker.types("1")
    visit = talker.body()
    assert isinstance(visit, Visit)
    assert (visit.building, visit.entrance) == (BUILDING_1, ENTRANCE_12)


def test_the_end_of_the_shift_and_its_sync_are_two_keys() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("0")
    talker.keys = 0
    talker.types("6", "1")
    assert talker.kinds[-1] == "shift_end"
    assert talker.world.exchange.requests > 0
    assert talker.hears("Shift ended, saved")
    assert talker.keys == 2


def test_the_shift_starts_with_the_weather() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("6")
    assert talker.hears("How is the weather? Choosing it starts the shift", "4 Snow")
    talker.types("4")
    start = talker.body()
    assert isinstance(start, ShiftStart)
    assert start.weather == "snow"
    assert talker.hears("Shift started, saved")


def test_a_second_scan_offers_normal_for_the_place_before() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.scans(PLATE_ENTRANCE_12)
    assert talker.hears("Still open: 1号楼 1单元. 6 says it was normal", "6 Last place normal")
    talker.types("6")
    said = talker.body()
    assert isinstance(said, CheckIn)
    assert said.result == "normal"
    assert talker.page == "arrived"
    assert not talker.hears("6 Last place normal")


def test_the_same_plate_soon_again_says_already_and_records_nothing() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.world.clock.advance(40)
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.kinds == ["shift_start", "check_in"]
    assert talker.hears("Already here, 1号楼 1单元, 40 s ago", "7 Arrived again")
    talker.types("7")
    assert talker.kinds == ["shift_start", "check_in", "check_in"]
    assert talker.hears("Arrived, saved")


def test_point_by_point_an_issue_leads_to_the_problem() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("5", "1", "2", "2")
    assert talker.hears("1 Stairs, Fine", "2 Lights, Not fine", "3 Door, not looked at")
    talker.types("9")
    said = talker.body()
    assert isinstance(said, CheckIn)
    assert (said.result, said.checks) == ("issue", {"stair": "ok", "lights": "issue"})
    assert talker.page == "problem"


def test_undo_takes_an_arrival_back_within_ten_seconds() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.hears("U Undo")
    talker.world.clock.advance(9)
    talker.types("u")
    taken_back = talker.body()
    assert isinstance(taken_back, Void)
    assert taken_back.target == talker.world.journal.rows[1].record.id
    assert talker.hears("Taken back")


def test_undo_after_ten_seconds_says_too_late() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.world.clock.advance(11)
    talker.types("u")
    assert talker.hears("Too late")
    assert talker.kinds == ["shift_start", "check_in"]
    talker.types("u")
    assert talker.hears("There is nothing to take back")


def test_undoing_a_problem_brings_its_form_back_filled_in() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1", "1", "u")
    assert talker.kinds[-1] == "void"
    assert talker.page == "problem"
    assert talker.hears("Taken back", "Words, Seen on the patrol")


def test_the_log_lists_the_day_and_withdraws_with_a_reason() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("0", "4")
    assert talker.hears("Today's log", "1 check-in", "1 1号楼 1单元, 08:00, Arrived, scanned", "2 Shift started")
    talker.types("1")
    assert talker.hears("08:00, 1号楼 1单元", "To be sent", "1 Wrong place", "4 Normal")
    talker.types("1")
    assert talker.hears("Withdrawn, 1号楼 1单元", "Today's log", "withdrawn")
    assert talker.kinds[-1] == "void"
    talker.types("1", "1")
    assert talker.hears("Wrong place, Not yours, or withdrawn already")
    assert talker.kinds.count("void") == 1


def test_the_language_is_one_key_apart_and_outlives_the_program() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("l")
    assert talker.hears("1 巡查", "请选，回车为 6 开班：")
    assert talker.world.settings.get("ui.language") == "zh_CN"
    talker.types("l")
    assert talker.hears("1 Check in")


def test_help_says_every_key_of_the_page() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("?")
    assert talker.hears("Scan a plate", "1 Check in, Scan a plate, or choose here", "0 Back", "Q Leave", "L 中文")
    assert talker.page == "today"


def test_what_is_not_understood_does_nothing() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    for line in ("11", "6", "normal", "-1", "１１", "escape now"):
        talker.types(line)
        assert talker.hears("Not understood, H says what can be done")
    assert talker.kinds == ["shift_start", "check_in"]


def test_full_width_digits_of_an_input_method_are_keys() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("１")
    said = talker.body()
    assert isinstance(said, CheckIn)
    assert said.result == "normal"


def test_leaving_says_what_is_kept() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("q")
    assert (talker.conversation.status, talker.heard) == (0, "Left.\n")
    other = Talker(make_world().signed_in())
    other.scans(PLATE_ENTRANCE_11)
    other.types("2", "1")
    other.ends_input()
    assert other.conversation.status == 0
    assert other.hears("Left. What was begun is kept.")


def test_a_house_typed_with_its_door_is_checked_in_at_that_door() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("1", "9", "1-2")
    assert talker.hears("1 1号楼 2单元")
    talker.types("1")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert (arrival.building, arrival.entrance) == (BUILDING_1, ENTRANCE_12)


def test_the_round_says_what_is_left_and_a_building_leads_to_its_page() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("1", "r")
    assert talker.page == "round"
    assert talker.hears("1 1号楼, 1/2", "3 甲3号楼, 0/1")
    talker.types("9")
    assert talker.hears("9 All buildings")
    talker.types("1")
    assert talker.page == "building"
    assert talker.hears("1号楼, 1/2", "In danger first: 110 police", "2 2单元", "P Problem")
    assert talker.hears("this tablet's round")
    talker.types("2")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert (arrival.building, arrival.entrance) == (BUILDING_1, ENTRANCE_12)


def test_a_building_says_when_others_of_the_grid_were_last_there_and_never_who() -> None:
    talker = Talker(make_world(placed_grid()).signed_in())
    talker.types("r", "1")
    assert talker.hears("5 11-22 Sun 15:42, Check-in, 2单元, No access, your grid")
    talker.types("5")
    assert talker.page == "building"
    assert talker.hears("Last check-in of your grid, Where, when and what was found; no names")


def test_a_problem_that_is_not_sent_yet_is_an_open_case_of_its_building() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1", "1", "r")
    assert talker.hears("1 1号楼, 1/2", "1 open case")
    talker.types("1")
    assert talker.hears("1 open case", "Case, 楼道照明不亮", "to be sent")


def test_the_week_is_said_building_by_building() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("1", "r", "w")
    assert talker.page == "week"
    assert talker.hears("Rounds of seven days", "1 1号楼")
    talker.types("0")
    assert talker.page == "round"
