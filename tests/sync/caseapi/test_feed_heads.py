"""Feeds whose ends are kept in memory: nothing is read when nothing is new, and what is new is never hidden."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.caseapi.storage.base import FeedStore, PageLimits, Wanted
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.values import FeedChange
from tests.sync.caseapi.harness import Clock, open_case_api, prepare

LIMITS = PageLimits(500, 1_000_000)


@pytest.fixture
async def feeds(tmp_path: Path) -> AsyncIterator["Counted"]:
    clock = Clock()
    case_api = open_case_api(prepare(tmp_path / "case.db", clock), clock)
    yield Counted(case_api.storage.feeds)
    await case_api.storage.close()


class Counted:
    """A feed store that can be asked as a tablet asks: again and again with the cursor it was given."""

    def __init__(self, store: FeedStore) -> None:
        self.store = store
        self.cursors: dict[str, tuple[int, str] | None] = {"grid:a": None, "catalogue": None}

    async def pull(self) -> list[str]:
        wanted = [Wanted(scope, cursor) for scope, cursor in self.cursors.items()]
        slices = await self.store.pages(wanted, LIMITS)
        self.cursors = {
            each.scope: (found.number, found.check)
            for each, found in zip(wanted, slices, strict=True)
            if found.is_known
        }
        return [entry.id for found in slices for entry in found.entries]

    async def publish(self, scope: str, entry_id: str) -> None:
        await self.store.publish([FeedChange(scope, "case", entry_id, b"{}")])


async def test_what_is_published_between_two_exchanges_comes_with_the_second(feeds: Counted) -> None:
    assert await feeds.pull() == []
    assert await feeds.pull() == []
    await feeds.publish("grid:a", "one")
    assert await feeds.pull() == ["one"]
    assert await feeds.pull() == []
    await feeds.publish("catalogue", "two")
    await feeds.publish("grid:a", "three")
    assert sorted(await feeds.pull()) == ["three", "two"]


async def test_a_cursor_at_the_end_of_every_feed_reads_nothing(feeds: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    await feeds.publish("grid:a", "one")
    await feeds.pull()
    await feeds.pull()

    async def refuse(*_: object) -> None:
        raise AssertionError("the database was read")

    monkeypatch.setattr(Readers, "read", refuse)
    assert await feeds.pull() == []


async def test_a_cursor_of_another_database_is_not_taken_for_the_end(feeds: Counted) -> None:
    await feeds.publish("grid:a", "one")
    await feeds.pull()
    number, check = feeds.cursors["grid:a"] or (0, "")
    wanted = [Wanted("grid:a", (number, check[::-1]))]
    (found,) = await feeds.store.pages(wanted, LIMITS)
    assert not found.is_known
