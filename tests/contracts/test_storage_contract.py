"""One suite over every storage engine: exchanges, enrolment and judging, `sync.caseapi.storage.base` rules 1 to 4."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from sync.caseapi.errors import DeviceLocked, UnknownDevice
from sync.caseapi.storage.base import Facts, Storage
from sync.caseapi.storage.judged import JudgedBatch, PlaceJudged, Unjudged
from sync.caseapi.storage.values import CodeUse, EnrolmentOffer, Settled
from tests.contracts.storages import Recorder, Sender, enrolled
from tests.sync.caseapi.harness import GRID, NOW_MS, Clock

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
    assert (settled.device.status, settled.watermark) == ("revoked", 1)
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
