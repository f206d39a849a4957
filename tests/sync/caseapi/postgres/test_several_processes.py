"""Two servers on one database: what one writes is the other's too, and neither loses, doubles or skips anything."""

import asyncio
from uuid import UUID

import pytest

from sync.caseapi.storage.base import Needs, Wanted
from sync.caseapi.storage.postgres.store import PostgresStorage
from sync.caseapi.storage.values import FeedChange
from tests.contracts.storages import ALL, Recorder, Sender, enrolled, page_after
from tests.postgres_server import SHARED, PostgresServer
from tests.sync.caseapi.harness import Clock
from tests.sync.caseapi.postgres.conftest import Open

pytestmark = pytest.mark.needs("postgres")

TABLETS = 6


class Speaker(Sender):
    """A sender whose records are nobody else's."""

    def grow(self, count: int) -> None:
        self.raws += [b"%s says %d" % (self.stream.bytes, n) for n in range(len(self.raws), len(self.raws) + count)]


async def senders(storage: PostgresStorage, clock: Clock, count: int = TABLETS) -> list[Sender]:
    return [
        Speaker(await enrolled(storage, clock, key=bytes([n]) * 32, digits=f"{n:06d}"), clock.uuid())
        for n in range(1, count + 1)
    ]


async def judged_by(storage: PostgresStorage, judge: Recorder) -> None:
    while await storage.judging.judge_waiting(judge, 3):
        pass


async def test_a_stream_that_comes_through_two_servers_at_once_is_held_once(open_another: Open, clock: Clock) -> None:
    first, second = open_another(), open_another()
    made = await senders(first, clock)
    for sender in made:
        sender.grow(5)
    # Each tablet's parts, in opposite orders, through both.
    through = [(first, sender, end) for sender in made for end in (2, 5)]
    through += [(second, sender, end) for sender in reversed(made) for end in (5, 3)]
    settled = await asyncio.gather(
        *(each.exchanges.exchange(sender.incoming(end=end)) for each, sender, end in through)
    )
    assert {done.state for done in settled} == {"ok"}
    for (_, sender, _), done in zip(through, settled, strict=True):
        assert done.head == sender.head_at(done.watermark)
    lag = await second.desk.lag()
    assert lag.records == 5 * TABLETS


async def test_two_judges_at_once_judge_every_record_once_and_leave_no_gap_in_the_feed(
    open_another: Open, clock: Clock
) -> None:
    first, second = open_another(), open_another()
    made = await senders(first, clock)
    one, two = Recorder(), Recorder()

    async def sends(sender: Sender) -> None:
        for _ in range(4):
            sender.grow(3)
            storage = first if len(sender.raws) % 2 else second
            await storage.exchanges.exchange(sender.incoming(start=len(sender.raws) - 2))

    published = second.feeds.publish([FeedChange("grid:1", "notice", str(n), b"{}") for n in range(20)])
    await asyncio.gather(*map(sends, made), judged_by(first, one), judged_by(second, two), published)
    await asyncio.gather(judged_by(first, one), judged_by(second, two))

    held = [(sender.stream, n) for sender in made for n in range(1, 13)]
    assert sorted(one.seen + two.seen) == sorted(held)
    page = await page_after(first, "grid:1")
    assert [entry.number for entry in page.entries] == list(range(1, len(held) + 21))


async def test_what_one_server_commits_the_other_reads_and_knows_that_there_is_news(
    open_another: Open, clock: Clock
) -> None:
    first, second = open_another(), open_another()
    before = await second.desk.changes()
    assert await second.desk.changes() == before
    (sender,) = await senders(first, clock, 1)
    known = await second.desk.changes()
    assert known > before
    sender.grow(1)
    await first.exchanges.exchange(sender.incoming())
    assert await second.desk.changes() > known
    assert (await second.exchanges.exchange(sender.incoming())).watermark == 1


async def test_a_feed_that_another_server_moved_is_not_taken_for_ended(open_another: Open) -> None:
    first, second = open_another(), open_another()
    await first.feeds.publish([FeedChange("grid:1", "notice", "a", b"1")])
    page = await page_after(second, "grid:1")
    wanted = [Wanted("grid:1", (page.number, page.check))]
    (still,) = await second.feeds.pages(wanted, ALL)
    assert still.entries == ()
    await first.feeds.publish([FeedChange("grid:1", "notice", "b", b"2")])
    (moved,) = await second.feeds.pages(wanted, ALL)
    assert [entry.id for entry in moved.entries] == ["b"]


async def test_a_server_that_was_restarted_is_written_and_read_again(
    open_another: Open, clock: Clock, postgres: PostgresServer
) -> None:
    storage = open_another()
    (sender,) = await senders(storage, clock, 1)
    sender.grow(1)
    await storage.desk.lag()
    postgres.cut_connections()
    assert (await storage.exchanges.exchange(sender.incoming())).watermark == 1
    assert (await storage.desk.lag()).records == 1
    assert await storage.judging.judge_waiting(Recorder(), 10) == 1


async def test_a_table_that_a_newer_program_changes_is_written_and_read_on(
    open_another: Open, clock: Clock, postgres: PostgresServer
) -> None:
    storage = open_another()
    (sender,) = await senders(storage, clock, 1)
    sender.grow(1)
    assert (await storage.exchanges.exchange(sender.incoming())).watermark == 1
    before = (await storage.desk.tablets(), await storage.desk.receipts())
    for kind in ("integer", "bigint"):
        postgres.run(f"alter table stream alter column watermark type {kind}", SHARED)
        postgres.run(f"alter table receipt alter column watermark type {kind}", SHARED)
        assert (await storage.desk.tablets(), await storage.desk.receipts()) == before
        assert (await storage.exchanges.exchange(sender.incoming())).watermark == 1


async def test_work_whose_connection_is_cut_is_run_again_and_kept_once(
    open_another: Open, clock: Clock, postgres: PostgresServer
) -> None:
    storage = open_another()
    (sender,) = await senders(storage, clock, 1)
    sender.grow(2)
    await storage.exchanges.exchange(sender.incoming())

    class Interrupted(Recorder):
        """A judge in the middle of whose first work the server goes away."""

        def needs(self, records: object) -> Needs:
            if not self.seen:
                self.seen.append((UUID(int=0), 0))
                postgres.cut_connections()
            return Needs(frozenset(), frozenset())

    judge = Interrupted()
    assert await storage.judging.judge_waiting(judge, 10) == 2
    assert [n for _, n in judge.seen] == [0, 1, 2, 1, 2]
    assert (await storage.desk.lag()).records == 0
    assert [entry.number for entry in (await page_after(storage, "grid:1")).entries] == [1, 2]
