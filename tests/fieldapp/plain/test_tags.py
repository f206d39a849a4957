"""What a tag does on every page, as the table says."""

import pytest

from sync.records import CaseReport, CheckIn
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_2,
    BADGE_REVOKED,
    BADGE_STRANGE,
    BUILDING_2,
    BUILDING_3,
    CARD_VISITOR,
    ENTRANCE_12,
    FOB_ENTRANCE_21,
    PERSON_2,
    PIN_1,
    PIN_2,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_OLD,
    PLATE_STRANGE,
    make_world,
)
from tests.fieldapp.plain.talker import Talker


@pytest.fixture
def talker() -> Talker:
    return Talker(make_world().signed_in())


def test_a_plate_inside_a_half_filled_form_sets_its_place_and_keeps_the_draft(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1")
    talker.scans(PLATE_ENTRANCE_12)
    assert talker.hears("Place set, 1号楼 2单元", "Words, Seen on the patrol")
    talker.types("1")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert case.entrance == ENTRANCE_12
    assert talker.kinds.count("check_in") == 1


def test_a_plate_typed_where_a_text_is_asked_for_is_a_plate(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "9", PLATE_ENTRANCE_12)
    assert talker.hears("Place set, 1号楼 2单元")
    assert talker.world.services.forms.values("problem").get("description") is None
    talker.types("9", "XG1 is smudged")
    assert talker.world.services.forms.values("problem")["description"] == "XG1 is smudged"


def test_a_plate_over_the_list_of_a_form_goes_to_the_form_too(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1", "4")
    assert talker.hears("Which building? For the form")
    talker.scans(PLATE_ENTRANCE_12)
    assert talker.page == "problem"
    assert talker.kinds.count("check_in") == 1


def test_a_plate_on_the_locked_tablet_is_remembered_until_the_sign_in() -> None:
    talker = Talker(make_world())
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.hears("Kept for you, Sign in: 1号楼 1单元")
    talker.types("1")
    talker.types(PLATE_ENTRANCE_12)
    assert talker.hears("Kept for you, Sign in: 1号楼 2单元", "PIN:")
    assert talker.kinds == []
    talker.types(PIN_1)
    assert talker.kinds == ["shift_start", "check_in"]
    assert talker.hears("Arrived, saved, 1号楼 2单元")


def test_a_place_is_chosen_from_the_list_and_its_doors(talker: Talker) -> None:
    talker.types("1")
    assert talker.hears("Which building?", "Check-in from the list", "1 1号楼", "3 甲3号楼")
    talker.types("2")
    assert talker.hears("2号楼", "1 1单元", "2 2单元", "3 The whole building")
    talker.types("0", "2", "3")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert (arrival.building, arrival.entrance, arrival.method) == (BUILDING_2, None, "list")


def test_a_building_is_found_by_initials_and_numbers(talker: Talker) -> None:
    talker.types("1", "9")
    assert talker.hears("Number (3-2), initials, characters:")
    talker.types("j3")
    assert talker.hears("1 甲3号楼")
    assert not talker.hears("2 ")
    talker.types("nobody")
    assert talker.hears("Nothing fits")
    talker.types("9", "3", "1")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert arrival.building == BUILDING_3


def test_a_choice_without_a_row_is_not_taken_for_a_search(talker: Talker) -> None:
    talker.types("1", "9", "j3", "5")
    assert talker.hears("Not understood")
    assert talker.kinds == []


def test_an_unknown_tag_asks_once_and_the_place_chosen_by_hand_is_unverified(talker: Talker) -> None:
    talker.scans(PLATE_STRANGE)
    assert talker.hears("Unknown tag, Choose the place by hand", "2 Choose the place", "Enter is 2 Choose the place")
    talker.types("", "2", "1")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert arrival.building == BUILDING_2
    assert arrival.tag is not None
    assert arrival.tag.quality == "unverified"
    talker.world.clock.advance(300)
    talker.scans(PLATE_STRANGE)
    assert talker.hears("1 The same as last time, 2号楼 1单元")
    talker.types("1")
    assert talker.kinds.count("check_in") == 2


def test_a_damaged_plate_says_what_was_read_and_records_nothing(talker: Talker) -> None:
    talker.scans(PLATE_ENTRANCE_11[:14])
    assert talker.hears("Plate damaged (E-PLATE)", "14 of 21")
    talker.types("0")
    assert talker.page == "today"
    talker.types(PLATE_ENTRANCE_11[:-1])
    assert talker.hears("20 of 21")
    assert talker.kinds == []


def test_a_plate_is_typed_without_its_prefix_where_a_code_is_asked_for(talker: Talker) -> None:
    talker.types("1", "c")
    assert talker.hears("Type the code of the plate or card, then Enter", "Code:")
    code = PLATE_BUILDING_3[3:]
    talker.types(code[:-1])
    assert talker.hears("E-PLATE", "Code:")
    talker.types(f"{code[:4]} {code[4:8].lower()}-{code[8:]}")
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert (arrival.building, arrival.method) == (BUILDING_3, "manual")


def test_a_replaced_plate_is_said_and_still_checks_in(talker: Talker) -> None:
    talker.scans(PLATE_OLD)
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    assert arrival.tag is not None
    assert arrival.tag.quality == "replaced"
    assert talker.hears("This plate was replaced", "Arrived, saved")


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (BADGE_1, "网格员 1, This is your badge"),
        (CARD_VISITOR, "Visitor card, 志愿者卡 7"),
        (BADGE_REVOKED, "This badge was withdrawn"),
    ],
)
def test_a_card_that_changes_nothing_says_what_it_is(talker: Talker, card: str, words: str) -> None:
    talker.taps(card)
    assert talker.hears(words, "Your choice")
    assert (talker.page, talker.kinds) == ("today", [])


def test_a_colleagues_badge_hands_the_tablet_over(talker: Talker) -> None:
    talker.taps(BADGE_2)
    assert talker.hears("This is the badge of 网格员 2. Hand the tablet over?", "Enter is 2 Stay signed in")
    talker.types("1")
    assert talker.hears("网格员 2, enter your PIN", "PIN:")
    talker.types(PIN_2)
    person = talker.world.services.session.state().signed_in
    assert person is not None
    assert person.id == PERSON_2


def test_a_tag_ends_an_open_question_and_asks_anew(talker: Talker) -> None:
    assert talker.text.endswith("Your choice, Enter is 6 Start shift: ")
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.heard.startswith("\nArrived, saved, 1号楼 1单元\n")
    assert talker.heard.endswith("Your choice, Enter is 1 Normal: ")


def test_an_unknown_card_of_a_reader_without_a_check_is_asked_for_once_more(talker: Talker) -> None:
    talker.reads("em", BADGE_STRANGE, "unchecked")
    assert talker.hears("Once more, Hold the card there again")
    talker.reads("em", BADGE_STRANGE, "repeated")
    assert talker.hears("Unknown tag")


def test_a_known_card_of_a_reader_without_a_check_arrives_once(talker: Talker) -> None:
    talker.reads("em", FOB_ENTRANCE_21, "unchecked")
    talker.reads("em", FOB_ENTRANCE_21, "repeated")
    assert talker.heard == ""
    assert talker.kinds.count("check_in") == 1


def test_a_garbled_frame_asks_to_scan_once_more(talker: Talker) -> None:
    talker.fault("wrong_check")
    assert talker.hears("Not readable, Scan once more (wrong_check)", "Your choice")
