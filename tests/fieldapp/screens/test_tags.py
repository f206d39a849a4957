"""What a tag does on every screen, as the table says."""

from sync.records import CaseReport, CheckIn
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_REVOKED,
    BADGE_STRANGE,
    BUILDING_2,
    CARD_VISITOR,
    ENTRANCE_12,
    FOB_ENTRANCE_21,
    PIN_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_OLD,
    PLATE_STRANGE,
    make_world,
)
from tests.fieldapp.robot import robot_in


async def test_a_plate_inside_a_half_filled_form_sets_its_place_and_keeps_the_draft() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1")
        await robot.scan(PLATE_ENTRANCE_12)
        assert robot.panel == "problem"
        assert robot.word == "Place set"
        assert robot.sees("Seen on the patrol")
        await robot.press("enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.entrance == ENTRANCE_12
        assert robot.kinds.count("check_in") == 1


async def test_a_plate_over_the_list_of_a_form_goes_to_the_form_too() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "4")
        assert robot.panel == "places"
        await robot.scan(PLATE_ENTRANCE_12)
        assert robot.panel == "problem"
        assert robot.kinds.count("check_in") == 1


async def test_a_plate_on_the_locked_screen_is_remembered_until_the_sign_in() -> None:
    async with robot_in(make_world()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.word == "Kept for you"
        assert robot.kinds == []
        await robot.press("1", *PIN_1)
        assert robot.kinds == ["shift_start", "check_in"]
        assert robot.panel == "arrived"


async def test_an_unknown_tag_asks_once_and_the_place_chosen_by_hand_is_unverified() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_STRANGE)
        assert robot.panel == "unknown"
        assert robot.kinds == []
        await robot.press("enter", "2")
        robot.world.clock.advance(1)
        await robot.press("1")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.building == BUILDING_2
        assert arrival.tag is not None
        assert arrival.tag.quality == "unverified"


async def test_an_unknown_tag_seen_again_offers_the_place_of_last_time() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_STRANGE)
        await robot.press("enter", "2")
        robot.world.clock.advance(1)
        await robot.press("1", "1")
        robot.world.clock.advance(300)
        await robot.scan(PLATE_STRANGE)
        assert robot.sees("2号楼 1单元")
        await robot.press("1")
        assert robot.kinds.count("check_in") == 3
        assert robot.panel == "arrived"


async def test_a_damaged_plate_says_what_was_read_and_records_nothing() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11[:14])
        assert robot.sees("E-PLATE")
        assert robot.sees("14 of 21")
        await robot.press("0")
        assert robot.kinds == []
        assert robot.panel == "today"


async def test_a_typed_plate_code_is_a_check_in_by_hand() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "c")
        await robot.type(PLATE_ENTRANCE_11.lower())
        await robot.press("enter")
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.method == "manual"


async def test_a_mistyped_plate_code_stays_to_be_mended() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("1", "c")
        await robot.type(PLATE_ENTRANCE_11[:-1] + ("1" if PLATE_ENTRANCE_11[-1] != "1" else "2"))
        await robot.press("enter")
        assert robot.panel == "code"
        assert "E-PLATE" in robot.word
        assert robot.kinds == []


async def test_a_replaced_plate_is_said_and_still_checks_in() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_OLD)
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.tag is not None
        assert arrival.tag.quality == "replaced"


async def test_the_own_badge_says_it_is_you() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.tap(BADGE_1)
        assert robot.word == "网格员 1"
        assert robot.panel == "today"


async def test_a_visitor_card_says_what_it_is() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.tap(CARD_VISITOR)
        assert robot.word == "Visitor card"
        assert robot.sees("志愿者卡"), robot.text


async def test_a_revoked_badge_is_said_and_does_nothing() -> None:
    async with robot_in(make_world()) as robot:
        await robot.tap(BADGE_REVOKED)
        assert robot.word == "This badge was withdrawn"
        assert robot.panel == "SignInScreen"


async def test_a_scan_closes_help_and_is_an_arrival() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("h")
        assert robot.panel == "HelpScreen"
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.panel == "arrived"


async def test_an_unknown_card_of_a_reader_without_a_check_is_asked_for_once_more() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.read("em", BADGE_STRANGE, "unchecked")
        assert (robot.word, robot.panel) == ("Once more", "today")
        await robot.read("em", BADGE_STRANGE, "repeated")
        assert (robot.word, robot.panel) == ("Unknown tag", "unknown")


async def test_a_known_card_of_a_reader_without_a_check_arrives_once_and_is_not_verified() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.read("em", FOB_ENTRANCE_21, "unchecked")
        await robot.read("em", FOB_ENTRANCE_21, "repeated")
        assert robot.words == ["Arrived, saved"]
        assert robot.kinds.count("check_in") == 1
        await robot.press("0", "4")
        assert robot.sees("not verified"), robot.text


async def test_a_badge_of_a_reader_without_a_check_chooses_its_person_once() -> None:
    async with robot_in(make_world()) as robot:
        await robot.read("em", BADGE_1, "unchecked")
        await robot.press("3")
        await robot.read("em", BADGE_1, "repeated")
        assert robot.words == ["网格员 1"]
