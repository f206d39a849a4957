"""Plates that inspectors put up: judged, folded, told to the grid's tablets, and taken back again."""

from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.storage.sqlite import feeding, mounting
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps
from sync.caseapi.storage.values import FeedChange
from sync.records import TagBind, TagRef, TagReplace
from sync.records.tag_replace import ReplaceReason
from sync.reference import BuildingEntry, EntranceEntry, TagEntry, decode_entry
from tests.sync.caseapi.harness import (
    BUILDING,
    DISTRICT,
    ENTRANCE,
    GRID,
    OTHER_ACTOR,
    OTHER_GRID,
    Clock,
    Desk,
    Tablet,
    entry,
    open_case_api,
)

OTHER_BUILDING = UUID("01900000-0000-7000-8000-000000000002")
OTHER_ENTRANCE = UUID("01900000-0000-7000-8000-000000000012")
FOREIGN_BUILDING = UUID("01900000-0000-7000-8000-000000000003")
FIRST, SECOND, CARD = TagRef("qr", "1" * 64), TagRef("qr", "2" * 64), TagRef("em", "3" * 64)


@pytest.fixture
async def street(desk: Desk) -> Desk:
    """A second building with an entrance, and one in the neighbour's grid."""
    await desk.publish(
        [
            entry(f"grid:{GRID}", "building", str(OTHER_BUILDING), BuildingEntry("2号楼", GRID, order=2)),
            entry(
                f"grid:{GRID}", "entrance", str(OTHER_ENTRANCE), EntranceEntry(str(OTHER_BUILDING), "一单元", order=1)
            ),
            entry(f"grid:{OTHER_GRID}", "building", str(FOREIGN_BUILDING), BuildingEntry("3号楼", OTHER_GRID, order=3)),
        ]
    )
    return desk


def bind(
    tablet: Tablet, tag: TagRef, *, building: UUID = BUILDING, entrance: UUID | None = None, **more: object
) -> UUID:
    body = TagBind(tag, str(building), "qr", str(entrance) if entrance else None)
    return tablet.record("tag_bind", body, **more)


def replace(tablet: Tablet, old: TagRef, new: TagRef, reason: ReplaceReason = "damaged", **more: object) -> UUID:
    return tablet.record("tag_replace", TagReplace(old, new, str(BUILDING), "qr", reason, str(ENTRANCE)), **more)


async def handed_in(desk: Desk, tablet: Tablet) -> None:
    await tablet.sync()
    await desk.fold()


async def told(desk: Desk, tag: TagRef, scope: str = f"grid:{GRID}") -> TagEntry | None:
    """Return what the tablets of a scope are told of a tag."""
    current = await desk.case_api.storage.feeds.current(scope)
    found = [decode_entry("tag", bytes(each.body)) for each in current.entries if each.id == tag.digest]
    assert len(found) <= 1
    return found[0] if found and isinstance(found[0], TagEntry) else None


async def verdicts(tablet: Tablet) -> list[tuple[int, str | None]]:
    return [(verdict.n, verdict.reason) for verdict in (await tablet.sync()).verdicts if verdict.reason]


async def test_a_plate_put_up_is_told_to_every_tablet_of_the_grid(street: Desk) -> None:
    tablet, colleague = await street.tablet(), await street.tablet()
    await colleague.sync()
    mounted = bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    (news,) = (await colleague.sync()).feeds[f"grid:{GRID}"].entries
    assert (news.type, news.id, news.op) == ("tag", FIRST.digest, "put")
    assert await told(street, FIRST) == TagEntry("qr", "place", str(ENTRANCE), "active", (str(mounted),))
    assert await verdicts(tablet) == []


async def test_a_building_has_a_plate_of_its_own(street: Desk) -> None:
    tablet = await street.tablet()
    bind(tablet, FIRST)
    bind(tablet, CARD, entrance=ENTRANCE)
    await handed_in(street, tablet)
    (building, door) = (await told(street, FIRST), await told(street, CARD))
    assert building is not None
    assert door is not None
    assert (building.target, door.target, door.medium) == (str(BUILDING), str(ENTRANCE), "em")


async def test_a_replaced_plate_says_so_and_the_new_one_counts(street: Desk) -> None:
    tablet = await street.tablet()
    first = bind(tablet, FIRST, entrance=ENTRANCE)
    second = replace(tablet, FIRST, SECOND)
    await handed_in(street, tablet)
    assert await told(street, FIRST) == TagEntry("qr", "place", str(ENTRANCE), "replaced", (str(first), str(second)))
    assert await told(street, SECOND) == TagEntry("qr", "place", str(ENTRANCE), "active", (str(second),))


async def test_an_imported_plate_that_was_replaced_says_so(street: Desk) -> None:
    await street.publish([entry(f"grid:{GRID}", "tag", FIRST.digest, TagEntry("qr", "place", str(ENTRANCE)))])
    tablet = await street.tablet()
    second = replace(tablet, FIRST, SECOND)
    await handed_in(street, tablet)
    assert await told(street, FIRST) == TagEntry("qr", "place", str(ENTRANCE), "replaced", (str(second),))


async def test_the_last_of_two_bindings_says_where_a_plate_hangs_and_both_are_kept(street: Desk) -> None:
    tablet, colleague = await street.tablet(), await street.tablet()
    bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    street.clock.now_ms += 1
    bind(colleague, FIRST, building=OTHER_BUILDING, entrance=OTHER_ENTRANCE, actor=str(OTHER_ACTOR))
    await handed_in(street, colleague)
    found = await told(street, FIRST)
    assert found is not None
    assert found.target == str(OTHER_ENTRANCE)
    assert await verdicts(tablet) == await verdicts(colleague) == []


async def test_what_was_received_first_counts_first_whatever_is_judged_first(street: Desk) -> None:
    tablet, colleague = await street.tablet(), await street.tablet()
    tablet.check_in()
    bind(tablet, FIRST, entrance=ENTRANCE)
    # The stream that was opened first is judged first.
    await tablet.sync(1, 1)
    await street.fold()
    street.clock.now_ms += 1
    bind(colleague, FIRST, building=OTHER_BUILDING, entrance=OTHER_ENTRANCE)
    await colleague.sync()
    street.clock.now_ms += 1
    await tablet.sync(2)
    await street.fold()
    found = await told(street, FIRST)
    assert found is not None
    assert found.target == str(ENTRANCE)


async def test_a_withdrawn_binding_is_taken_back_and_tablets_forget_it(street: Desk) -> None:
    tablet, colleague = await street.tablet(), await street.tablet()
    mounted = bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    await colleague.sync()
    tablet.void(mounted)
    await handed_in(street, tablet)
    (news,) = (await colleague.sync()).feeds[f"grid:{GRID}"].entries
    assert (news.id, news.op) == (FIRST.digest, "delete")
    assert await told(street, FIRST) is None


async def test_a_withdrawn_replacement_gives_the_old_plate_its_place_back(street: Desk) -> None:
    await street.publish([entry(f"grid:{GRID}", "tag", FIRST.digest, TagEntry("qr", "place", str(ENTRANCE)))])
    tablet = await street.tablet()
    tablet.void(replace(tablet, FIRST, SECOND))
    await handed_in(street, tablet)
    assert await told(street, FIRST) == TagEntry("qr", "place", str(ENTRANCE))
    assert await told(street, SECOND) is None


async def test_a_withdrawn_move_brings_a_plate_back_to_where_it_was_put_up(street: Desk) -> None:
    tablet = await street.tablet()
    first = bind(tablet, FIRST, entrance=ENTRANCE)
    moved = bind(tablet, FIRST, building=OTHER_BUILDING, entrance=OTHER_ENTRANCE)
    await handed_in(street, tablet)
    tablet.void(moved)
    await handed_in(street, tablet)
    assert await told(street, FIRST) == TagEntry("qr", "place", str(ENTRANCE), "active", (str(first),))


async def test_a_correction_moves_a_plate_and_frees_the_tag_named_by_mistake(street: Desk) -> None:
    tablet = await street.tablet()
    mistaken = bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    corrected = bind(tablet, SECOND, building=OTHER_BUILDING, entrance=OTHER_ENTRANCE, amends=str(mistaken))
    await handed_in(street, tablet)
    assert await told(street, FIRST) is None
    assert await told(street, SECOND) == TagEntry("qr", "place", str(OTHER_ENTRANCE), "active", (str(corrected),))


@pytest.mark.parametrize(
    ("building", "entrance"),
    [
        (FOREIGN_BUILDING, None),
        (UUID(int=9), None),
        (BUILDING, OTHER_ENTRANCE),
        (BUILDING, UUID(int=9)),
    ],
)
async def test_a_plate_at_a_place_that_the_grid_does_not_have_is_kept_apart(
    street: Desk, building: UUID, entrance: UUID | None
) -> None:
    tablet = await street.tablet()
    bind(tablet, FIRST, building=building, entrance=entrance)
    await handed_in(street, tablet)
    assert await verdicts(tablet) == [(1, "unknown_ref")]
    assert await told(street, FIRST) is None


async def test_a_plate_kept_apart_counts_as_soon_as_its_building_is_imported(street: Desk) -> None:
    tablet = await street.tablet()
    late = UUID("01900000-0000-7000-8000-000000000004")
    bind(tablet, FIRST, building=late)
    await handed_in(street, tablet)
    await street.publish([entry(f"grid:{GRID}", "building", str(late), BuildingEntry("4号楼", GRID, order=4))])
    await street.fold()
    found = await told(street, FIRST)
    assert found is not None
    assert found.target == str(late)
    assert await verdicts(tablet) == []


async def test_a_corrected_place_releases_a_plate_that_was_kept_apart(street: Desk) -> None:
    tablet = await street.tablet()
    wrong = bind(tablet, FIRST, building=FOREIGN_BUILDING)
    await handed_in(street, tablet)
    bind(tablet, FIRST, entrance=ENTRANCE, amends=str(wrong))
    await handed_in(street, tablet)
    found = await told(street, FIRST)
    assert found is not None
    assert found.target == str(ENTRANCE)
    assert await verdicts(tablet) == []


async def test_somebodys_card_becomes_no_plate(street: Desk) -> None:
    badge = entry(f"grid:{OTHER_GRID}", "tag", CARD.digest, TagEntry("em", "inspector", str(OTHER_ACTOR)))
    await street.publish([badge])
    tablet = await street.tablet()
    bind(tablet, CARD, entrance=ENTRANCE)
    replace(tablet, CARD, SECOND)
    await handed_in(street, tablet)
    assert await verdicts(tablet) == [(1, "not_allowed"), (2, "not_allowed")]
    assert await told(street, CARD) is None
    assert await told(street, SECOND) is None


async def test_a_plate_that_the_district_withdrew_stays_withdrawn(street: Desk) -> None:
    published = TagEntry("qr", "place", str(ENTRANCE), "revoked")
    await street.publish([entry(f"grid:{GRID}", "tag", FIRST.digest, published)])
    tablet = await street.tablet()
    bind(tablet, FIRST, building=OTHER_BUILDING)
    await handed_in(street, tablet)
    assert await told(street, FIRST) == published
    assert await verdicts(tablet) == []


async def test_a_new_import_keeps_what_inspectors_put_up(street: Desk) -> None:
    imported = entry(f"grid:{GRID}", "tag", FIRST.digest, TagEntry("qr", "place", str(ENTRANCE)))
    await street.publish([imported])
    tablet = await street.tablet()
    bind(tablet, FIRST, building=OTHER_BUILDING)
    bind(tablet, SECOND, entrance=ENTRANCE)
    await handed_in(street, tablet)
    before = [await told(street, tag) for tag in (FIRST, SECOND)]
    gone = [FeedChange(f"grid:{GRID}", "tag", tag.digest, b"null", is_deleted=True) for tag in (FIRST, SECOND)]
    assert await street.case_api.storage.feeds.publish([*gone, imported]) == 0
    assert await street.case_api.storage.feeds.publish(gone) == 0
    assert [await told(street, tag) for tag in (FIRST, SECOND)] == before
    assert before[0] is not None
    assert before[0].target == str(OTHER_BUILDING)


async def test_what_an_import_took_away_does_not_come_back_with_a_withdrawal(street: Desk) -> None:
    imported = entry(f"grid:{GRID}", "tag", FIRST.digest, TagEntry("qr", "place", str(ENTRANCE)))
    await street.publish([imported])
    tablet = await street.tablet()
    moved = bind(tablet, FIRST, building=OTHER_BUILDING)
    await handed_in(street, tablet)
    await street.publish([FeedChange(f"grid:{GRID}", "tag", FIRST.digest, b"null", is_deleted=True)])
    tablet.void(moved)
    await handed_in(street, tablet)
    assert await told(street, FIRST) is None


async def test_a_plate_moves_with_its_building_into_another_grid(street: Desk) -> None:
    tablet, neighbour = await street.tablet(), await street.tablet(OTHER_GRID)
    bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    await street.publish(
        [
            FeedChange(f"grid:{GRID}", "building", str(BUILDING), b"null", is_deleted=True),
            FeedChange(f"grid:{GRID}", "entrance", str(ENTRANCE), b"null", is_deleted=True),
            entry(f"grid:{OTHER_GRID}", "building", str(BUILDING), BuildingEntry("1号楼", OTHER_GRID, order=1)),
            entry(f"grid:{OTHER_GRID}", "entrance", str(ENTRANCE), EntranceEntry(str(BUILDING), "一单元", order=1)),
        ]
    )
    assert await told(street, FIRST) is None
    assert await told(street, FIRST, f"grid:{OTHER_GRID}") is not None
    news = (await neighbour.sync()).feeds[f"grid:{OTHER_GRID}"].entries
    assert FIRST.digest in [each.id for each in news]


async def test_a_plate_at_a_place_that_was_taken_down_stays_where_the_grid_knew_it(street: Desk) -> None:
    tablet = await street.tablet()
    bind(tablet, FIRST, entrance=ENTRANCE)
    await handed_in(street, tablet)
    await street.publish(
        [
            FeedChange(f"grid:{GRID}", kind, str(gone), b"null", is_deleted=True)
            for kind, gone in (("building", BUILDING), ("entrance", ENTRANCE))
        ]
    )
    assert await told(street, FIRST) is not None


async def test_the_same_records_again_say_nothing_new(street: Desk) -> None:
    tablet = await street.tablet()
    bind(tablet, FIRST, entrance=ENTRANCE)
    replace(tablet, FIRST, SECOND)
    await handed_in(street, tablet)
    number = (await street.case_api.storage.feeds.current(f"grid:{GRID}")).number
    tablet.stream = street.clock.uuid()
    await handed_in(street, tablet)
    assert (await street.case_api.storage.feeds.current(f"grid:{GRID}")).number == number


async def test_a_server_that_was_stopped_tells_the_same_after_it(database: Path, clock: Clock, street: Desk) -> None:
    tablet = await street.tablet()
    bind(tablet, FIRST, entrance=ENTRANCE)
    replaced = replace(tablet, FIRST, SECOND)
    await handed_in(street, tablet)
    before = await street.case_api.storage.feeds.current(f"grid:{GRID}")
    await street.case_api.storage.close()
    street.case_api = open_case_api(database, clock)
    async with street.serving():
        tablet.client = street.client
        assert await street.case_api.storage.feeds.current(f"grid:{GRID}") == before
        tablet.void(replaced)
        await handed_in(street, tablet)
        first = await told(street, FIRST)
        assert first is not None
        assert first.status == "active"
        assert await told(street, SECOND) is None
    await street.case_api.storage.close()


async def test_a_plate_by_its_code_instead_of_its_digest_is_kept_apart(street: Desk) -> None:
    tablet = await street.tablet()
    tablet.record("tag_bind", TagBind(FIRST, str(BUILDING), "qr"))
    tablet.records[-1] = tablet.records[-1].replace(FIRST.digest.encode(), b"XG104HMASW9NF6YY09345")
    await handed_in(street, tablet)
    assert await verdicts(tablet) == [(1, "bad_shape")]


def test_tags_published_before_inspectors_could_put_up_plates_are_known(tmp_path: Path) -> None:
    connection = connect_writing(tmp_path / "older.db")
    migrate(connection, shipped_steps()[:5], 0)
    badge = entry(f"grid:{GRID}", "tag", CARD.digest, TagEntry("em", "inspector", str(OTHER_ACTOR)))
    feeding.publish(connection, DISTRICT, [badge])
    migrate(connection, shipped_steps(), 0)
    assert mounting.published_role(connection, DISTRICT, CARD.digest) == "inspector"
    connection.close()


async def test_the_desk_counts_the_places_of_a_building_that_have_a_plate(street: Desk) -> None:
    tablet = await street.tablet()

    async def counted() -> list[tuple[str, int]]:
        return [(row.name, row.plates) for row in await street.case_api.desk.rounds("2026-11-23", grid=GRID)]

    assert await counted() == [("1号楼", 0), ("2号楼", 0)]
    bind(tablet, FIRST, entrance=ENTRANCE)
    bind(tablet, CARD, entrance=ENTRANCE)
    bind(tablet, SECOND)
    await handed_in(street, tablet)
    assert await counted() == [("1号楼", 1), ("2号楼", 0)], "two tags at one door, and the building's own"
    tablet.void(replace(tablet, FIRST, TagRef("qr", "5" * 64)))
    await handed_in(street, tablet)
    assert await counted() == [("1号楼", 1), ("2号楼", 0)]
