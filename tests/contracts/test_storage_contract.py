"""One suite over every storage engine: what the services count on, `sync.caseapi.storage.base` rules 1 to 7.

To try another engine, add it to `ENGINES`: a function from a folder and a clock to a prepared, open storage.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.errors import DeviceLocked, UnknownDevice
from sync.caseapi.storage.base import Facts, Needs, PageLimits, Storage
from sync.caseapi.storage.judged import CaseRow, JudgedBatch, NewlyJudged, PlaceJudged, Unjudged
from sync.caseapi.storage.values import (
    ArrivedRecord,
    CodeUse,
    EnrolmentOffer,
    FeedChange,
    Incoming,
    Settled,
)
from sync.chain import first_head, next_head, record_digest
from sync.wire import Hello
from tests.sync.caseapi.harness import GRID, NOW_MS, Clock, open_storage, prepare, small_district

ENGINES: dict[str, Callable[[Path, Clock], Storage]] = {
    "sqlite": lambda folder, clock: open_storage(prepare(folder / "case.db", clock), clock),
}
ALL = PageLimits(500, 1 << 20)
HELLO = Hello("0.1.0", "2026-11-23T16:00:00.000+08:00", 1, "b" * 36, unsettled=3, free_bytes=1 << 33)


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    opened = ENGINES[request.param](tmp_path, clock)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def device(storage: Storage, clock: Clock) -> UUID:
    return await enrolled(storage, clock, key=b"\1" * 32)


async def enrolled(storage: Storage, clock: Clock, *, key: bytes, digits: str = "000001") -> UUID:
    code = key.hex()
    await storage.enrolments.offer(EnrolmentOffer(code, GRID, NOW_MS, NOW_MS + 600_000))
    await storage.enrolments.use_code(CodeUse(code, key, clock.uuid(), digits, (), NOW_MS))
    (state,) = await storage.enrolments.confirm(digits, NOW_MS)
    return state.device


class Sender:
    """A stream of made-up records, cut into exchanges as a test wishes."""

    def __init__(self, device: UUID, stream: UUID) -> None:
        self.device, self.stream = device, stream
        self.raws: list[bytes] = []

    def grow(self, count: int) -> None:
        self.raws += [b"record %d" % n for n in range(len(self.raws), len(self.raws) + count)]

    def head_at(self, n: int) -> bytes:
        head = first_head(self.stream)
        for raw in self.raws[:n]:
            head = next_head(head, record_digest(raw))
        return head

    def incoming(self, start: int = 1, end: int | None = None) -> Incoming:
        end = len(self.raws) if end is None else end
        records = tuple(ArrivedRecord(raw, record_digest(raw), "", "actor", "") for raw in self.raws[start - 1 : end])
        return Incoming(
            device=self.device,
            stream=self.stream,
            start=start,
            prev=self.head_at(start - 1),
            head=self.head_at(max(end, start - 1)),
            records=records,
            hello=HELLO,
            received_ms=NOW_MS,
        )


class Recorder:
    """A judge that stores everything and remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, int]] = []

    def needs(self, records: Sequence[Unjudged]) -> Needs:
        return Needs(frozenset(self.id_of(record) for record in records), frozenset())

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        self.seen += [(record.stream, record.n) for record in records]
        assert not facts.known
        judged = [
            NewlyJudged(self.id_of(each), self.id_of(each), "made", "actor", "stored", each.stream, each.n, each.digest)
            for each in records
        ]
        feed = [FeedChange("grid:1", "case", str(self.id_of(each)), b"{}") for each in records]
        return JudgedBatch(judged=tuple(judged), feed=tuple(feed))

    @staticmethod
    def id_of(record: Unjudged) -> UUID:
        return UUID(bytes=record.digest[:16])


@pytest.fixture
def sender(device: UUID, clock: Clock) -> Sender:
    return Sender(device, clock.uuid())


# Exchanges -----------------------------------------------------------------------------------------------------------


async def test_records_are_held_with_watermark_head_receipt_and_counts(storage: Storage, sender: Sender) -> None:
    sender.grow(3)
    settled = await storage.exchanges.exchange(sender.incoming())
    assert (settled.state, settled.watermark, settled.head) == ("ok", 3, sender.head_at(3))
    assert settled.receipt is not None
    assert [(count.actor, count.records) for count in settled.counts] == [("actor", 3)]


async def test_a_repeated_exchange_changes_nothing_and_gets_the_same_receipt(storage: Storage, sender: Sender) -> None:
    sender.grow(3)
    first = await storage.exchanges.exchange(sender.incoming())
    again = await storage.exchanges.exchange(sender.incoming())
    assert [place.n for place in again.duplicates] == [1, 2, 3]
    assert (again.watermark, again.receipt, again.counts) == (first.watermark, first.receipt, first.counts)


async def test_a_gap_is_rewound_and_nothing_is_stored(storage: Storage, sender: Sender) -> None:
    sender.grow(5)
    await storage.exchanges.exchange(sender.incoming(1, 2))
    settled = await storage.exchanges.exchange(sender.incoming(4, 5))
    assert (settled.state, settled.watermark, settled.head) == ("rewind", 2, sender.head_at(2))


async def test_a_stream_nobody_knows_is_rewound_to_its_beginning(storage: Storage, sender: Sender) -> None:
    sender.grow(5)
    settled = await storage.exchanges.exchange(sender.incoming(4, 5))
    assert (settled.state, settled.watermark, settled.receipt) == ("rewind", 0, None)


async def test_another_history_at_the_same_places_is_a_fork(storage: Storage, sender: Sender) -> None:
    sender.grow(4)
    await storage.exchanges.exchange(sender.incoming())
    sender.raws[2:] = [b"other 3", b"other 4", b"other 5"]
    settled = await storage.exchanges.exchange(sender.incoming())
    assert (settled.state, settled.agreed, settled.watermark) == ("fork", 2, 4)


async def test_two_devices_cannot_share_a_stream(storage: Storage, sender: Sender, clock: Clock) -> None:
    sender.grow(2)
    await storage.exchanges.exchange(sender.incoming())
    sender.device = await enrolled(storage, clock, key=b"\2" * 32, digits="000002")
    sender.grow(1)
    settled = await storage.exchanges.exchange(sender.incoming(3))
    assert (settled.state, settled.watermark) == ("fork", 2)


async def test_exchanges_that_wait_together_are_all_answered(storage: Storage, device: UUID, clock: Clock) -> None:
    senders = [Sender(device, clock.uuid()) for _ in range(40)]
    for each in senders:
        each.grow(5)
    settled = await asyncio.gather(*(storage.exchanges.exchange(each.incoming()) for each in senders))
    assert [done.watermark for done in settled] == [5] * 40


async def test_one_that_fails_takes_no_other_with_it(storage: Storage, device: UUID, clock: Clock) -> None:
    good, poisoned, also_good = (Sender(device, clock.uuid()) for _ in range(3))
    for each in (good, poisoned, also_good):
        each.grow(2)
    poisoned.device = clock.uuid()
    answers = await asyncio.gather(
        *(storage.exchanges.exchange(each.incoming()) for each in (good, poisoned, also_good)), return_exceptions=True
    )
    assert isinstance(answers[1], UnknownDevice)
    assert [done.watermark for done in answers if isinstance(done, Settled)] == [2, 2]


async def test_the_same_exchange_many_times_at_once_is_stored_once(storage: Storage, sender: Sender) -> None:
    sender.grow(10)
    settled = await asyncio.gather(*(storage.exchanges.exchange(sender.incoming()) for _ in range(20)))
    assert {done.watermark for done in settled} == {10}
    assert sum(not done.duplicates for done in settled) == 1
    assert len({done.receipt for done in settled}) == 1


async def test_what_a_revoked_device_sends_is_marked_and_an_erased_one_is_refused(
    storage: Storage, sender: Sender
) -> None:
    sender.grow(1)
    await storage.enrolments.set_status(sender.device, "revoked")
    settled = await storage.exchanges.exchange(sender.incoming())
    assert (settled.device_status, settled.watermark) == ("revoked", 1)
    marks: list[str] = []

    class Marks(Recorder):
        def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
            marks.extend(record.mark for record in records)
            return JudgedBatch()

    await storage.judging.judge_waiting(Marks(), 10)
    assert marks == ["revoked"]
    await storage.enrolments.set_status(sender.device, "erased")
    with pytest.raises(DeviceLocked):
        await storage.exchanges.exchange(sender.incoming())


# Enrolment -----------------------------------------------------------------------------------------------------------


async def test_a_code_used_by_many_keys_at_once_lets_one_in(storage: Storage, clock: Clock) -> None:
    await storage.enrolments.offer(EnrolmentOffer("code", GRID, NOW_MS, NOW_MS + 600_000))
    uses = [CodeUse("code", bytes([n]) * 32, clock.uuid(), f"{n:06d}", (), NOW_MS) for n in range(20)]
    states = await asyncio.gather(*(storage.enrolments.use_code(use) for use in uses))
    assert sum(state is not None for state in states) == 1


async def test_a_code_answers_its_key_alike_also_after_it_expired(storage: Storage, clock: Clock) -> None:
    await storage.enrolments.offer(EnrolmentOffer("code", GRID, NOW_MS, NOW_MS + 600_000))
    first = await storage.enrolments.use_code(CodeUse("code", b"k" * 32, clock.uuid(), "123456", (), NOW_MS))
    later = CodeUse("code", b"k" * 32, clock.uuid(), "123456", (), NOW_MS + 900_000)
    assert await storage.enrolments.use_code(later) == first


async def test_an_expired_code_lets_nobody_in(storage: Storage, clock: Clock) -> None:
    await storage.enrolments.offer(EnrolmentOffer("code", GRID, NOW_MS, NOW_MS + 600_000))
    late = CodeUse("code", b"k" * 32, clock.uuid(), "123456", (), NOW_MS + 600_001)
    assert await storage.enrolments.use_code(late) is None


async def test_a_known_key_keeps_its_device_and_takes_the_new_grid(
    storage: Storage, device: UUID, clock: Clock
) -> None:
    await storage.enrolments.offer(EnrolmentOffer("new", "230108001001002", NOW_MS, NOW_MS + 600_000))
    await storage.enrolments.use_code(CodeUse("new", b"\1" * 32, clock.uuid(), "777777", (), NOW_MS))
    (state,) = await storage.enrolments.confirm("777777", NOW_MS)
    found = await storage.exchanges.device(device)
    assert state.device == device
    assert found is not None
    assert found.grid == "230108001001002"


async def test_digits_that_two_tablets_show_let_neither_in(storage: Storage, clock: Clock) -> None:
    for code, key in (("one", b"1" * 32), ("two", b"2" * 32)):
        await storage.enrolments.offer(EnrolmentOffer(code, GRID, NOW_MS, NOW_MS + 600_000))
        await storage.enrolments.use_code(CodeUse(code, key, clock.uuid(), "555555", (), NOW_MS))
    states = await storage.enrolments.confirm("555555", NOW_MS)
    assert [state.is_confirmed for state in states] == [False, False]


# Judging -------------------------------------------------------------------------------------------------------------


async def test_every_held_record_is_judged_once_in_order(storage: Storage, device: UUID, clock: Clock) -> None:
    senders = [Sender(device, clock.uuid()) for _ in range(3)]
    for number, each in enumerate(senders):
        each.raws = [b"%d:%d" % (number, n) for n in range(7)]
        await storage.exchanges.exchange(each.incoming())
    judge = Recorder()
    while await storage.judging.judge_waiting(judge, 5):
        pass
    assert sorted(judge.seen) == sorted((each.stream, n) for each in senders for n in range(1, 8))
    assert all([n for stream, n in judge.seen if stream == each.stream] == list(range(1, 8)) for each in senders)


async def test_a_judge_that_fails_leaves_everything_waiting(storage: Storage, sender: Sender) -> None:
    sender.grow(3)
    await storage.exchanges.exchange(sender.incoming())

    class Twice(Recorder):
        def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
            batch = super().judge(records, facts)
            return JudgedBatch(feed=batch.feed, rows=(None,), judged=batch.judged * 2, exceptions=(None,))  # type: ignore[arg-type]

    with pytest.raises(Exception, match="work failed"):
        await storage.judging.judge_waiting(Twice(), 10)
    assert (await storage.desk.lag()).records == 3
    assert (await storage.feeds.after("grid:1", None, ALL)).number == 0


async def test_the_lag_is_what_is_held_and_not_judged(storage: Storage, sender: Sender) -> None:
    sender.grow(4)
    await storage.exchanges.exchange(sender.incoming())
    assert ((await storage.desk.lag()).records, (await storage.desk.lag()).oldest_ms) == (4, NOW_MS)
    await storage.judging.judge_waiting(Recorder(), 3)
    assert (await storage.desk.lag()).records == 1


async def test_verdicts_of_a_place_are_told_when_it_is_sent_again(storage: Storage, sender: Sender) -> None:
    sender.grow(1)
    await storage.exchanges.exchange(sender.incoming())

    class Parks(Recorder):
        def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
            (record,) = records
            place = PlaceJudged(record.stream, record.n, record.device, None, "parked", "unknown_kind", "later")
            return JudgedBatch(exceptions=(place,))

    await storage.judging.judge_waiting(Parks(), 10)
    (place,) = (await storage.exchanges.exchange(sender.incoming())).duplicates
    assert (place.verdict, place.reason, place.sentence) == ("parked", "unknown_kind", "later")


# Feeds ---------------------------------------------------------------------------------------------------------------


async def test_numbers_of_a_scope_have_no_gaps_and_pages_join(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", f"m{n}", b'{"n":%d}' % n) for n in range(7)])
    cursor: tuple[int, str] | None = None
    found: list[int] = []
    more = True
    while more:
        page = await storage.feeds.after("catalogue", cursor, PageLimits(3, 1 << 20))
        found += [entry.number for entry in page.entries]
        cursor, more = (page.number, page.check), page.more
    assert found == list(range(1, 8))
    assert cursor == (7, (await storage.feeds.after("catalogue", None, ALL)).check)


async def test_a_page_is_bounded_in_bytes_and_never_empty(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", f"m{n}", b'"%s"' % (b"x" * 500)) for n in range(4)])
    page = await storage.feeds.after("catalogue", None, PageLimits(500, 10))
    assert (len(page.entries), page.more) == (1, True)


async def test_what_stands_already_is_no_news(storage: Storage) -> None:
    changes = [FeedChange("catalogue", "matter", "m", b"{}")]
    assert [await storage.feeds.publish(changes), await storage.feeds.publish(changes)] == [1, 0]


async def test_a_replaced_entry_is_left_out_and_the_cursor_still_counts_it(storage: Storage) -> None:
    for body in (b"1", b"2"):
        await storage.feeds.publish([FeedChange("catalogue", "matter", "m", body)])
    page = await storage.feeds.after("catalogue", None, ALL)
    assert [(entry.number, bytes(entry.body)) for entry in page.entries] == [(2, b"2")]
    assert page.number == 2


async def test_a_deletion_reaches_those_behind_and_is_in_no_snapshot(storage: Storage) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"1")])
    before = await storage.feeds.after("catalogue", None, ALL)
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"", is_deleted=True)])
    page = await storage.feeds.after("catalogue", (before.number, before.check), ALL)
    assert [(entry.op, entry.id) for entry in page.entries] == [("delete", "m")]
    assert (await storage.feeds.current("catalogue")).entries == ()


@pytest.mark.parametrize("cursor", [(1, "0" * 16), (9, "0" * 16), (-1, ""), (1 << 70, "0" * 16), (0, "no")])
async def test_a_strange_cursor_is_not_known(storage: Storage, cursor: tuple[int, str]) -> None:
    await storage.feeds.publish([FeedChange("catalogue", "matter", "m", b"1")])
    assert not (await storage.feeds.after("catalogue", cursor, ALL)).is_known


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
            return JudgedBatch(rows=(a_case(summary=records[0].raw.decode()),))

    for _ in range(2):
        await storage.judging.judge_waiting(Folds(), 1)
    (case,) = await storage.desk.cases()
    assert (case.summary, case.version) == ("record 1", 2)


def a_case(*, summary: str) -> CaseRow:
    return CaseRow(
        id=UUID(int=7),
        grid=GRID,
        state="reported",
        matter="national:matter:02001",
        matter_name="",
        severity=2,
        building=None,
        building_name="",
        entrance=None,
        place="",
        summary=summary,
        is_restricted=False,
        reported_at="2026-11-23T16:00:00+08:00",
        received_ms=NOW_MS,
        version=1,
        is_void=False,
    )
