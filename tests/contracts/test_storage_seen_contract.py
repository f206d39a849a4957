"""One suite over every storage engine: when somebody was last at a place, `storage.base` rule 8."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import msgspec
import pytest

from sync.caseapi.storage.base import Facts, Storage
from sync.caseapi.storage.judged import CheckInRow, JudgedBatch, Unjudged
from sync.caseapi.storage.values import FeedChange
from sync.reference import BuildingEntry, SeenEntry
from tests.contracts.storages import Recorder, Sender, page_after
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, NOW_MS, OTHER_GRID, entry, small_district

SCOPE, OTHER_SCOPE = f"grid:{GRID}", f"grid:{OTHER_GRID}"
DAY = date(2026, 11, 23)
MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS


class Says(Recorder):
    """A judge that makes given rows of one record."""

    def __init__(self, *rows: CheckInRow) -> None:
        super().__init__()
        self._rows = rows

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        return JudgedBatch(rows=self._rows)


def seen(number: int, minutes: int = 0, result: str = "normal", *, days_ago: int = 0) -> CheckInRow:
    return CheckInRow(
        id=UUID(int=number),
        grid=GRID,
        building=BUILDING,
        entrance=ENTRANCE,
        day=(DAY - timedelta(days=days_ago)).isoformat(),
        round=1,
        result=result,
        method="list",
        geofence="unknown",
        is_void=False,
        at_ms=NOW_MS + minutes * MINUTE_MS - days_ago * DAY_MS,
    )


def void(row: CheckInRow) -> CheckInRow:
    return replace(row, is_void=True)


async def judged(storage: Storage, sender: Sender, *batches: Sequence[CheckInRow]) -> None:
    """Write the rows of each batch in a transaction of its own."""
    for rows in batches:
        sender.grow(1)
        await storage.exchanges.exchange(sender.incoming(len(sender.raws)))
        assert await storage.judging.judge_waiting(Says(*rows), 10) == 1


async def told(storage: Storage) -> dict[tuple[str, str], SeenEntry]:
    """Return what the tablets are told, by scope and place."""
    found = await storage.feeds.standing(["seen"])
    return {(scope, place): msgspec.json.decode(body, type=SeenEntry) for (scope, _, place), body in found.items()}


def last(row: CheckInRow, place: UUID = ENTRANCE, scope: str = SCOPE) -> dict[tuple[str, str], SeenEntry]:
    at = datetime.fromtimestamp(row.at_ms // MINUTE_MS * 60, UTC)
    return {(scope, str(place)): SeenEntry(at.isoformat().replace("+00:00", "Z"), row.result)}


@pytest.fixture
async def district(storage: Storage) -> Storage:
    await storage.feeds.publish(small_district())
    return storage


async def test_a_place_is_told_with_its_last_moment_and_result_and_with_nothing_else(
    district: Storage, sender: Sender
) -> None:
    await judged(district, sender, [seen(1)], [seen(2, 5, "issue")])
    assert await told(district) == last(seen(2, 5, "issue"))
    ((_, body),) = (await district.feeds.standing(["seen"])).items()
    assert set(msgspec.json.decode(body)) == {"at", "result"}


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_the_newest_stands_in_whatever_order_they_are_judged(
    district: Storage, sender: Sender, order: tuple[int, ...]
) -> None:
    await judged(district, sender, *([seen(number, number)] for number in order))
    assert await told(district) == last(seen(3, 3))


async def test_several_of_one_transaction_make_one_entry_for_each_place(district: Storage, sender: Sender) -> None:
    before = (await page_after(district, SCOPE)).number
    doors = [seen(number, number) for number in (3, 1, 2)]
    await judged(district, sender, [*doors, replace(seen(4, 9), entrance=None)])
    assert await told(district) == last(seen(3, 3)) | last(seen(4, 9), BUILDING)
    assert (await page_after(district, SCOPE)).number == before + 2


async def test_the_numbers_of_entries_say_nothing_of_who_went_where_after_whom(
    district: Storage, sender: Sender
) -> None:
    await judged(district, sender, [seen(1), replace(seen(2, 5), entrance=None)])
    entries = (await page_after(district, SCOPE)).entries
    assert [each.id for each in entries if each.type == "seen"] == sorted([str(BUILDING), str(ENTRANCE)])


async def test_no_finer_moment_than_the_minute_is_told(district: Storage, sender: Sender) -> None:
    row = replace(seen(1), at_ms=NOW_MS + 59_999)
    await judged(district, sender, [row])
    assert await told(district) == {(SCOPE, str(ENTRANCE)): SeenEntry("2026-11-23T08:00:00Z", "normal")}


async def test_what_is_written_again_is_no_news(district: Storage, sender: Sender) -> None:
    await judged(district, sender, [seen(1), seen(2, 5)])
    before = (await page_after(district, SCOPE)).number
    await judged(district, sender, [seen(2, 5)], [seen(1)], [seen(1), seen(2, 5)])
    assert (await page_after(district, SCOPE)).number == before


async def test_an_older_one_that_is_judged_late_is_no_news(district: Storage, sender: Sender) -> None:
    await judged(district, sender, [seen(2, 5)])
    before = (await page_after(district, SCOPE)).number
    await judged(district, sender, [seen(1)])
    assert (await page_after(district, SCOPE)).number == before


async def test_a_withdrawn_one_gives_way_to_what_was_before_it_and_at_last_to_nothing(
    district: Storage, sender: Sender
) -> None:
    first, second, third = seen(1, days_ago=40), seen(2, days_ago=1), seen(3)
    await judged(district, sender, [first, second, third], [void(third)])
    assert await told(district) == last(second)
    await judged(district, sender, [void(second)])
    assert await told(district) == last(first)
    await judged(district, sender, [void(first)])
    assert await told(district) == {}
    await judged(district, sender, [seen(4, days_ago=3)])
    assert await told(district) == last(seen(4, days_ago=3))


async def test_one_that_comes_and_is_withdrawn_in_one_transaction_was_never_there(
    district: Storage, sender: Sender
) -> None:
    await judged(district, sender, [seen(1)], [seen(2, 5), void(seen(2, 5))])
    assert await told(district) == last(seen(1))


async def test_a_withdrawal_and_a_newer_one_of_one_transaction_leave_the_newer_one(
    district: Storage, sender: Sender
) -> None:
    await judged(district, sender, [seen(1)], [seen(2, 5)], [void(seen(2, 5)), seen(3, 7)])
    assert await told(district) == last(seen(3, 7))
    await judged(district, sender, [void(seen(3, 7))])
    assert await told(district) == last(seen(1))


async def test_one_that_says_more_later_keeps_its_place_among_the_others(district: Storage, sender: Sender) -> None:
    await judged(district, sender, [seen(1, 0, "not_stated")], [seen(1, 0, "normal")])
    assert await told(district) == last(seen(1, 0, "normal"))


async def test_one_that_was_moved_leaves_the_place_where_it_never_was(district: Storage, sender: Sender) -> None:
    moved = replace(seen(2, 5), entrance=None)
    await judged(district, sender, [seen(1)], [seen(2, 5)], [moved])
    assert await told(district) == last(seen(1)) | last(moved, BUILDING)


async def test_a_place_of_a_building_that_nobody_knows_is_told_once_the_building_comes(
    storage: Storage, sender: Sender
) -> None:
    await judged(storage, sender, [seen(1)])
    assert await told(storage) == {}
    await storage.feeds.publish(small_district())
    assert await told(storage) == last(seen(1))


async def test_an_entry_goes_along_with_its_building_into_another_grid_and_leaves_with_it(
    district: Storage, sender: Sender
) -> None:
    await judged(district, sender, [seen(1)])
    gone = FeedChange(SCOPE, "building", str(BUILDING), b"null", is_deleted=True)
    moved = entry(OTHER_SCOPE, "building", str(BUILDING), BuildingEntry("1号楼", OTHER_GRID, order=1))
    await district.feeds.publish([gone, moved])
    assert await told(district) == last(seen(1), scope=OTHER_SCOPE)
    await judged(district, sender, [seen(2, 5)])
    assert await told(district) == last(seen(2, 5), scope=OTHER_SCOPE)
    await district.feeds.publish([replace(gone, scope=OTHER_SCOPE)])
    assert await told(district) == {}


async def test_an_entrance_that_was_taken_down_is_told_no_more(district: Storage, sender: Sender) -> None:
    await judged(district, sender, [seen(1)])
    await district.feeds.publish([FeedChange(SCOPE, "entrance", str(ENTRANCE), b"null", is_deleted=True)])
    assert await told(district) == {}
