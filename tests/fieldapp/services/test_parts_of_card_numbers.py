"""The end of a card's number finds the card among those of the grid, or asks; it is never taken for a card itself."""

import pytest

from fieldapp.services.mounting import NotPutUp
from fieldapp.services.tag_effect import (
    TYPED,
    CheckInAt,
    ChoosePerson,
    Effect,
    HandOver,
    HoldAgain,
    ItIsYou,
    NothingHere,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    Situation,
    UnknownTag,
    WhichTag,
)
from sync.records import CheckIn
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_2,
    BUILDING_3,
    ENTRANCE_21,
    ENTRANCE_22,
    FOB_ENTRANCE_21,
    World,
    make_world,
)

END = FOB_ENTRANCE_21[-6:]
"""What a Wiegand converter says of the card at entrance 21."""

TWIN = f"7777{END}"
"""Another card whose low 24 bits are the same."""


@pytest.fixture
def world() -> World:
    return make_world().signed_in()


def hang(world: World, card: str, entry: TagEntry) -> None:
    world.reference.tag_rows[tag_digest(Tag("em", card))] = entry


def converted(world: World, value: str, situation: Situation = "open") -> Effect:
    return world.services.tags.seen("w26", value, situation, "unchecked")


def printed(card: str) -> str:
    """Return the ten digits on a card."""
    return f"{int(card, 16) & 0xFFFFFFFF:010d}"


def wiegand(card: str) -> str:
    """Return the digits with a comma on a card."""
    return f"{int(card[4:6], 16):03d},{int(card[6:], 16):05d}"


def test_the_end_of_a_number_that_one_card_has_is_that_card_not_verified(world: World) -> None:
    effect = converted(world, END)
    assert isinstance(effect, CheckInAt)
    assert effect.place.place.entrance == ENTRANCE_21
    assert (effect.method, effect.tag.medium, effect.tag.quality) == ("rfid", "em", "unverified")
    assert effect.tag.digest == tag_digest(Tag("em", FOB_ENTRANCE_21))


@pytest.mark.parametrize(
    ("card", "situation", "expected"),
    [
        (BADGE_1, "open", ItIsYou),
        (BADGE_2, "open", HandOver),
        (BADGE_2, "locked", ChoosePerson),
        (FOB_ENTRANCE_21, "form", SetFormPlace),
        (FOB_ENTRANCE_21, "locked", RememberForSignIn),
    ],
)
def test_a_converter_does_what_a_whole_reader_does(
    world: World, card: str, situation: Situation, expected: type
) -> None:
    assert type(converted(world, card[-6:].lower(), situation)) is expected


def test_the_end_of_a_number_that_several_cards_have_is_asked_about(world: World) -> None:
    hang(world, TWIN, TagEntry("em", "place", ENTRANCE_22))
    effect = converted(world, END)
    assert isinstance(effect, WhichTag)
    meant = [each.place.place.entrance for each in effect.effects if isinstance(each, CheckInAt)]
    assert sorted(meant, key=str) == sorted([ENTRANCE_21, ENTRANCE_22])


def test_a_person_and_a_place_whose_cards_end_alike_are_asked_about(world: World) -> None:
    hang(world, TWIN, TagEntry("em", "inspector", "nobody of this grid"))
    hang(world, f"8888{END}", TagEntry("em", "place", BUILDING_3, "replaced"))
    effect = converted(world, END)
    assert isinstance(effect, WhichTag)
    assert {type(each) for each in effect.effects} == {CheckInAt, ReplacedTag}


def test_a_card_that_does_nothing_in_a_form_leaves_one_that_is_still_asked_about(world: World) -> None:
    hang(world, TWIN, world.reference.tag_rows[tag_digest(Tag("em", BADGE_2))])
    effect = converted(world, END, "form")
    assert isinstance(effect, WhichTag)
    assert [type(each) for each in effect.effects] == [SetFormPlace]


def test_cards_that_end_alike_do_nothing_while_locked(world: World) -> None:
    hang(world, TWIN, TagEntry("em", "place", ENTRANCE_22))
    assert converted(world, END, "locked") == NothingHere("several")


def test_an_end_that_no_card_has_is_read_once_more_and_is_then_an_unknown_card(world: World) -> None:
    assert converted(world, "ABCDEF") == HoldAgain()
    effect = world.services.tags.seen("w26", "ABCDEF", "open", "repeated")
    assert isinstance(effect, UnknownTag)
    assert (effect.tag.medium, effect.tag.quality, effect.no_plate) == ("em", "unverified", "part")
    assert effect.tag.digest != tag_digest(Tag("em", "0000ABCDEF"))


@pytest.mark.parametrize("value", ["", "ABCDE", "ABCDEFA", "XYZXYZ"])
def test_a_reading_that_is_no_end_of_a_number_is_an_unknown_card(world: World, value: str) -> None:
    assert isinstance(world.services.tags.seen("w26", value, "open", "repeated"), UnknownTag)


def test_only_cards_of_the_same_kind_are_looked_among(world: World) -> None:
    world.reference.tag_rows[tag_digest(Tag("em", TWIN))] = TagEntry("a", "place", ENTRANCE_22)
    assert isinstance(converted(world, END), CheckInAt)


def test_what_was_read_only_in_part_is_not_put_up_as_a_plate(world: World) -> None:
    assert world.services.mounting.read("w26", "ABCDEF", None, "repeated") == NotPutUp("part")
    assert world.services.mounting.read(TYPED, printed(FOB_ENTRANCE_21), None) == NotPutUp("part")


@pytest.mark.parametrize("typed", [printed(FOB_ENTRANCE_21), wiegand(FOB_ENTRANCE_21), FOB_ENTRANCE_21.lower()])
def test_a_number_typed_off_a_card_is_that_card_not_verified(world: World, typed: str) -> None:
    effect = world.services.tags.seen(TYPED, typed, "open")
    assert isinstance(effect, CheckInAt)
    assert (effect.method, effect.tag.medium, effect.tag.quality) == ("manual", "em", "unverified")
    assert effect.tag.digest == tag_digest(Tag("em", FOB_ENTRANCE_21))


def test_a_typed_number_that_several_cards_have_is_asked_about(world: World) -> None:
    hang(world, f"77{FOB_ENTRANCE_21[2:]}", TagEntry("em", "place", ENTRANCE_22))
    assert isinstance(world.services.tags.seen(TYPED, printed(FOB_ENTRANCE_21), "open"), WhichTag)
    assert isinstance(world.services.tags.seen(TYPED, FOB_ENTRANCE_21, "open"), CheckInAt)


@pytest.mark.parametrize("typed", ["0000000001", "000,00001", "0006547886 099,59823", "256,00001"])
def test_a_typed_number_that_no_card_has_is_said_to_be_wrong(world: World, typed: str) -> None:
    effect = world.services.tags.seen(TYPED, typed, "form")
    assert isinstance(effect, PlateDamaged)
    assert (effect.problem, effect.in_form) == ("no_card", True)


def test_a_number_on_a_card_is_one_only_where_it_is_typed(world: World) -> None:
    effect = world.services.tags.seen("line", printed(FOB_ENTRANCE_21), "open")
    assert isinstance(effect, UnknownTag)
    assert effect.tag.medium == "line"


def test_a_place_found_by_the_end_of_a_number_is_recorded_as_such(world: World) -> None:
    world.services.shifts.start()
    effect = converted(world, END)
    assert isinstance(effect, CheckInAt)
    arrived = world.services.check_ins.arrive(effect.place.place, effect.method, effect.tag)
    body = world.services.check_ins.find(arrived.entry.record.id)
    assert body is not None
    assert isinstance(body.body, CheckIn)
    assert body.body.tag == effect.tag
