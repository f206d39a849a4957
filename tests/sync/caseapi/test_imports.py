"""A district's files become what tablets are told: scopes, renewals, deletions, PINs."""

from dataclasses import replace

import msgspec
import pytest

from sync.caseapi.district.area import Area
from sync.caseapi.district.catalogue import shipped_catalogue
from sync.caseapi.district.model import (
    Building,
    Community,
    Contact,
    District,
    Entrance,
    Grid,
    Person,
    Seat,
    Street,
    bind,
)
from sync.caseapi.errors import ImportRefused
from sync.caseapi.service.imports import PERSON_VALID_MS, Hashing, import_district
from sync.caseapi.service.people.verifiers import pin_verifier, still_verifies
from sync.caseapi.storage.base import FeedStore
from sync.records import TagBind, TagRef
from sync.reference import BuildingEntry, ContactEntry, GridEntry, PersonEntry, TagEntry, decode_entry
from sync.tags import Tag
from tests.sync.caseapi.harness import ACTOR, BUILDING, DISTRICT, ENTRANCE, GRID, NOW_MS, Desk

AREA: Area = ()
"""Where nobody drew a border."""

SQUARE: Area = (((126.6, 45.6), (126.7, 45.6), (126.7, 45.7), (126.6, 45.6)),)


def district() -> District:
    entrance = Entrance(str(ENTRANCE), str(BUILDING), 1, "一单元", 12, 126.6, 45.6)
    return District(
        code=DISTRICT,
        name="平房区",
        streets=(Street("230108001", "街道", AREA),),
        communities=(Community("230108001001", "230108001", "社区", True, AREA),),
        grids=(Grid(GRID, "230108001001", "第一网格", AREA),),
        seats=(Seat(f"{GRID}-1", GRID, "leader"),),
        people=(Person(str(ACTOR), f"{GRID}-1", "网格员 1", "204816"),),
        buildings=(Building(str(BUILDING), GRID, "1号楼", "地址", 126.6, 45.6, "CGCS2000", ("yhl",), (entrance,)),),
        tags=(
            bind(Tag("qr", "XG1"), "place", str(ENTRANCE)),
            bind(Tag("em", "0102030405"), "inspector", str(ACTOR)),
            bind(Tag("em", "0A0B0C0D0E"), "visitor", "", label="访客 1"),
        ),
        catalogue=shipped_catalogue()[:3],
    )


@pytest.fixture
def feeds(desk: Desk) -> FeedStore:
    return desk.case_api.storage.feeds


async def imported(feeds: FeedStore, given: District, now_ms: int = NOW_MS) -> int:
    return (await import_district(feeds, given, Hashing("demo", now_ms), own=DISTRICT)).changed


async def person(feeds: FeedStore) -> PersonEntry:
    (body,) = (await feeds.standing(["person"])).values()
    entry = decode_entry("person", body)
    assert isinstance(entry, PersonEntry)
    return entry


async def test_every_row_goes_to_the_scope_of_those_who_need_it(feeds: FeedStore) -> None:
    await imported(feeds, district())
    types = ["grid", "building", "entrance", "person", "tag", "matter"]
    scopes = {(entry_type, scope) for scope, entry_type, _ in await feeds.standing(types)}
    assert scopes == {(entry_type, f"grid:{GRID}") for entry_type in types[:5]} | {
        ("tag", f"district:{DISTRICT}"),
        ("matter", "catalogue"),
    }


async def test_borders_ground_plans_notes_and_numbers_to_call_reach_the_grid(feeds: FeedStore) -> None:
    plain = district()
    drawn = replace(
        plain,
        grids=(replace(plain.grids[0], area=SQUARE),),
        buildings=(replace(plain.buildings[0], note="电梯检修中", outline=SQUARE),),
        contacts=(Contact(str(ACTOR), GRID, str(BUILDING), "", "物业报修（合成）", "0000 0002"),),
    )
    await imported(feeds, drawn)
    bodies = await feeds.standing(["grid", "building", "contact"])
    grid, building, contact = (
        decode_entry(entry_type, bodies[f"grid:{GRID}", entry_type, entry_id])
        for entry_type, entry_id in (("grid", GRID), ("building", str(BUILDING)), ("contact", str(ACTOR)))
    )
    assert isinstance(grid, GridEntry)
    assert isinstance(building, BuildingEntry)
    assert (grid.border, building.outline, building.note) == (SQUARE, SQUARE, "电梯检修中")
    assert contact == ContactEntry("物业报修（合成）", "0000 0002", str(BUILDING))


async def test_importing_again_is_no_news(feeds: FeedStore) -> None:
    await imported(feeds, district())
    assert await imported(feeds, district(), NOW_MS + 1000) == 0


async def test_what_is_gone_from_the_files_is_deleted(feeds: FeedStore) -> None:
    await imported(feeds, district())
    assert await imported(feeds, replace(district(), tags=())) == 3
    assert await feeds.standing(["tag"]) == {}


async def test_a_new_pin_makes_a_new_verifier_and_an_old_one_keeps_its_own(feeds: FeedStore) -> None:
    await imported(feeds, district())
    before = await person(feeds)
    changed = replace(district().people[0], pin="975310")
    assert await imported(feeds, replace(district(), people=(changed,))) == 1
    after = await person(feeds)
    assert before.pin != after.pin
    assert still_verifies(after.pin, "975310", "demo")


async def test_importing_in_the_second_half_of_the_year_renews_people(feeds: FeedStore) -> None:
    await imported(feeds, district())
    before = await person(feeds)
    assert await imported(feeds, district(), NOW_MS + PERSON_VALID_MS // 2 + 1) == 1
    assert (await person(feeds)).valid_until > before.valid_until


async def test_another_districts_files_are_refused(feeds: FeedStore) -> None:
    with pytest.raises(ImportRefused, match="110101"):
        await imported(feeds, replace(district(), code="110101"))


def test_a_full_verifier_is_as_hard_as_promised() -> None:
    verifier = pin_verifier("204816", "full")
    assert "argon2id" in verifier
    assert "m=65536,t=3" in verifier
    assert not still_verifies(pin_verifier("204816", "demo"), "204816", "full")
    assert not still_verifies("nonsense", "204816", "full")


async def test_plates_that_inspectors_put_up_outlive_an_import(desk: Desk, feeds: FeedStore) -> None:
    given = district()
    await imported(feeds, given)
    tablet = await desk.tablet()
    moved = tablet.record("tag_bind", TagBind(TagRef("qr", given.tags[0].digest), str(BUILDING), "qr"))
    new = tablet.record("tag_bind", TagBind(TagRef("qr", "1" * 64), str(BUILDING), "qr", str(ENTRANCE)))
    await tablet.sync()
    await desk.fold()
    for pack in (given, replace(given, tags=given.tags[1:]), given):
        await imported(feeds, pack)
        found = await feeds.standing(["tag"])
        hanging = {tag: msgspec.json.decode(body, type=TagEntry) for (_, _, tag), body in found.items()}
        assert len(found) == len(given.tags) + 1
        assert hanging[given.tags[0].digest] == TagEntry("qr", "place", str(BUILDING), "active", (str(moved),))
        assert hanging["1" * 64] == TagEntry("qr", "place", str(ENTRANCE), "active", (str(new),))
