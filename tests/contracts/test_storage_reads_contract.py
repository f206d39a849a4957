"""One suite over every storage engine: feeds and what the desk reads, `sync.caseapi.storage.base` rules 5 and 6."""

from collections.abc import Sequence

import pytest

from sync.caseapi.storage.base import Facts, PageLimits, Storage, Wanted
from sync.caseapi.storage.judged import JudgedBatch, Unjudged
from sync.caseapi.storage.values import FeedChange
from tests.contracts.storages import Recorder, Sender, page_after
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import GRID, NOW_MS, small_district

# Feeds ---------------------------------------------------------------------------------------------------------------


async def test_numbers_of_a_scope_have_no_gaps_and_pages_join(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", f"m{n}", b'{"n":%d}' % n) for n in range(7)])
    cursor: tuple[int, str] | None = None
    found: list[int] = []
    more = True
    while more:
        page = await page_after(storage, "catalogue", cursor, PageLimits(3, 1 << 20))
        found += [entry.number for entry in page.entries]
        cursor, more = (page.number, page.check), page.more
    assert found == list(range(1, 8))
    assert cursor == (7, (await page_after(storage, "catalogue")).check)


async def test_a_page_is_bounded_in_bytes_and_never_empty(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", f"m{n}", b'"%s"' % (b"x" * 500)) for n in range(4)])
    page = await page_after(storage, "catalogue", None, PageLimits(500, 10))
    assert (len(page.entries), page.more) == (1, True)


async def test_a_scope_without_room_repeats_its_cursor_and_says_more(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange(scope, "matter", "m", b"{}") for scope in ("catalogue", "grid:1")])
    first, second = await storage.feeds.pages([Wanted("catalogue"), Wanted("grid:1", (1, "00"))], PageLimits(500, 1))
    assert (len(first.entries), first.more) == (1, False)
    assert (second.number, second.check, second.entries, second.more) == (1, "00", (), True)


async def test_what_stands_already_is_no_news(storage: Storage) -> None:
    changes = [FeedChange("catalogue", "matter", "m", b"{}")]
    assert [await storage.feeds.publish(changes), await storage.feeds.publish(changes)] == [1, 0]


async def test_a_replaced_entry_is_left_out_and_the_cursor_still_counts_it(storage: Storage) -> None:
    for body in (b"1", b"2"):
        await storage.feeds.publish([FeedChange("catalogue", "matter", "m", body)])
    page = await page_after(storage, "catalogue")
    assert [(entry.number, bytes(entry.body)) for entry in page.entries] == [(2, b"2")]
    assert page.number == 2


async def test_a_deletion_reaches_those_behind_and_is_in_no_snapshot(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"1")])
    before = await page_after(storage, "catalogue")
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"", is_deleted=True)])
    page = await page_after(storage, "catalogue", (before.number, before.check))
    assert [(entry.op, entry.id) for entry in page.entries] == [("delete", "m")]
    assert (await storage.feeds.current("catalogue")).entries == ()


@pytest.mark.parametrize("cursor", [(1, "0" * 16), (9, "0" * 16), (-1, ""), (1 << 70, "0" * 16), (0, "no")])
async def test_a_strange_cursor_is_not_known(storage: Storage, cursor: tuple[int, str]) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"1")])
    assert not (await page_after(storage, "catalogue", cursor)).is_known


async def test_a_grid_knows_where_it_belongs(storage: Storage) -> None:
    await storage.feeds.publish(small_district())
    place = await storage.feeds.place_of(GRID)
    assert place is not None
    assert (place.community, place.district) == ("230108001001", "230108")
    assert await storage.feeds.place_of("nowhere") is None


# Reads ---------------------------------------------------------------------------------------------------------------


async def test_the_change_number_grows_with_every_commit(storage: Storage, sender: Sender) -> None:
    before = await storage.desk.changes()
    sender.grow(1)
    await storage.exchanges.exchange(sender.incoming())
    assert await storage.desk.changes() > before


async def test_a_tablets_own_words_less_what_is_held_by_now_are_shown(storage: Storage, sender: Sender) -> None:
    sender.grow(2)
    settled = await storage.exchanges.exchange(sender.incoming())
    (tablet,) = await storage.desk.tablets()
    (receipt,) = await storage.desk.receipts()
    assert (tablet.unsettled, tablet.free_bytes, tablet.held, tablet.last_exchange_ms) == (1, 1 << 33, 2, NOW_MS)
    assert (receipt.signed, receipt.code, receipt.grid) == (settled.receipt, tablet.receipt_code, GRID)


async def test_a_case_folded_again_keeps_its_place_and_counts_its_version(storage: Storage, sender: Sender) -> None:
    sender.grow(2)
    await storage.exchanges.exchange(sender.incoming())

    class Folds(Recorder):
        def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
            return JudgedBatch(rows=(case_row(summary=records[0].raw.decode()),))

    for _ in range(2):
        await storage.judging.judge_waiting(Folds(), 1)
    (case,) = await storage.desk.cases()
    assert (case.summary, case.version) == ("record 1", 2)
