"""The storage engines under contract, and a sender and a judge to try them with.

To try another engine, add it to `ENGINES` and to `opened`, which makes a prepared, open storage of it.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.storage.base import Facts, Needs, PageLimits, Storage, Wanted
from sync.caseapi.storage.casework import CaseChange, CaseFile
from sync.caseapi.storage.judged import CaseRow, CaseSaid, JudgedBatch, NewlyJudged, Unjudged
from sync.caseapi.storage.values import ArrivedRecord, CodeUse, EnrolmentOffer, FeedChange, FeedSlice, Incoming
from sync.chain import first_head, next_head, record_digest
from sync.wire import Hello
from tests.postgres_server import PostgresServer
from tests.sync.caseapi.harness import (
    GRID,
    NOW_MS,
    Clock,
    open_postgres,
    open_storage,
    prepare,
    prepare_postgres,
)

ENGINES = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.needs("postgres"))]
ALL = PageLimits(500, 1 << 20)
HELLO = Hello("0.1.0", "2026-11-23T16:00:00.000+08:00", 1, "b" * 36, unsettled=3, free_bytes=1 << 33)


def opened(request: pytest.FixtureRequest, engine: str, folder: Path, clock: Clock) -> Storage:
    """Return an empty storage of an engine, open."""
    if engine == "sqlite":
        return open_storage(prepare(folder / "case.db", clock), clock)
    server: PostgresServer = request.getfixturevalue("postgres")
    return open_postgres(prepare_postgres(server.emptied(), folder, clock), folder, clock)


async def enrolled(storage: Storage, clock: Clock, *, key: bytes, digits: str = "000001") -> UUID:
    code = key.hex()
    await storage.enrolments.offer(EnrolmentOffer(code, GRID, NOW_MS, NOW_MS + 600_000))
    await storage.enrolments.use_code(CodeUse(code, key, clock.uuid(), digits, (), NOW_MS))
    (state,) = await storage.enrolments.confirm(digits, NOW_MS)
    return state.device


async def page_after(
    storage: Storage, scope: str, cursor: tuple[int, str] | None = None, limits: PageLimits = ALL
) -> FeedSlice:
    """Return one page of one scope."""
    (page,) = await storage.feeds.pages([Wanted(scope, cursor)], limits)
    return page


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

    def set_apart(self, record: Unjudged, facts: Facts) -> JudgedBatch:
        raise AssertionError("nothing is to be set apart here")

    def move(self, kept: CaseFile, rows: Sequence[CaseRow | CaseSaid]) -> CaseChange:
        return CaseChange()

    @staticmethod
    def id_of(record: Unjudged) -> UUID:
        return UUID(bytes=record.digest[:16])
