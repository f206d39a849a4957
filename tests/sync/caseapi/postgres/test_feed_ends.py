"""Where nothing is new in any feed that is asked for, that is told from the ends of the feeds alone."""

import pytest

from sync.caseapi.storage.base import Wanted
from sync.caseapi.storage.feed_chain import check_of, first_running
from sync.caseapi.storage.postgres.store import PostgresHeads, PostgresStorage
from sync.caseapi.storage.values import FeedChange, FeedSlice
from tests.contracts.storages import page_after
from tests.sync.caseapi.postgres.conftest import Open

pytestmark = pytest.mark.needs("postgres")


def heads_of(storage: PostgresStorage) -> PostgresHeads:
    return PostgresHeads(storage._readers, storage.district)


async def test_a_feed_without_entries_ends_where_it_begins(open_another: Open) -> None:
    heads = heads_of(open_another())
    start = (0, check_of(first_running("grid:1")))
    told = await heads.nothing_new([Wanted("grid:1", start)])
    assert told == [FeedSlice(*start, is_known=True, entries=(), more=False)]
    assert await heads.nothing_new([]) == []


async def test_the_end_is_that_of_each_feed_and_any_that_has_moved_is_read(open_another: Open) -> None:
    storage = open_another()
    heads = heads_of(storage)
    await storage.feeds.publish([FeedChange("grid:1", "notice", "a", b"1"), FeedChange("grid:2", "notice", "a", b"1")])
    ends = {scope: await page_after(storage, scope) for scope in ("grid:1", "grid:2")}
    wanted = [Wanted(scope, (end.number, end.check)) for scope, end in ends.items()]
    told = await heads.nothing_new(wanted)
    assert told == [FeedSlice(end.number, end.check) for end in ends.values()]
    assert await heads.nothing_new([wanted[0], Wanted("grid:2", None)]) is None
    await storage.feeds.publish([FeedChange("grid:2", "notice", "b", b"2")])
    assert await heads.nothing_new(wanted) is None
    assert await heads.nothing_new(wanted[:1]) == told[:1]


async def test_a_cursor_of_another_life_of_the_database_stands_at_no_end(open_another: Open) -> None:
    storage = open_another()
    await storage.feeds.publish([FeedChange("grid:1", "notice", "a", b"1")])
    assert await heads_of(storage).nothing_new([Wanted("grid:1", (1, "0" * 16))]) is None
