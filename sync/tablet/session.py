"""One sync: exchanges until nothing is left either way, each effect on disk before the next request.

A session can be broken off anywhere, by a lost network or a killed program: the next one starts at what is proven.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from sync.clock import format_time
from sync.errors import WireError
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.journal import JournalSummary
from sync.receipts import ReceiptKey
from sync.tablet.clock import TabletClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.download import Download
from sync.tablet.engine import (
    ApplyPage,
    BatchLimits,
    Effect,
    Erase,
    FetchSnapshot,
    Forget,
    Fork,
    Judgement,
    KeepScopes,
    Notice,
    OfferAgain,
    Settle,
    judge,
    plan_request,
    read_reply,
)
from sync.tablet.errors import (
    BatchTooLarge,
    NoProgress,
    PortalAnswered,
    ProtocolTooOld,
    ServerBusy,
    ServerRefused,
    ServerSilent,
    StreamForked,
    TabletErased,
    TabletRevoked,
)
from sync.tablet.speaking import Answer
from sync.tablet.store import Store
from sync.tablet.store.settings import CLOCK_FACT, RESTORED_FACT
from sync.tablet.values import Batch
from sync.tablet.watcher import Watcher
from sync.wire import FeedEntry, Hello, Snapshot, SyncRequest, encode_message, inflate_body

MOST_IDLE_ROUNDS = 2
"""Exchanges in a row that may change nothing while something is left; then the server is not believed any more."""

MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024
"""Largest snapshot taken, after inflating; a district's catalogue has 0.2 MB, a grid far less."""

MOVED_CLOCK_MS = 1_000
"""Change of the known distance to the server's clock that is worth a write."""

LOCKED = "E-LOCKED"
"""Code with which the server refuses a tablet that has erased what it held."""

log = logging.getLogger(__name__)


class Wire(Protocol):
    """The way to the case API."""

    def exchange(self, body: bytes) -> Answer:
        """Send a request and return what came back with status 200."""
        ...

    def snapshot(self, sha256: str, into: Download) -> None:
        """Fetch what is not there yet of a snapshot, a gzip file."""
        ...


@dataclass(frozen=True, slots=True)
class TabletFacts:
    """Facts about the tablet itself, for the desk.

    Attributes:
        app: name and version of the program.
        free_bytes: asks for the free space of the disk that holds the database.
    """

    app: str
    free_bytes: Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sync ended that met no fault.

    Attributes:
        is_whole: nothing is left either way; false when it was told to stop.
        proven_again: the server's database is a new one and has just been proven to hold everything again.
        notice: what the server says of the tablet as a whole.
        media_owed: SHA-256 names of attachments that the server lacks.
    """

    is_whole: bool
    proven_again: bool = False
    notice: Notice = ""
    media_owed: tuple[str, ...] = ()

    def raise_notice(self) -> None:
        """Raise what the server says of the tablet as a whole, once everything that could be sent was.

        Raises:
            ProtocolTooOld: the server wants a newer program.
            TabletRevoked: this tablet was revoked.
            TabletErased: and has erased what it held.
        """
        match self.notice:
            case "upgrade":
                raise ProtocolTooOld("the server wants a newer program; all records are stored")
            case "revoked":
                raise TabletRevoked("this tablet was revoked; the server keeps what it sends apart")
            case "erased":
                raise TabletErased("this tablet was revoked and has erased what it held")


class SyncSession:
    """Runs syncs over one connection; how much a request carries is remembered from one sync to the next."""

    def __init__(
        self,
        store: Store,
        wire: Wire,
        *,
        receipt_key: ReceiptKey,
        clock: TabletClock,
        config: ExchangeConfig,
        facts: TabletFacts,
    ) -> None:
        self._store = store
        self._wire = wire
        self._receipt_key = receipt_key
        self._clock = clock
        self._facts = facts
        self._most = BatchLimits(config.max_records, config.max_batch_bytes)
        self._limits = self._most
        self._room_bytes = config.room_bytes
        self._page_bytes = 0

    def run(self, watcher: Watcher, last_fault: str | None = None) -> Outcome:
        """Exchange until nothing is left either way.

        Args:
            last_fault: code of what went wrong last time, told to the desk.

        Raises:
            ExchangeError: it did not come to its end; what was proven until then stays proven.
            StoreError: the tablet's database refused.
        """
        summary = self._store.journal.summary()
        total, position = summary.unsettled, self._position(summary)
        has_forked = False
        idle_rounds = 0
        self._page_bytes = 0
        judgement: Judgement | None = None
        while (judgement is None or judgement.more) and not watcher.is_stopping():
            judgement = self._exchange(watcher, last_fault)
            if judgement is None:
                continue
            has_forked = self._perform_all(judgement, watcher, has_forked=has_forked)
            summary = self._store.journal.summary()
            total = max(total, summary.unsettled)
            watcher.settled(total - summary.unsettled, total)
            if judgement.more and not summary.unsettled:
                watcher.fetched(self._page_bytes, 0)
            before, position = position, self._position(summary)
            idle_rounds = 0 if position != before else idle_rounds + 1
            if judgement.more:
                _refuse_standstill(judgement, idle_rounds)
        if judgement is None or judgement.more:
            return Outcome(is_whole=False)
        return Outcome(
            is_whole=True,
            proven_again=self._is_proven_again(),
            notice=judgement.notice,
            media_owed=judgement.media_owed,
        )

    def _exchange(self, watcher: Watcher, last_fault: str | None) -> Judgement | None:
        batch = self._store.outbox.batch(max_records=self._limits.records, max_bytes=self._limits.size_bytes)
        if batch is None:
            return Judgement((Fork(self._store.outbox.agreed()),), more=True)
        request = plan_request(
            batch,
            cursors=self._store.feeds.cursors(),
            hello=self._hello(last_fault),
            is_erased=self._store.erasing.is_erased(),
            is_pulling=self.has_room(),
        )
        watcher.phase("sending" if batch.records else "receiving")
        try:
            answer = self._wire.exchange(encode_message(request))
        except BatchTooLarge:
            self._shrink(batch)
            return None
        except ServerSilent:
            self._limits = self._limits.halved()
            raise
        except ServerRefused as exc:
            if request.erased and exc.code == LOCKED:
                # The answer to the erase receipt was lost: the server has heard it, and locks whoever it erased.
                return Judgement((Forget(),), more=False, notice="erased")
            raise
        return self._judged(batch, answer, request)

    def _judged(self, batch: Batch, answer: Answer, request: SyncRequest) -> Judgement:
        proven = read_reply(answer, stream=batch.stream.id, receipt_key=self._receipt_key)
        self.learn_time(proven.time_ms)
        self._note_incarnation(proven.incarnation)
        self._limits = self._limits.grown(self._most)
        self._page_bytes += len(answer.body)
        own_head = self._store.outbox.head_at(proven.reply.watermark)
        return judge(batch, proven, own_head=own_head, request=request)

    def has_room(self) -> bool:
        """Tell whether the disk has room for what the feeds bring; records are saved as long as there is any."""
        free_bytes = self._facts.free_bytes()
        return free_bytes is None or free_bytes >= self._room_bytes

    def _shrink(self, batch: Batch) -> None:
        if len(batch.records) <= 1:
            raise BatchTooLarge("the server finds a request with a single record too large")
        self._limits = BatchLimits(min(self._limits.records, len(batch.records)), self._limits.size_bytes).halved()
        log.info("batch_halved records=%d bytes=%d", self._limits.records, self._limits.size_bytes)

    def _perform_all(self, judgement: Judgement, watcher: Watcher, *, has_forked: bool) -> bool:
        for effect in judgement.effects:
            if isinstance(effect, Fork) and has_forked:
                raise StreamForked("the server holds other records also at the places of a fresh stream")
            self._perform(effect, watcher)
            has_forked = has_forked or isinstance(effect, Fork)
        return has_forked

    def _perform(self, effect: Effect, watcher: Watcher) -> None:
        match effect:
            case Settle(watermark, head, receipt, verdicts):
                now_ms = self._clock.now_ms()
                self._store.outbox.settle(watermark, head, receipt=receipt, verdicts=verdicts, at_ms=now_ms)
            case Fork(agreed):
                moved = self._store.outbox.fork(stream=self._new_stream(), agreed=agreed)
                log.warning("stream_forked agreed=%s moved=%d", agreed, moved)
            case OfferAgain():
                moved = self._store.outbox.offer_again(stream=self._new_stream())
                log.warning("offered_again moved=%d", moved)
            case ApplyPage(scope, entries, cursor):
                self._store.feeds.apply_page(scope, entries, cursor)
            case FetchSnapshot(scope, snapshot):
                entries = self._fetched(snapshot, watcher)
                self._store.feeds.replace_scope(scope, entries, (snapshot.number, snapshot.check))
            case KeepScopes(scopes):
                self._store.feeds.keep_only(scopes)
            case Erase(at_once):
                is_done = self._store.erasing.erase(at_once=at_once)
                log.warning("tablet_erased at_once=%s done=%s", at_once, is_done)
            case Forget():
                is_done = self._store.erasing.forget(self._new_stream())
                log.warning("district_forgotten done=%s", is_done)

    def _fetched(self, snapshot: Snapshot, watcher: Watcher) -> tuple[FeedEntry, ...]:
        download = Download(self._store.path, snapshot.sha256, snapshot.bytes, watcher.fetched)
        if not download.is_whole:
            self._wire.snapshot(snapshot.sha256, download)
        data = download.content()
        download.restart()
        if hashlib.sha256(data).hexdigest() != snapshot.sha256:
            raise PortalAnswered("a snapshot does not have the digest that the server named")
        try:
            entries = inflate_body(data, "gzip", limit_bytes=MAX_SNAPSHOT_BYTES)
            return msgspec.json.decode(entries, type=tuple[FeedEntry, ...])
        except (msgspec.DecodeError, RecursionError) as exc:
            raise WireError(f"a snapshot cannot be read: {exc}") from exc

    def _new_stream(self) -> UUID:
        return uuid7_at(self._clock.now_ms(), self._clock.random_bytes(RANDOM_BYTES))

    def _position(self, summary: JournalSummary) -> tuple[object, ...]:
        return summary.stream, summary.watermark, self._store.feeds.cursors(), self._store.erasing.is_erased()

    def _hello(self, last_fault: str | None) -> Hello:
        summary = self._store.journal.summary()
        stamp = self._clock.stamp()
        return Hello(
            app=self._facts.app,
            time=format_time(self._clock.now_ms()),
            mono_ms=stamp.mono_ms,
            boot=stamp.boot,
            unsettled=summary.unsettled,
            oldest_unsettled=summary.oldest_unsettled_at,
            free_bytes=self._facts.free_bytes(),
            quarantined=summary.quarantined,
            last_fault=last_fault,
        )

    def learn_time(self, server_ms: int) -> None:
        """Take the server's time over, and remember it where it changed."""
        known_ms = self._clock.stamp().offset_ms
        text = self._clock.learn(server_ms)
        offset_ms = self._clock.stamp().offset_ms or 0
        if known_ms is None or abs(offset_ms - known_ms) >= MOVED_CLOCK_MS:
            self._store.facts.put(CLOCK_FACT, text)

    def _note_incarnation(self, incarnation: bytes) -> None:
        known = self._store.outbox.incarnation()
        if known is not None and known != incarnation:
            self._store.facts.put(RESTORED_FACT, incarnation.hex())

    def _is_proven_again(self) -> bool:
        if self._store.facts.get(RESTORED_FACT) is None:
            return False
        self._store.facts.put(RESTORED_FACT, None)
        return True


def _refuse_standstill(judgement: Judgement, idle_rounds: int) -> None:
    if judgement.retry_after_s > 0:
        raise ServerBusy("the server asks to wait before the next exchange", judgement.retry_after_s)
    if idle_rounds >= MOST_IDLE_ROUNDS:
        raise NoProgress("the server answers properly, yet takes nothing and gives nothing")
