"""Plates and badges: issued once, replaced, revoked; tablets hear it, and who did it is kept."""

import pytest

from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.places.bearers import number_of
from sync.records import TagBind, TagRef
from sync.reference import TagEntry, decode_entry
from sync.tags import Tag, plate_code, tag_digest
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, OTHER_GRID, Desk
from tests.sync.caseapi.places.listed import take, told

CODE = plate_code(b"0123456789")
DIGEST = tag_digest(Tag("qr", CODE))
OTHER = tag_digest(Tag("qr", plate_code(b"9876543210")))
CARD = tag_digest(Tag("em", "010063E9AE"))


async def statuses(desk: Desk) -> dict[str, str]:
    """Return the status of every tag, by digest."""
    found = (await told(desk, "tag")).items()
    return {digest: entry.status for digest, (_, entry) in found if isinstance(entry, TagEntry)}


async def seated(desk: Desk) -> str:
    await take(desk, "people", ("grid", "seat", "name", "pin"), (GRID, "2", "甲", "204816"))
    return f"{GRID}-2"


async def test_plates_hang_at_entrances_and_at_buildings_without_any(desk: Desk) -> None:
    await take(desk, "buildings", ("grid", "name"), (OTHER_GRID, "独栋"))
    places = await desk.case_api.tags.places()
    assert [(each.name, each.part, each.area) for each in places] == [
        ("1号楼", "一单元", "街道 社区 第一网格"),
        ("独栋", "", "街道 社区 第二网格"),
    ]
    await desk.case_api.tags.issue([("qr", DIGEST, str(ENTRANCE))], "place", by="wang")
    assert [each.name for each in await desk.case_api.tags.places()] == ["独栋"]
    assert len(await desk.case_api.tags.places(grid=GRID, is_every=True)) == 1
    assert len(await desk.case_api.tags.places(building=str(BUILDING), is_every=True)) == 1
    with pytest.raises(CommandRefused, match="nothing to hang a plate at"):
        await desk.case_api.tags.places(grid="230108001001999")


async def test_a_plate_that_is_replaced_says_so_on_tablets_and_who_did_it_is_kept(desk: Desk) -> None:
    tags = desk.case_api.tags
    await tags.issue([("qr", DIGEST, str(ENTRANCE))], "place", by="wang")
    done = await tags.issue([("qr", OTHER, str(ENTRANCE))], "place", by="li", is_replacing=True)
    assert (done.issued, done.replaced, done.revoked) == (1, 1, 0)
    assert await statuses(desk) == {DIGEST: "replaced", OTHER: "active"}
    assert {scope for scope, _ in (await told(desk, "tag")).values()} == {f"grid:{GRID}"}
    acts = await desk.case_api.storage.places.acts_on(DIGEST)
    assert [(act.by, act.act) for act in acts] == [("wang", "plate_issued"), ("li", "plate_replaced")]
    tablet = await desk.tablet()
    snapshot = (await tablet.sync()).feeds[f"grid:{GRID}"]
    heard = {each.id: decode_entry("tag", bytes(each.body)) for each in snapshot.entries if each.type == "tag"}
    assert heard == {
        DIGEST: TagEntry("qr", "place", str(ENTRANCE), "replaced"),
        OTHER: TagEntry("qr", "place", str(ENTRANCE)),
    }


async def test_a_plate_that_an_inspector_put_up_is_revoked_where_it_is_to_be_replaced(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.record("tag_bind", TagBind(TagRef("qr", DIGEST), str(BUILDING), "qr", str(ENTRANCE)))
    await tablet.sync()
    await desk.fold()
    done = await desk.case_api.tags.issue([("qr", OTHER, str(ENTRANCE))], "place", by="li", is_replacing=True)
    assert (done.replaced, done.revoked) == (0, 1)
    assert await statuses(desk) == {DIGEST: "revoked", OTHER: "active"}


@pytest.mark.parametrize("named", [CODE, CODE.lower(), f"{CODE[:7]} {CODE[7:]}", number_of(DIGEST), str(ENTRANCE)])
async def test_a_plate_is_revoked_by_code_number_or_place(desk: Desk, named: str) -> None:
    await desk.case_api.tags.issue([("qr", DIGEST, str(ENTRANCE))], "place", by="wang")
    (before,) = await desk.case_api.tags.revoke(named, "place", by="li")
    assert (before.status, before.bearer and before.bearer.name) == ("active", "1号楼")
    assert await statuses(desk) == {DIGEST: "revoked"}


@pytest.mark.parametrize("named", ["", "XG1CZ0TW9ZK43EBNCWD42", number_of(OTHER), number_of(DIGEST)[:4], "x"])
async def test_what_names_no_plate_is_refused_and_changes_nothing(desk: Desk, named: str) -> None:
    await desk.case_api.tags.issue([("qr", DIGEST, str(ENTRANCE))], "place", by="wang")
    with pytest.raises(CommandRefused):
        await desk.case_api.tags.revoke(named, "place", by="li")
    assert await statuses(desk) == {DIGEST: "active"}


async def test_a_badge_is_one_persons_and_a_new_one_ends_the_old(desk: Desk) -> None:
    seat, tags = await seated(desk), desk.case_api.tags
    await take(desk, "people", ("grid", "seat", "name", "pin"), (GRID, "3", "乙", "204816"))
    await tags.issue([("em", CARD, seat)], "inspector", by="wang")
    with pytest.raises(CommandRefused, match=rf"this badge is 甲 {seat}'s"):
        await tags.issue([("em", CARD, f"{GRID}-3")], "inspector", by="wang")
    await tags.issue([("em", "e" * 64, seat)], "inspector", by="wang", is_replacing=True)
    assert await statuses(desk) == {CARD: "replaced", "e" * 64: "active"}
    await tags.revoke(seat, "inspector", by="wang")
    assert set((await statuses(desk)).values()) == {"replaced", "revoked"}
    assert {each.number for each in await tags.given("inspector", grid=GRID)} == {number_of(CARD), "EEEE-EEEE"}


async def test_one_place_that_is_not_there_lets_no_plate_count(desk: Desk) -> None:
    with pytest.raises(CommandRefused, match="no building or entrance"):
        await desk.case_api.tags.issue([("qr", DIGEST, str(ENTRANCE)), ("qr", OTHER, "x")], "place", by="wang")
    assert await statuses(desk) == {}
    assert await desk.case_api.storage.places.acts(1) == []


async def test_a_badge_goes_where_its_person_goes(desk: Desk) -> None:
    seat = await seated(desk)
    await desk.case_api.tags.issue([("em", CARD, seat)], "inspector", by="wang")
    (person,) = await told(desk, "person")
    await take(desk, "people", ("grid", "seat", "name", "person_id"), (OTHER_GRID, "2", "甲", person))
    ((scope, _),) = (await told(desk, "tag")).values()
    assert scope == f"grid:{OTHER_GRID}"
