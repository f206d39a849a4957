"""What desks tell the grids of an area reaches these grids and no other, and leaves them whole, on every engine."""

from dataclasses import replace
from uuid import UUID

from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.exporting import ExportSpan
from sync.caseapi.storage.grid_notices import NoticeRow
from sync.caseapi.storage.values import FeedChange
from tests.sync.caseapi.harness import NOW_MS

COMMUNITY, STREET, DISTRICT = "230108001001", "230108001", "230108"
HERE, BESIDE, NEXT_COMMUNITY = f"{COMMUNITY}001", f"{COMMUNITY}002", "230108001002001"
BODY = b'{"text":"x"}'
LATER = NOW_MS + 1000
NOTICE = NoticeRow(
    id=UUID(int=7),
    area=COMMUNITY,
    org=STREET,
    desk="街道",
    text="明天停水\n九点到十一点",
    is_urgent=True,
    at_ms=NOW_MS,
    until_ms=LATER,
    account="account",
    ends_ms=LATER,
)


async def grids(storage: Storage, *codes: str) -> None:
    await storage.feeds.publish([FeedChange(f"grid:{code}", "grid", code, b"{}") for code in codes])


async def told(storage: Storage) -> dict[tuple[str, str], bytes]:
    standing = await storage.feeds.standing(["notice"])
    return {(scope, notice): bytes(body) for (scope, _, notice), body in standing.items()}


async def test_a_notice_is_told_to_the_grids_of_its_area_once(storage: Storage) -> None:
    await grids(storage, HERE, BESIDE, NEXT_COMMUNITY)
    sent = await storage.grid_notices.send(NOTICE, BODY)
    again = await storage.grid_notices.send(replace(NOTICE, text="another", area=DISTRICT), b"{}")
    assert sent == again == await storage.grid_notices.get(NOTICE.id) == replace(NOTICE, grids=2)
    assert await told(storage) == {(f"grid:{code}", str(NOTICE.id)): BODY for code in (HERE, BESIDE)}


async def test_a_grid_that_comes_later_is_told_nothing_old(storage: Storage) -> None:
    await grids(storage, HERE)
    await storage.grid_notices.send(NOTICE, BODY)
    await grids(storage, BESIDE)
    assert list(await told(storage)) == [(f"grid:{HERE}", str(NOTICE.id))]


async def test_a_notice_is_withdrawn_from_every_feed_once_and_stays_in_the_list(storage: Storage) -> None:
    await grids(storage, HERE, BESIDE)
    await storage.grid_notices.send(NOTICE, BODY)
    assert await storage.grid_notices.withdraw(NOTICE.id, "other", NOW_MS + 5)
    assert not await storage.grid_notices.withdraw(NOTICE.id, "third", NOW_MS + 6)
    assert not await storage.grid_notices.withdraw(UUID(int=8), "third", NOW_MS)
    assert await told(storage) == {}
    assert list(await storage.grid_notices.standing([COMMUNITY], NOW_MS + 5)) == []
    (kept,) = await storage.grid_notices.ended([COMMUNITY], NOW_MS + 5, 50)
    assert kept == replace(NOTICE, ends_ms=NOW_MS + 5, withdrawn_by="other", grids=2)
    left = await storage.feeds.current(f"grid:{HERE}")
    assert (left.number, [entry.type for entry in left.entries]) == (3, ["grid"])


async def test_what_has_ended_leaves_the_feeds_and_what_has_not_stays(storage: Storage) -> None:
    await grids(storage, HERE)
    longer = replace(NOTICE, id=UUID(int=8), until_ms=LATER + 1, ends_ms=LATER + 1)
    await storage.grid_notices.send(NOTICE, BODY)
    await storage.grid_notices.send(longer, BODY)
    assert await storage.grid_notices.end(LATER - 1) == 0
    assert await storage.grid_notices.end(LATER) == 1
    assert await storage.grid_notices.end(LATER) == 0
    assert list(await told(storage)) == [(f"grid:{HERE}", str(longer.id))]
    assert not await storage.grid_notices.withdraw(NOTICE.id, "other", LATER)


async def test_a_list_has_what_reaches_a_grid_of_its_areas_in_order(storage: Storage) -> None:
    await grids(storage, HERE, NEXT_COMMUNITY)
    areas = {1: DISTRICT, 2: STREET, 3: COMMUNITY, 4: HERE, 5: NEXT_COMMUNITY}
    for number, area in areas.items():
        notice = replace(NOTICE, id=UUID(int=number), area=area, at_ms=NOW_MS + number, is_urgent=number == 2)
        await storage.grid_notices.send(notice, BODY)

    async def listed(*areas: str) -> list[int]:
        return [each.id.int for each in await storage.grid_notices.standing(areas, NOW_MS)]

    assert await listed(COMMUNITY) == [2, 4, 3, 1]
    assert await listed(DISTRICT) == [2, 5, 4, 3, 1]
    assert await listed("230108001002", HERE) == [2, 5, 4, 3, 1]
    assert await listed() == []
    for number in (3, 1, 5):
        await storage.grid_notices.withdraw(UUID(int=number), "a", NOW_MS + 10 + number)
    ended = await storage.grid_notices.ended([COMMUNITY], NOW_MS + 20, 50)
    assert [each.id.int for each in ended] == [3, 1]
    assert [each.id.int for each in await storage.grid_notices.ended([DISTRICT], NOW_MS + 20, 1)] == [5]


async def test_notices_leave_by_patch_and_time_in_the_order_sent(storage: Storage) -> None:
    second = replace(NOTICE, id=UUID(int=1), at_ms=NOW_MS + 5)
    wide = replace(NOTICE, id=UUID(int=2), area=DISTRICT, at_ms=NOW_MS + 9)
    for notice in (second, wide, NOTICE):
        await storage.grid_notices.send(notice, BODY)
    spans = {
        ExportSpan(): [7, 1, 2],
        ExportSpan(patches=(HERE,)): [7, 1, 2],
        ExportSpan(patches=(NEXT_COMMUNITY[:12],)): [2],
        ExportSpan(patches=()): [],
        ExportSpan(from_ms=NOW_MS + 5, to_ms=NOW_MS + 9): [1],
    }
    with storage.exports.view() as view:
        assert {span: [notice.id.int for notice in view.notices(span)] for span in spans} == spans
