"""Where a tag hangs: one rule for both ends, whatever was said of it in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.mounting import RECORDS_NAMED, Saying, sayings_of, standing, standing_here
from sync.records import CheckIn, TagBind, TagRef, TagReplace
from sync.reference import TagEntry

HERE, THERE = "entrance-here", "entrance-there"
BUILDING = "building"
OLD, NEW = TagRef("qr", "a" * 64), TagRef("em", "b" * 64)


def mounted(record: str, place: str = HERE) -> Saying:
    return Saying(record, "qr", place, "active")


def replaced(record: str, place: str = HERE) -> Saying:
    return Saying(record, "qr", place, "replaced")


def meaning(entry: TagEntry | None) -> tuple[str, str] | None:
    return None if entry is None else (entry.target, entry.status)


def test_a_binding_says_its_entrance_or_the_building_itself() -> None:
    at_door = sayings_of("r1", TagBind(NEW, BUILDING, "rfid", HERE))
    at_building = sayings_of("r2", TagBind(NEW, BUILDING, "rfid"))
    assert at_door == {NEW.digest: Saying("r1", "em", HERE, "active")}
    assert at_building == {NEW.digest: Saying("r2", "em", BUILDING, "active")}


def test_a_replacement_says_something_of_both_tags() -> None:
    said = sayings_of("r1", TagReplace(OLD, NEW, BUILDING, "rfid", "lost", HERE))
    assert said == {
        OLD.digest: Saying("r1", "qr", HERE, "replaced"),
        NEW.digest: Saying("r1", "em", HERE, "active"),
    }


def test_other_kinds_say_nothing_of_tags() -> None:
    assert sayings_of("r1", CheckIn(BUILDING, "list")) == {}


def test_a_tag_of_which_nothing_is_said_means_what_was_published() -> None:
    published = TagEntry("qr", "place", HERE)
    assert standing(published, []) == published
    assert standing(None, []) is None


def test_the_last_record_says_where_a_tag_hangs() -> None:
    published = TagEntry("qr", "place", BUILDING)
    assert meaning(standing(published, [mounted("r1"), mounted("r2", THERE)])) == (THERE, "active")


def test_a_replaced_tag_that_is_put_up_again_counts_again() -> None:
    assert meaning(standing(None, [mounted("r1"), replaced("r2"), mounted("r3", THERE)])) == (THERE, "active")


def test_a_tag_that_has_moved_is_not_replaced_where_it_no_longer_hangs() -> None:
    assert meaning(standing(None, [mounted("r1"), mounted("r2", THERE), replaced("r3", HERE)])) == (THERE, "active")


def test_a_replaced_tag_that_nobody_knew_says_that_it_was_replaced() -> None:
    assert meaning(standing(None, [replaced("r1")])) == (HERE, "replaced")


@pytest.mark.parametrize(
    "published",
    [
        TagEntry("qr", "place", HERE, "revoked"),
        TagEntry("em", "inspector", "somebody"),
        TagEntry("em", "visitor", "card 7", "replaced"),
    ],
)
def test_a_withdrawn_tag_and_a_persons_card_become_no_plate(published: TagEntry) -> None:
    assert standing(published, [mounted("r1", THERE), replaced("r2", THERE)]) == published
    assert standing_here(published, [(mounted("r1", THERE), False)]) == published


def test_an_entry_names_the_last_records_and_no_more_than_some() -> None:
    entry = standing(None, [mounted(f"r{n}") for n in range(RECORDS_NAMED + 3)])
    assert entry is not None
    assert entry.records == tuple(f"r{n}" for n in range(3, RECORDS_NAMED + 3))


# On a tablet ---------------------------------------------------------------------------------------------------------


def test_an_own_record_counts_before_the_server_speaks_of_it() -> None:
    own = [(mounted("r1"), False)]
    assert meaning(standing_here(None, own)) == (HERE, "active")
    assert meaning(standing_here(TagEntry("qr", "place", THERE), own)) == (HERE, "active")


def test_what_the_server_says_wins_as_soon_as_it_has_read_the_record() -> None:
    told = standing(None, [mounted("r1"), mounted("another tablet's", THERE)])
    assert standing_here(told, [(mounted("r1"), False)]) == told


def test_what_another_tablet_said_earlier_does_not_hide_an_own_record() -> None:
    told = standing(None, [mounted("another tablet's", THERE)])
    assert meaning(standing_here(told, [(mounted("r1"), False)])) == (HERE, "active")


def test_a_withdrawn_record_counts_no_more_whether_the_server_has_read_it_or_not() -> None:
    own = [(mounted("r1"), True)]
    assert standing_here(None, own) is None
    assert standing_here(standing(None, [mounted("r1")]), own) is None


def test_a_withdrawn_replacement_gives_the_old_tag_back() -> None:
    told = standing(TagEntry("qr", "place", HERE), [replaced("r1")])
    assert meaning(standing_here(told, [(replaced("r1"), True)])) == (HERE, "active")


def test_a_withdrawn_move_gives_the_own_place_before_it_back() -> None:
    own = [(mounted("r1"), False), (mounted("r2", THERE), True)]
    told = standing(None, [mounted("r1"), mounted("r2", THERE)])
    assert meaning(standing_here(told, own)) == (HERE, "active")


def test_a_withdrawn_record_over_which_another_stands_changes_nothing() -> None:
    told = standing(None, [mounted("r1"), mounted("another tablet's", THERE)])
    assert standing_here(told, [(mounted("r1"), True)]) == told


sayings = st.builds(
    Saying,
    st.sampled_from([f"r{n}" for n in range(8)]),
    st.just("qr"),
    st.sampled_from([HERE, THERE, BUILDING]),
    st.sampled_from(["active", "replaced"]),
)
publications = st.none() | st.builds(
    TagEntry, st.just("qr"), st.just("place"), st.sampled_from([HERE, THERE]), st.sampled_from(["active", "replaced"])
)


@given(publications, st.lists(sayings, unique_by=lambda saying: saying.record, max_size=6), st.integers(0, 6))
def test_a_tablet_says_before_the_sync_what_the_server_says_after_it(
    published: TagEntry | None, said: list[Saying], read: int
) -> None:
    told = standing(published, said[:read])
    assert standing_here(told, [(saying, False) for saying in said]) == standing(published, said)


@given(publications, st.lists(sayings, unique_by=lambda saying: saying.record, max_size=6))
def test_records_that_were_all_withdrawn_leave_no_trace_once_the_server_has_read_that(
    published: TagEntry | None, said: list[Saying]
) -> None:
    assert standing_here(standing(published, []), [(saying, True) for saying in said]) == published


@given(publications, st.lists(sayings, unique_by=lambda saying: saying.record, min_size=1, max_size=6))
def test_a_tag_hangs_at_the_place_that_was_said_last(published: TagEntry | None, said: list[Saying]) -> None:
    entry = standing(published, [*said, mounted("last", THERE)])
    assert entry is not None
    assert replace(entry, records=()) == TagEntry("qr", "place", THERE)
