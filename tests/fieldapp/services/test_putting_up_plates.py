"""Putting up plates: what a tag comes to, what counts at once, and how far a grid is; offline, from records alone."""

from collections.abc import Callable

import pytest

from fieldapp.services.errors import NothingToDo, NotYours
from fieldapp.services.mounting import (
    HangsElsewhere,
    HangsHere,
    NotPutUp,
    Objection,
    Outcome,
    PutUp,
    replaced_by,
)
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.recorder import Undone
from fieldapp.services.tag_effect import (
    TYPED,
    CheckInAt,
    DealtWith,
    HoldAgain,
    PlateDamaged,
    ReplacedTag,
    UnknownTag,
)
from sync.journal import JournalEntry
from sync.mounting import sayings_of, standing
from sync.records import TagBind, TagRef, TagReplace, decode_record, encode
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.fieldapp.fakes import (
    BADGE_1,
    BADGE_FOREIGN,
    BADGE_STRANGE,
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    CARD_VISITOR,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    ENTRANCE_22,
    FOB_ENTRANCE_21,
    PERSON_2,
    PIN_2,
    PLATE_BUILDING_1,
    PLATE_ENTRANCE_11,
    PLATE_OLD,
    PLATE_STRANGE,
    World,
    make_world,
)

BARE = Place(BUILDING_2, ENTRANCE_22)
DOOR = Place(BUILDING_1, ENTRANCE_11)
STRANGE = TagRef("qr", tag_digest(Tag("qr", PLATE_STRANGE)))
KNOWN = TagRef("qr", tag_digest(Tag("qr", PLATE_ENTRANCE_11)))


@pytest.fixture
def world() -> World:
    return make_world().signed_in()


def at(place: Place, building: str, entrance: str = "") -> NamedPlace:
    return NamedPlace(place, building, entrance)


def outcome(world: World, code: str, place: Place | None = BARE, *, medium: str = "line") -> Outcome:
    return world.services.mounting.read(medium, code, place)


def put_up(world: World, place: Place = BARE, tag: TagRef = STRANGE) -> JournalEntry:
    return world.services.mounting.put_up(tag, "qr", place)


def server_reads(world: World, *entries: JournalEntry) -> None:
    """Let the server judge some records and its word come down."""
    for entry in entries:
        record = decode_record(encode(entry.record))
        assert record is not None
        for digest, saying in sayings_of(entry.record.id, record.body).items():
            told = standing(world.reference.tag_rows.get(digest), [saying])
            assert told is not None
            world.reference.tag_rows[digest] = told


# What a tag comes to -------------------------------------------------------------------------------------------------


def test_a_plate_that_nobody_knows_can_be_put_up(world: World) -> None:
    assert outcome(world, PLATE_STRANGE) == PutUp(STRANGE, "qr")
    assert world.journal.rows == []


def test_a_card_and_a_typed_code_can_be_put_up_too(world: World) -> None:
    card = outcome(world, BADGE_STRANGE, medium="em")
    assert card == PutUp(TagRef("em", tag_digest(Tag("em", BADGE_STRANGE))), "rfid")
    assert outcome(world, PLATE_STRANGE[3:].lower(), medium=TYPED) == PutUp(STRANGE, "manual")


def test_the_plate_of_this_very_place_hangs_here(world: World) -> None:
    assert outcome(world, PLATE_ENTRANCE_11, DOOR) == HangsHere()
    assert outcome(world, PLATE_BUILDING_1, Place(BUILDING_1)) == HangsHere()


def test_a_plate_of_another_place_says_where_it_hangs(world: World) -> None:
    assert outcome(world, PLATE_ENTRANCE_11) == HangsElsewhere(KNOWN, "qr", at(DOOR, "1号楼", "1单元"))


def test_a_buildings_own_plate_is_not_its_entrances(world: World) -> None:
    found = outcome(world, PLATE_BUILDING_1, DOOR)
    assert isinstance(found, HangsElsewhere)
    assert found.place == at(Place(BUILDING_1), "1号楼")


def test_a_replaced_plate_is_asked_about_also_at_its_own_place(world: World) -> None:
    for place in (DOOR, BARE):
        found = outcome(world, PLATE_OLD, place)
        assert isinstance(found, HangsElsewhere)
        assert found.was_replaced


@pytest.mark.parametrize(
    ("medium", "code", "objection"),
    [
        ("em", BADGE_1, "badge"),
        ("em", BADGE_FOREIGN, "badge"),
        ("em", CARD_VISITOR, "visitor"),
        ("a", "08A1B2C3", "random"),
        ("line", "https://pay.example/qr/7", "foreign"),
        ("line", "", "foreign"),
    ],
)
def test_what_is_no_plate_says_why(world: World, medium: str, code: str, objection: Objection) -> None:
    assert outcome(world, code, medium=medium) == NotPutUp(objection)


def test_a_plate_that_the_district_withdrew_is_not_put_up(world: World) -> None:
    world.reference.tag_rows[KNOWN.digest] = TagEntry("qr", "place", ENTRANCE_11, "revoked")
    assert outcome(world, PLATE_ENTRANCE_11) == NotPutUp("revoked")


def test_a_plate_of_a_place_that_is_gone_can_be_put_up(world: World) -> None:
    world.reference.tag_rows[KNOWN.digest] = TagEntry("qr", "place", "gone")
    assert outcome(world, PLATE_ENTRANCE_11) == PutUp(KNOWN, "qr")


def test_a_damaged_plate_is_refused_not_guessed(world: World) -> None:
    assert outcome(world, PLATE_STRANGE[:14]) == PlateDamaged("length", 14)


def test_a_reader_that_may_misread_is_asked_a_second_time(world: World) -> None:
    read = world.services.mounting.read
    assert read("em", BADGE_STRANGE, BARE, "unchecked") == HoldAgain()
    assert isinstance(read("em", BADGE_STRANGE, BARE, "repeated"), PutUp)
    assert isinstance(read("em", FOB_ENTRANCE_21, BARE, "unchecked"), HangsElsewhere)
    assert read("em", FOB_ENTRANCE_21, BARE, "repeated") == DealtWith()


def test_an_unknown_tag_says_already_whether_it_can_be_put_up(world: World) -> None:
    def seen(medium: str, value: str) -> object:
        effect = world.services.tags.seen(medium, value, "open")
        assert isinstance(effect, UnknownTag)
        return effect.no_plate

    assert [seen("line", PLATE_STRANGE), seen("line", "hello"), seen("a", "08A1B2C3")] == [None, "foreign", "random"]


def test_a_new_tag_takes_the_place_of_one_of_its_kind() -> None:
    plate, other, card = TagRef("qr", "1" * 64), TagRef("qr", "2" * 64), TagRef("em", "3" * 64)
    assert replaced_by(STRANGE, [card, plate]) == plate
    assert replaced_by(STRANGE, [plate, other]) == other
    assert replaced_by(STRANGE, [card]) == card
    assert replaced_by(TagRef("a", "4" * 64), [plate, card]) == card
    assert replaced_by(STRANGE, []) is None


# What counts at once -------------------------------------------------------------------------------------------------


def seen(world: World, code: str = PLATE_STRANGE) -> object:
    return world.services.tags.seen("line", code, "open")


def arrives_at(effect: object) -> Place:
    assert isinstance(effect, CheckInAt)
    return effect.place.place


def test_a_plate_just_put_up_is_an_arrival_without_a_network(world: World) -> None:
    put_up(world)
    effect = seen(world)
    assert arrives_at(effect) == BARE
    assert isinstance(effect, CheckInAt)
    assert effect.tag.quality == "verified"


@pytest.mark.parametrize("afterwards", [World.restarted, lambda world: (world.journal.settle(1), world)[1]])
def test_it_is_still_one_after_a_restart_and_after_the_server_has_the_record(
    world: World, afterwards: Callable[[World], World]
) -> None:
    put_up(world)
    assert arrives_at(seen(afterwards(world))) == BARE


def test_it_is_unknown_again_when_it_was_taken_back(world: World) -> None:
    entry = put_up(world)
    assert isinstance(world.services.recorder.undo(entry), Undone)
    assert isinstance(seen(world), UnknownTag)


def test_it_is_unknown_again_also_when_the_servers_word_came_before_it_was_taken_back(world: World) -> None:
    entry = put_up(world)
    server_reads(world, entry)
    world.services.recorder.undo(entry)
    assert isinstance(seen(world), UnknownTag)


def test_a_replaced_plate_says_so_at_once_and_counts_again_when_that_is_taken_back(world: World) -> None:
    entry = world.services.mounting.replace(KNOWN, STRANGE, "qr", DOOR, "damaged")
    old = seen(world, PLATE_ENTRANCE_11)
    assert isinstance(old, ReplacedTag)
    assert old.status == "replaced"
    assert arrives_at(seen(world)) == DOOR
    world.services.recorder.undo(entry)
    assert arrives_at(seen(world, PLATE_ENTRANCE_11)) == DOOR
    assert isinstance(seen(world), UnknownTag)


def test_a_moved_plate_says_its_new_place_at_once(world: World) -> None:
    put_up(world, BARE, KNOWN)
    assert arrives_at(seen(world, PLATE_ENTRANCE_11)) == BARE


def test_the_servers_word_counts_once_it_has_read_the_record(world: World) -> None:
    entry = put_up(world)
    server_reads(world, entry)
    told = world.reference.tag_rows[STRANGE.digest]
    elsewhere = TagEntry("qr", "place", ENTRANCE_12, "active", (*told.records, "another tablet's"))
    world.reference.tag_rows[STRANGE.digest] = elsewhere
    assert arrives_at(seen(world)) == Place(BUILDING_1, ENTRANCE_12)


def test_a_record_that_the_server_keeps_apart_counts_for_nothing(world: World) -> None:
    put_up(world)
    world.journal.judge(1, "quarantined", "unknown_ref")
    assert isinstance(seen(world), UnknownTag)


def test_a_record_that_an_older_server_does_not_understand_yet_counts_here(world: World) -> None:
    put_up(world)
    world.journal.judge(1, "parked", "unknown_kind")
    assert arrives_at(seen(world)) == BARE


def test_a_corrected_place_counts_at_once_also_over_the_servers_word(world: World) -> None:
    entry = put_up(world)
    server_reads(world, entry)
    world.services.mounting.put_right(entry, DOOR)
    assert arrives_at(seen(world)) == DOOR


def test_only_who_put_a_plate_up_corrects_it_and_only_plates(world: World) -> None:
    world.services.shifts.start()
    with pytest.raises(NothingToDo):
        world.services.mounting.put_right(world.journal.rows[0], DOOR)
    entry = put_up(world)
    world.services.session.lock()
    world.services.session.sign_in(PERSON_2, PIN_2)
    with pytest.raises(NotYours):
        world.services.mounting.put_right(entry, DOOR)


def test_records_say_where_and_how_and_never_a_code(world: World) -> None:
    first = put_up(world)
    second = world.services.mounting.replace(STRANGE, KNOWN, "rfid", BARE, "worn")
    bodies = [record.body for entry in (first, second) if (record := decode_record(encode(entry.record)))]
    assert bodies == [
        TagBind(STRANGE, BUILDING_2, "qr", ENTRANCE_22),
        TagReplace(STRANGE, KNOWN, BUILDING_2, "rfid", "worn", ENTRANCE_22),
    ]
    assert PLATE_STRANGE.encode() not in encode(first.record) + encode(second.record)


# How far a grid is ---------------------------------------------------------------------------------------------------


def test_progress_counts_entrances_and_buildings_without_any(world: World) -> None:
    progress = world.services.mounting.progress()
    assert (progress.mounted, progress.total) == (4, 5)
    assert [door.place.place for door in progress.doors if not door.has_plate] == [BARE]
    put_up(world)
    assert world.services.mounting.progress().mounted == 5


def test_a_buildings_own_plate_is_known_and_not_counted(world: World) -> None:
    before = world.services.mounting.progress()
    own = before.at(Place(BUILDING_1))
    assert own is not None
    assert own.has_plate
    bare = before.at(Place(BUILDING_2))
    assert bare is not None
    assert not bare.has_plate
    put_up(world, Place(BUILDING_2))
    after = world.services.mounting.progress()
    assert after.mounted == before.mounted
    door = after.at(Place(BUILDING_2))
    assert door is not None
    assert door.tags == (STRANGE,)


def test_a_moved_and_a_replaced_plate_leave_their_place_bare(world: World) -> None:
    put_up(world, BARE, KNOWN)
    progress = world.services.mounting.progress()
    assert [door.place.place for door in progress.doors if not door.has_plate] == [DOOR]


def test_the_next_place_without_a_plate_follows_the_patrol_and_begins_anew_at_its_end(world: World) -> None:
    world.reference.tag_rows.clear()
    progress = world.services.mounting.progress()
    route = [
        Place(BUILDING_1, ENTRANCE_11),
        Place(BUILDING_1, ENTRANCE_12),
        Place(BUILDING_2, ENTRANCE_21),
        BARE,
        Place(BUILDING_3),
    ]
    assert [door.place.place for door in progress.doors] == route

    def following(place: Place | None) -> Place | None:
        door = progress.next_bare(place)
        return door.place.place if door else None

    assert [following(None), *map(following, route)] == [*route, route[0]]
    assert following(Place(BUILDING_2)) == Place(BUILDING_2, ENTRANCE_21)
    assert following(Place("gone")) == route[0]


def test_nothing_is_next_where_every_place_has_a_plate(world: World) -> None:
    put_up(world)
    assert world.services.mounting.progress().next_bare(BARE) is None


def test_a_tablet_without_buildings_has_nothing_to_put_up(world: World) -> None:
    world.reference.building_rows.clear()
    world.reference.entrance_rows.clear()
    progress = world.services.mounting.progress()
    assert (progress.total, progress.next_bare(), progress.at(BARE)) == (0, None, None)


def test_a_tag_put_up_at_a_place_that_is_gone_is_no_entry_of_the_progress(world: World) -> None:
    put_up(world)
    del world.reference.entrance_rows[ENTRANCE_22]
    assert world.services.mounting.progress().total == 4
    assert isinstance(seen(world), UnknownTag)
