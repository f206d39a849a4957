"""Where the program fails in judging, the record to blame is set apart alone; a disk that refuses is waited for."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from sync.caseapi.errors import InputRefused, StorageFailed
from sync.caseapi.storage.base import Facts, Needs, Storage
from sync.caseapi.storage.judged import JudgedBatch, NewlyJudged, PlaceJudged, Unjudged
from sync.caseapi.storage.values import FeedChange
from tests.contracts.storages import Recorder, Sender, page_after
from tests.sync.caseapi.harness import Clock

Place = tuple[UUID, int]


class Stumbler(Recorder):
    """A judge that fails by some places, in a way that a test chooses."""

    def __init__(self, *stones: Place) -> None:
        super().__init__()
        self.stones = stones
        self.apart: list[Place] = []

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        batch = super().judge(records, facts)
        return self.stumble(batch) if any((each.stream, each.n) in self.stones for each in records) else batch

    def stumble(self, batch: JudgedBatch) -> JudgedBatch:
        raise AssertionError("a fault of ours")

    def set_apart(self, record: Unjudged, facts: Facts) -> JudgedBatch:
        self.apart.append((record.stream, record.n))
        own = self.id_of(record)
        place = (record.stream, record.n)
        judged = NewlyJudged(own, own, "made", "actor", "quarantined", *place, record.digest)
        verdict = PlaceJudged(*place, record.device, own, "quarantined", "not_judged", "")
        return JudgedBatch((judged,), (verdict,), feed=(FeedChange("device:1", "verdict", str(own), b"{}"),))


class Unkept(Stumbler):
    """Says what no table takes."""

    def stumble(self, batch: JudgedBatch) -> JudgedBatch:
        judged = tuple(replace(each, verdict=None) for each in batch.judged)  # type: ignore[type-var]  # a fault
        return JudgedBatch(judged=judged, feed=batch.feed)


class Unwritable(Stumbler):
    """Says what cannot be written at all, after some of it was."""

    def stumble(self, batch: JudgedBatch) -> JudgedBatch:
        return JudgedBatch(judged=batch.judged, feed=batch.feed, exceptions=(None,))  # type: ignore[arg-type]  # a fault


class Refusing(Stumbler):
    """Raises what is meant for whoever asks, and not for a judge."""

    def stumble(self, batch: JudgedBatch) -> JudgedBatch:
        raise InputRefused("no", "field")


async def held(storage: Storage, clock: Clock, sender: Sender, *counts: int) -> list[Sender]:
    senders = [Sender(sender.device, clock.uuid()) for _ in counts]
    for number, (each, count) in enumerate(zip(senders, counts, strict=True)):
        each.raws = [b"%d:%d" % (number, n) for n in range(count)]
        await storage.exchanges.exchange(each.incoming())
    return senders


@pytest.mark.parametrize("kind", [Stumbler, Unkept, Unwritable, Refusing])
async def test_a_record_by_which_the_program_fails_is_set_apart_and_all_others_are_judged(
    storage: Storage, clock: Clock, sender: Sender, kind: type[Stumbler]
) -> None:
    first, second, third = await held(storage, clock, sender, 7, 5, 1)
    stones = ((first.stream, 3), (third.stream, 1))
    judge = kind(*stones)
    with capture_logs() as logs:
        assert await storage.judging.judge_waiting(judge, 100) == 13
    assert (await storage.desk.lag()).records == 0
    assert sorted(judge.apart) == sorted(stones)
    assert sorted((each["stream"], each["n"]) for each in logs if each["event"] == "record_set_apart") == sorted(
        (str(stream), n) for stream, n in stones
    )
    told = (await page_after(storage, "grid:1")).entries
    assert [entry.number for entry in told] == list(range(1, 12))
    assert len((await page_after(storage, "device:1")).entries) == 2
    again = {each.stream: (await storage.exchanges.exchange(each.incoming())).duplicates for each in (first, second)}
    assert [place.verdict for place in again[first.stream]] == [*[None] * 2, "quarantined", *[None] * 4]
    assert {place.verdict for place in again[second.stream]} == {None}
    assert await storage.judging.judge_waiting(Recorder(), 100) == 0


async def test_what_only_fails_together_is_judged_apart_from_each_other(
    storage: Storage, clock: Clock, sender: Sender
) -> None:
    (stream,) = await held(storage, clock, sender, 6)

    class Crowded(Recorder):
        def needs(self, records: Sequence[Unjudged]) -> Needs:
            assert len(records) < 4, "too many at once"
            return super().needs(records)

    assert await storage.judging.judge_waiting(Crowded(), 100) == 6
    settled = await storage.exchanges.exchange(stream.incoming())
    assert {place.verdict for place in settled.duplicates} == {None}


@pytest.mark.parametrize("refusal", [StorageFailed("no"), OSError(28, "No space left on device"), MemoryError()])
async def test_when_the_storage_refuses_everything_waits_and_nothing_is_set_apart(
    storage: Storage, clock: Clock, sender: Sender, refusal: Exception
) -> None:
    (stream,) = await held(storage, clock, sender, 4)

    class Refused(Stumbler):
        def stumble(self, batch: JudgedBatch) -> JudgedBatch:
            raise refusal

    judge = Refused((stream.stream, 2))
    with pytest.raises(StorageFailed):
        await storage.judging.judge_waiting(judge, 100)
    assert ((await storage.desk.lag()).records, judge.apart) == (4, [])
    assert (await page_after(storage, "grid:1")).number == 0
    assert await storage.judging.judge_waiting(Recorder(), 100) == 4


async def test_a_disk_that_fills_up_between_the_halves_leaves_everything_waiting(
    storage: Storage, clock: Clock, sender: Sender
) -> None:
    (stream,) = await held(storage, clock, sender, 4)

    class ThenFull(Stumbler):
        def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
            if self.apart:
                raise StorageFailed("no space left")
            return super().judge(records, facts)

    judge = ThenFull((stream.stream, 1))
    with pytest.raises(StorageFailed):
        await storage.judging.judge_waiting(judge, 100)
    assert judge.apart == [(stream.stream, 1)]
    assert (await storage.desk.lag()).records == 4
    assert (await page_after(storage, "device:1")).number == 0


async def test_what_is_judged_again_and_fails_is_set_apart_as_well(
    storage: Storage, clock: Clock, sender: Sender
) -> None:
    (stream,) = await held(storage, clock, sender, 3)
    places = [(stream.stream, n) for n in (1, 2, 3)]
    assert await storage.judging.judge_waiting(Stumbler(*places), 100) == 3
    assert await storage.judging.learn("a mended program") == 3

    class Known(Stumbler):
        def needs(self, records: Sequence[Unjudged]) -> Needs:
            return Needs(frozenset(), frozenset())

    mended = Known(places[1])
    assert await storage.judging.judge_waiting(mended, 100) == 3
    assert mended.apart == [places[1]]
    settled = await storage.exchanges.exchange(stream.incoming())
    assert [place.verdict for place in settled.duplicates] == [None, "quarantined", None]
