"""A district's database in one SQLite file, open for writing: one writer thread, read-only readers, a lock file."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sync.caseapi.errors import CaseApiError, Overloaded, StorageFailed
from sync.caseapi.storage.base import Judge, PageLimits, SignReceipt, Wanted
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.media_place import MediaPlace, media_place
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite import feeding, judging, publishing, rejudging
from sync.caseapi.storage.sqlite.accounts import SqliteAccounts, SqliteLooks
from sync.caseapi.storage.sqlite.administration import SqliteAdministration
from sync.caseapi.storage.sqlite.case_store import SqliteCasework
from sync.caseapi.storage.sqlite.catalogue import SqliteCatalogue
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.desk import SqliteDesk
from sync.caseapi.storage.sqlite.enrolling import SqliteEnrolments
from sync.caseapi.storage.sqlite.erasing import SqliteErasures
from sync.caseapi.storage.sqlite.exchanging import Exchanged, Exchanger, find_device, read_keys
from sync.caseapi.storage.sqlite.exporting import SqliteExports
from sync.caseapi.storage.sqlite.feed_heads import FeedHeads, Heads
from sync.caseapi.storage.sqlite.finding import SqliteSearch
from sync.caseapi.storage.sqlite.grid_notices import SqliteGridNotices
from sync.caseapi.storage.sqlite.media import SqliteMedia
from sync.caseapi.storage.sqlite.opening import log_owed_receipts, open_owned, read_identity
from sync.caseapi.storage.sqlite.orgs import SqliteOrgs
from sync.caseapi.storage.sqlite.places import SqlitePlaces
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import QUEUE_BYTES, QUEUE_LENGTH, Writer
from sync.caseapi.storage.values import Device, FeedChange, FeedSlice, GridPlace, Incoming, Settled


@dataclass(frozen=True, slots=True)
class SqliteOptions:
    """How a SQLite storage is opened.

    Attributes:
        receipt_log: the file of receipts outside the database.
        sign: makes receipts.
        now_ms: the server's clock, Unix milliseconds.
        connect: makes the writing connection; tests put faults here.
        media: where photos are kept; in a folder beside the database unless given.
    """

    path: Path
    receipt_log: Path
    sign: SignReceipt
    now_ms: Callable[[], int]
    queue_length: int = QUEUE_LENGTH
    queue_bytes: int = QUEUE_BYTES
    connect: Callable[[Path], sqlite3.Connection] = connect_writing
    media: MediaPlace | None = None


class SqliteStorage:
    """The `Storage` of SQLite."""

    def __init__(self, options: SqliteOptions) -> None:
        """Open a database that `create_database` made, bringing its schema up to date.

        Raises:
            DatabaseMissing: there is none.
            DatabaseInUse: another process has it open for writing.
            SchemaRefused: it is of a newer program, or a step was edited.
        """
        self._lock, connection = open_owned(options.path, options.connect, options.now_ms())
        self.incarnation, self.district = read_identity(connection)
        self._receipt_log = ReceiptLog(options.receipt_log)
        log_owed_receipts(connection, self.district, self._receipt_log)
        self._writer = Writer(
            lambda: connection,
            on_commit=self._log_receipts,
            queue_length=options.queue_length,
            queue_bytes=options.queue_bytes,
        )
        self._readers = Readers(options.path)
        exchanger = Exchanger(self.district, self.incarnation, options.sign)
        self.exchanges = SqliteExchanges(self._writer, self._readers, exchanger)
        self.enrolments = SqliteEnrolments(self._writer, self.district)
        self.judging = SqliteJudging(self._writer, self.district)
        self.feeds = SqliteFeeds(self._writer, self._readers, self.district)
        self.casework = SqliteCasework(self._writer, self._readers, self.district)
        self.search = SqliteSearch(self._writer, self._readers, self.district)
        self.accounts = SqliteAccounts(self._writer, self._readers, self.district)
        self.looks = SqliteLooks(self._writer, self._readers, self.district)
        self.administration = SqliteAdministration(self._writer, self._readers, self.district)
        self.orgs = SqliteOrgs(self._writer, self._readers, self.district)
        self.catalogue = SqliteCatalogue(self._writer, self._readers, self.district)
        self.places = SqlitePlaces(self._writer, self._readers, self.district)
        self.grid_notices = SqliteGridNotices(self._writer, self._readers, self.district)
        self.erasures = SqliteErasures(self._writer, self._readers, options.path, self.district)
        self.exports = SqliteExports(self._writer, self._readers, options.path, self.district)
        self.media = SqliteMedia(self._writer, self._readers, self.district)
        media = options.media or media_place("", options.path)
        self.blobs: BlobStore = media.blobs()
        self.staging = media.staging()
        self.desk = SqliteDesk(self._readers, self.district, self._changes_since(options.now_ms()))

    def check_writable(self) -> None:
        """Make sure that the writer still runs."""
        if not self._writer.is_running:
            raise StorageFailed("the writer has stopped; restart the server")

    async def close(self) -> None:
        """Finish what waits, then close."""
        # The writer closes last: only it may fold the log into the file and remove it.
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.stop)
        self._lock.release()

    def _changes_since(self, opened_ms: int) -> Callable[[], int]:
        return lambda: opened_ms + self._writer.commits

    def _log_receipts(self, results: Sequence[Any]) -> None:
        outcomes = [result for result in results if isinstance(result, Exchanged)]
        self._receipt_log.append([outcome.new_receipt for outcome in outcomes if outcome.new_receipt])


class SqliteExchanges:
    """The `ExchangeStore` of SQLite."""

    def __init__(self, writer: Writer, readers: Readers, exchanger: Exchanger) -> None:
        self._writer = writer
        self._readers = readers
        self._exchanger = exchanger

    async def exchange(self, incoming: Incoming) -> Settled:
        """Store what is new of an exchange and return what is held."""
        size_bytes = sum(len(record.raw) for record in incoming.records)
        done = self._writer.run(lambda connection: self._exchanger.run(connection, incoming), size_bytes=size_bytes)
        return (await done).settled

    @property
    def load(self) -> float:
        """Return how full the queue of exchanges is, from 0 to 1."""
        return self._writer.load

    async def device(self, device: UUID) -> Device | None:
        """Return a device, or None."""
        return await self._readers.read(lambda connection: find_device(connection, self._exchanger.district, device))

    async def keys(self) -> Mapping[UUID, bytes]:
        """Return the public key of every device."""
        return await self._readers.read(lambda connection: read_keys(connection, self._exchanger.district))


class SqliteJudging:
    """The `JudgingStore` of SQLite; the writer thread is the lease."""

    def __init__(self, writer: Writer, district: str) -> None:
        self._writer = writer
        self._district = district

    async def judge_waiting(self, judge: Judge, limit: int) -> int:
        """Judge up to so many waiting records in one transaction; when that fails by a fault of the program, apart."""
        district, is_of_storage = self._district, self._writer.is_of_storage
        try:
            return await self._writer.run(
                lambda connection: judging.judge_waiting(connection, district, judge, limit), is_alone=True
            )
        except (StorageFailed, Overloaded):
            raise
        except CaseApiError:
            return await self._writer.run(
                lambda connection: judging.judge_apart(connection, district, judge, limit, is_of_storage),
                is_alone=True,
            )

    async def learn(self, knowledge: str) -> int:
        """Let what was judged by other knowledge be judged again."""
        done = self._writer.submit(
            lambda connection: rejudging.learn(connection, self._district, knowledge), is_alone=True
        )
        return await asyncio.wrap_future(done)


class SqliteFeeds:
    """The `FeedStore` of SQLite."""

    def __init__(self, writer: Writer, readers: Readers, district: str, heads: Heads | None = None) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district
        self._heads: Heads = heads or FeedHeads(writer, readers, district)

    async def place_of(self, grid: str) -> GridPlace | None:
        """Return where a grid belongs, or None."""
        return await self._readers.read(lambda connection: feeding.place_of(connection, self._district, grid))

    async def pages(self, wanted: Sequence[Wanted], limits: PageLimits) -> Sequence[FeedSlice]:
        """Return a page of each scope."""
        nothing = await self._heads.nothing_new(wanted)
        if nothing is not None:
            return nothing
        return await self._readers.read(lambda connection: feeding.pages(connection, self._district, wanted, limits))

    async def current(self, scope: str) -> FeedSlice:
        """Return all that stands in a scope."""
        return await self._readers.read(lambda connection: feeding.current(connection, self._district, scope))

    async def standing(self, types: Sequence[str]) -> Mapping[tuple[str, str, str], bytes]:
        """Return the bodies that stand, by (scope, type, id)."""
        return await self._readers.read(lambda connection: feeding.standing(connection, self._district, types))

    async def publish(self, changes: Sequence[FeedChange]) -> int:
        """Write changes in one transaction, tags as records left them; what referred to nothing is judged again."""
        work = self._writer.submit(
            lambda connection: publishing.publish(connection, self._district, changes), is_alone=True
        )
        return await asyncio.wrap_future(work)
