"""A reader without a check may misread: a known tag is believed, any other only when it is read once more."""

import pytest

from fieldapp.services.tag_effect import (
    CheckInAt,
    ChoosePerson,
    DealtWith,
    HoldAgain,
    ItIsYou,
    NothingHere,
    ReplacedTag,
    Situation,
    UnknownTag,
)
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_STRANGE,
    ENTRANCE_22,
    FOB_ENTRANCE_21,
    PLATE_ENTRANCE_11,
    World,
    make_world,
)


@pytest.fixture
def world() -> World:
    return make_world().signed_in()


def test_a_known_tag_is_believed_at_once_and_recorded_as_not_verified(world: World) -> None:
    effect = world.services.tags.seen("em", FOB_ENTRANCE_21, "open", "unchecked")
    assert isinstance(effect, CheckInAt)
    assert effect.tag.quality == "unverified"
    assert effect.tag.digest == tag_digest(Tag("em", FOB_ENTRANCE_21))


@pytest.mark.parametrize("value", [FOB_ENTRANCE_21, BADGE_1])
@pytest.mark.parametrize("situation", ["open", "form", "locked"])
def test_a_known_tag_read_once_more_does_nothing_twice(world: World, value: str, situation: Situation) -> None:
    assert world.services.tags.seen("em", value, situation, "repeated") == DealtWith()


@pytest.mark.parametrize("situation", ["open", "form", "locked"])
def test_an_unknown_tag_read_once_is_not_believed(world: World, situation: Situation) -> None:
    assert world.services.tags.seen("em", BADGE_STRANGE, situation, "unchecked") == HoldAgain()


def test_an_unknown_tag_read_once_more_is_one(world: World) -> None:
    assert isinstance(world.services.tags.seen("em", BADGE_STRANGE, "open", "repeated"), UnknownTag)
    assert world.services.tags.seen("em", BADGE_STRANGE, "locked", "repeated") == NothingHere("locked")


def test_a_badge_of_a_person_needs_no_second_read(world: World) -> None:
    assert isinstance(world.services.tags.seen("em", BADGE_1, "open", "unchecked"), ItIsYou)
    assert isinstance(world.services.tags.seen("em", BADGE_1, "locked", "unchecked"), ChoosePerson)


def test_a_replaced_card_stays_replaced_whoever_read_it(world: World) -> None:
    world.reference.tag_rows[tag_digest(Tag("em", BADGE_STRANGE))] = TagEntry("em", "place", ENTRANCE_22, "replaced")
    effect = world.services.tags.seen("em", BADGE_STRANGE, "open", "unchecked")
    assert isinstance(effect, ReplacedTag)
    assert isinstance(effect.then, CheckInAt)
    assert effect.then.tag.quality == "replaced"


def test_a_printed_code_has_its_own_check(world: World) -> None:
    effect = world.services.tags.seen("line", PLATE_ENTRANCE_11, "open")
    assert isinstance(effect, CheckInAt)
    assert effect.tag.quality == "verified"
