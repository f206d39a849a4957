"""Cards of which only the end of the number was read, and doors told twice, line by line."""

from sync.records import CheckIn
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import ENTRANCE_21, ENTRANCE_22, FOB_ENTRANCE_21, PLATE_ENTRANCE_11, World, make_world
from tests.fieldapp.plain.talker import Talker

END = FOB_ENTRANCE_21[-6:]


def world_with_twins() -> World:
    world = make_world().signed_in()
    world.reference.tag_rows[tag_digest(Tag("em", f"7777{END}"))] = TagEntry("em", "place", ENTRANCE_22)
    return world


def entrance(talker: Talker) -> str | None:
    arrival = talker.body()
    assert isinstance(arrival, CheckIn)
    return arrival.entrance


def test_cards_that_end_alike_are_asked_about_and_the_chosen_one_arrives() -> None:
    talker = Talker(world_with_twins())
    talker.reads("w26", END, "unchecked")
    assert talker.page == "which"
    assert talker.hears("Which card?", "2号楼 1单元", "2号楼 2单元")
    assert talker.kinds == []
    rows = [line for line in talker.heard.splitlines() if "单元" in line]
    talker.types(str(next(place for place, line in enumerate(rows, 1) if "2单元" in line)))
    assert entrance(talker) == ENTRANCE_22


def test_a_number_typed_off_a_card_checks_in() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("1", "c", f"{int(END[:2], 16):03d},{int(END[2:], 16):05d}")
    assert entrance(talker) == ENTRANCE_21


def test_a_typed_number_that_no_card_has_is_asked_for_again() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("1", "c", "0000000001")
    assert talker.hears("No such card")
    assert (talker.page, talker.kinds) == ("code", [])


def test_a_door_told_twice_is_recorded_again_with_its_own_evidence() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("1", "1", "1")
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.hears("Already here")
    talker.types("7")
    again = talker.body()
    assert isinstance(again, CheckIn)
    assert again.method == "qr"
    assert again.tag is not None
