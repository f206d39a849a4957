"""What a tag does: the table of the design, row by row, and nothing else whatever is scanned."""

import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.session import Person
from fieldapp.services.tag_effect import (
    TYPED,
    CheckInAt,
    ChoosePerson,
    Effect,
    HandOver,
    ItIsYou,
    Meaning,
    NothingHere,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    Situation,
    TagRead,
    UnknownTag,
    VisitorCard,
    effect_of,
    read_tag,
)
from sync.reference import Role, TagStatus
from sync.tags import PLATE_LENGTH, Tag, parse_plate_code, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_2,
    BADGE_FOREIGN,
    BADGE_REVOKED,
    BADGE_STRANGE,
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    CARD_VISITOR,
    ENTRANCE_11,
    ENTRANCE_21,
    FOB_ENTRANCE_21,
    PERSON_1,
    PERSON_2,
    PIN_1,
    PLATE_BUILDING_1,
    PLATE_ENTRANCE_11,
    PLATE_OLD,
    PLATE_STRANGE,
    World,
    make_world,
)

SITUATIONS: tuple[Situation, ...] = get_args(Situation)
DOOR = Place(BUILDING_1, ENTRANCE_11)


@pytest.fixture
def world() -> World:
    return make_world().signed_in()


def place_of(effect: Effect) -> Place | None:
    place = getattr(effect, "place", None)
    return place.place if place is not None else None


@pytest.mark.parametrize(
    ("medium", "value", "open_", "form", "locked"),
    [
        ("line", PLATE_ENTRANCE_11, CheckInAt, SetFormPlace, RememberForSignIn),
        ("em", FOB_ENTRANCE_21, CheckInAt, SetFormPlace, RememberForSignIn),
        ("line", PLATE_OLD, ReplacedTag, ReplacedTag, ReplacedTag),
        ("em", BADGE_1, ItIsYou, NothingHere, ChoosePerson),
        ("em", BADGE_2, HandOver, NothingHere, ChoosePerson),
        ("em", BADGE_REVOKED, ReplacedTag, ReplacedTag, ReplacedTag),
        ("em", BADGE_FOREIGN, NothingHere, NothingHere, NothingHere),
        ("em", CARD_VISITOR, VisitorCard, NothingHere, NothingHere),
        ("em", BADGE_STRANGE, UnknownTag, UnknownTag, NothingHere),
        ("line", PLATE_STRANGE, UnknownTag, UnknownTag, NothingHere),
        ("line", "6901234567892", UnknownTag, UnknownTag, NothingHere),
        ("line", PLATE_ENTRANCE_11[:-3], PlateDamaged, PlateDamaged, PlateDamaged),
    ],
)
def test_the_table(world: World, medium: str, value: str, open_: type, form: type, locked: type) -> None:
    for situation, expected in zip(SITUATIONS, (open_, form, locked), strict=True):
        assert type(world.services.tags.seen(medium, value, situation)) is expected, situation


def test_a_plate_names_its_place_and_is_verified(world: World) -> None:
    effect = world.services.tags.seen("line", PLATE_ENTRANCE_11, "open")
    assert isinstance(effect, CheckInAt)
    assert (effect.place.place, effect.method, effect.tag.quality) == (DOOR, "qr", "verified")
    assert effect.tag.digest == tag_digest(Tag("qr", PLATE_ENTRANCE_11))
    assert effect.place.building_name == "1号楼"


def test_a_buildings_plate_names_no_entrance(world: World) -> None:
    assert place_of(world.services.tags.seen("line", PLATE_BUILDING_1, "open")) == Place(BUILDING_1)


def test_a_fob_at_a_door_is_tapped(world: World) -> None:
    effect = world.services.tags.seen("em", FOB_ENTRANCE_21.lower(), "open")
    assert isinstance(effect, CheckInAt)
    assert (effect.place.place, effect.method) == (Place(BUILDING_2, ENTRANCE_21), "rfid")


def test_a_replaced_plate_goes_on_with_that_quality(world: World) -> None:
    effect = world.services.tags.seen("line", PLATE_OLD, "open")
    assert isinstance(effect, ReplacedTag)
    assert isinstance(effect.then, CheckInAt)
    assert (effect.then.place.place, effect.then.tag.quality) == (DOOR, "replaced")
    in_form = world.services.tags.seen("line", PLATE_OLD, "form")
    assert isinstance(in_form, ReplacedTag)
    assert isinstance(in_form.then, SetFormPlace)


def test_a_revoked_badge_opens_nothing(world: World) -> None:
    for situation in SITUATIONS:
        effect = world.services.tags.seen("em", BADGE_REVOKED, situation)
        assert isinstance(effect, ReplacedTag)
        assert effect.then is None


def test_a_badge_tells_own_from_a_colleagues(world: World) -> None:
    own = world.services.tags.seen("em", BADGE_1, "open")
    other = world.services.tags.seen("em", BADGE_2, "open")
    assert isinstance(own, ItIsYou)
    assert isinstance(other, HandOver)
    assert (own.person.id, other.person.id) == (PERSON_1, PERSON_2)


def test_a_plate_scanned_while_locked_is_kept_for_after_the_sign_in() -> None:
    world = make_world()
    world.services.tags.seen("line", PLATE_ENTRANCE_11, "locked")
    world.clock.advance(30)
    world.services.session.sign_in(PERSON_1, PIN_1)
    kept = world.services.tags.take_remembered()
    assert kept is not None
    assert kept.place.place == DOOR
    assert world.services.tags.take_remembered() is None


def test_a_plate_scanned_long_before_the_sign_in_is_forgotten() -> None:
    world = make_world()
    world.services.tags.seen("line", PLATE_ENTRANCE_11, "locked")
    world.clock.advance(121)
    assert world.services.tags.take_remembered() is None


def test_an_unknown_tag_offers_the_place_that_was_chosen_for_it_before(world: World) -> None:
    first = world.services.tags.seen("line", PLATE_STRANGE, "open")
    assert isinstance(first, UnknownTag)
    assert first.chosen_before is None
    assert first.tag.quality == "unverified"
    world.services.tags.remember_choice(first.tag, Place(BUILDING_3))
    again = world.restarted().services.tags.seen("line", PLATE_STRANGE, "form")
    assert isinstance(again, UnknownTag)
    assert again.in_form
    assert again.chosen_before is not None
    assert again.chosen_before.place == Place(BUILDING_3)


def test_a_choice_whose_building_is_gone_is_not_offered(world: World) -> None:
    effect = world.services.tags.seen("line", PLATE_STRANGE, "open")
    assert isinstance(effect, UnknownTag)
    world.services.tags.remember_choice(effect.tag, Place(BUILDING_3))
    del world.reference.building_rows[BUILDING_3]
    assert world.services.tags.seen("line", PLATE_STRANGE, "open") == effect


def test_a_plate_whose_place_is_not_in_the_reference_data_is_unknown(world: World) -> None:
    del world.reference.entrance_rows[ENTRANCE_11]
    effect = world.services.tags.seen("line", PLATE_ENTRANCE_11, "open")
    assert isinstance(effect, UnknownTag)
    assert effect.tag.quality == "unverified"


@pytest.mark.parametrize(
    "typed",
    [
        PLATE_ENTRANCE_11,
        PLATE_ENTRANCE_11.lower(),
        PLATE_ENTRANCE_11[3:],
        f" {PLATE_ENTRANCE_11[:7]} {PLATE_ENTRANCE_11[7:14]}-{PLATE_ENTRANCE_11[14:]} ",
        "".join(chr(ord(char) + 0xFEE0) for char in PLATE_ENTRANCE_11),
    ],
)
def test_a_typed_plate_code_is_read_as_meant(world: World, typed: str) -> None:
    effect = world.services.tags.seen(TYPED, typed, "open")
    assert isinstance(effect, CheckInAt)
    assert (effect.place.place, effect.method) == (DOOR, "manual")


def test_a_damaged_plate_says_what_is_wrong() -> None:
    assert read_tag("line", PLATE_ENTRANCE_11[:-3]) == PlateDamaged("length", PLATE_LENGTH - 3)
    wrong = PLATE_ENTRANCE_11[:-1] + ("1" if PLATE_ENTRANCE_11[-1] != "1" else "2")
    assert read_tag("line", wrong) == PlateDamaged("unreadable", PLATE_LENGTH)
    assert read_tag(TYPED, "") == PlateDamaged("length", 3)


def test_a_damaged_plate_knows_that_a_form_is_open(world: World) -> None:
    effect = world.services.tags.seen("line", "XG1", "form")
    assert isinstance(effect, PlateDamaged)
    assert effect.in_form


@given(st.sampled_from(["line", "gm65", "qr", "em", "a", "epc", TYPED, "?"]), st.text(max_size=600))
def test_any_scan_has_exactly_one_meaning_and_no_control_character_left(medium: str, text: str) -> None:
    read = read_tag(medium, text)
    if isinstance(read, TagRead):
        assert read.tag.medium in {"line", "qr", "em", "a", "epc"}
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in read.tag.value)
        if read.tag.medium == "qr":
            assert parse_plate_code(read.tag.value) == read.tag.value


@given(st.binary(min_size=10, max_size=10), st.integers(0, 20), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_never_becomes_another_plate(token: bytes, place: int, char: str) -> None:
    from sync.tags import plate_code

    code = plate_code(token)
    wrong = code[:place] + char + code[place + 1 :]
    read = read_tag("line", wrong)
    if isinstance(read, TagRead) and read.tag.medium == "qr":
        assert read.tag.value == code


people = st.builds(Person, st.sampled_from([PERSON_1, PERSON_2]), st.text(max_size=5), st.just("s"), st.just("g"))
places = st.builds(NamedPlace, st.builds(Place, st.just(BUILDING_1)), st.text(max_size=5))
meanings = st.none() | st.builds(
    Meaning,
    st.sampled_from(get_args(Role)),
    st.sampled_from(get_args(TagStatus)),
    st.none() | places,
    st.none() | people,
    st.text(max_size=5),
)
READ = TagRead(Tag("qr", PLATE_ENTRANCE_11), "qr")


@given(meanings, st.sampled_from(SITUATIONS), st.none() | st.just(PERSON_1))
def test_the_table_has_an_answer_for_everything(
    meaning: Meaning | None, situation: Situation, signed_in: str | None
) -> None:
    effect = effect_of(READ, meaning, situation, signed_in)
    follows = effect.then if isinstance(effect, ReplacedTag) else effect
    if isinstance(follows, CheckInAt | SetFormPlace | RememberForSignIn):
        assert meaning is not None
        assert meaning.role == "place"
        assert follows.tag.quality == ("verified" if meaning.status == "active" else meaning.status)
    if situation == "locked":
        assert not isinstance(effect, CheckInAt | SetFormPlace | UnknownTag | ItIsYou | HandOver | VisitorCard)
    if situation == "form":
        assert not isinstance(effect, CheckInAt | ItIsYou | HandOver | ChoosePerson)
    if meaning is not None and meaning.status != "active":
        assert not isinstance(effect, CheckInAt | SetFormPlace | ItIsYou | HandOver | ChoosePerson | VisitorCard)
