"""A district's database in PostgreSQL, open for writing; other processes may have it open, too.

Exchanges are written on a connection of their own, so that they never wait for a judge. All other writing, of every
process, takes its turns by one lease: one judge at a time, feed numbers without gaps.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.base import SignReceipt, Wanted
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.feed_chain import check_of, first_running
from sync.caseapi.storage.media_place import MediaPlace
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.erasing import PostgresErasures
from sync.caseapi.storage.postgres.exporting import PostgresExports
from sync.caseapi.storage.postgres.migrating import migrate, shipped_steps
from sync.caseapi.storage.postgres.opening import Identity, connected, read_identity, refuse_restored
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.readers import PostgresReaders
from sync.caseapi.storage.postgres.session import Session
from sync.caseapi.storage.postgres.writer import PostgresWriter
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.accounts import SqliteAccounts, SqliteLooks
from sync.caseapi.storage.sqlite.administration import SqliteAdministration
from sync.caseapi.storage.sqlite.case_store import SqliteCasework
from sync.caseapi.storage.sqlite.catalogue import SqliteCatalogue
from sync.caseapi.storage.sqlite.desk import SqliteDesk
from sync.caseapi.storage.sqlite.enrolling import SqliteEnrolments
from sync.caseapi.storage.sqlite.exchanging import Exchanged, Exchanger
from sync.caseapi.storage.sqlite.finding import SqliteSearch
from sync.caseapi.storage.sqlite.grid_notices import SqliteGridNotices
from sync.caseapi.storage.sqlite.media import SqliteMedia
from sync.caseapi.storage.sqlite.opening import log_owed_receipts
from sync.caseapi.storage.sqlite.orgs import SqliteOrgs
from sync.caseapi.storage.sqlite.places import SqlitePlaces
from sync.caseapi.storage.sqlite.store import SqliteExchanges, SqliteFeeds, SqliteJudging
from sync.caseapi.storage.sqlite.writer import QUEUE_BYTES, QUEUE_LENGTH
from sync.caseapi.storage.values import FeedSlice, Incoming, Settled

_COMMITTED = (
    "select cast(pg_snapshot_xmax(pg_current_snapshot())::text as integer)"
    " - (select count(*) from pg_snapshot_xip(pg_current_snapshot()))"
)
"""How many transactions have ended as this snapshot sees it: one more with each that it sees for the first time."""


@dataclass(frozen=True, slots=True)
class PostgresOptions:
    """How a PostgreSQL storage is opened.

    Attributes:
        receipt_log: this process's file of receipts outside the database.
        media: where photos are kept, the same for all processes.
        sign: makes receipts.
        now_ms: the server's clock, Unix milliseconds.
    """

    place: DatabasePlace
    receipt_log: Path
    media: MediaPlace
    sign: SignReceipt
    now_ms: Callable[[], int]
    queue_length: int = QUEUE_LENGTH
    queue_bytes: int = QUEUE_BYTES


class PostgresStorage:
    """The `Storage` of PostgreSQL.

    Attributes:
        place: where it is.
    """

    def __init__(self, options: PostgresOptions) -> None:
        """Open a database that `create_database` made, bringing its schema up to date.

        Raises:
            DatabaseMissing: it has no tables of ours.
            DatabaseRestored: it was played back from a dump, and nobody has said so.
            SchemaRefused: it is of a newer program, or a step was edited.
            StorageFailed: the server cannot be reached, or refuses.
        """
        self._receipt_log = ReceiptLog(options.receipt_log)
        identity = _opened(options, self._receipt_log)
        self.incarnation, self.district = identity.incarnation, identity.district
        self.place = place = options.place
        district = self.district
        self._exchanging = PostgresWriter(
            Session(place),
            on_commit=self._log_receipts,
            queue_length=options.queue_length,
            queue_bytes=options.queue_bytes,
        )
        self._writer = writer = PostgresWriter(Session(place, lease=district))
        self._readers = readers = PostgresReaders(place)
        exchanger = Exchanger(district, self.incarnation, options.sign)
        self.exchanges = PostgresExchanges(self._exchanging, readers, exchanger)
        self.enrolments = SqliteEnrolments(writer, district)
        self.judging = SqliteJudging(writer, district)
        self.feeds = SqliteFeeds(writer, readers, district, heads=PostgresHeads(readers, district))
        self.casework = SqliteCasework(writer, readers, district)
        self.search = SqliteSearch(writer, readers, district)
        self.exports = PostgresExports(writer, readers, place, district)
        self.accounts = SqliteAccounts(writer, readers, district)
        self.looks = SqliteLooks(writer, readers, district)
        self.administration = SqliteAdministration(writer, readers, district)
        self.erasures = PostgresErasures(writer, readers, place, district)
        self.orgs = SqliteOrgs(writer, readers, district)
        self.catalogue = SqliteCatalogue(writer, readers, district)
        self.places = SqlitePlaces(writer, readers, district)
        self.grid_notices = SqliteGridNotices(writer, readers, district)
        # What records name and what arrives of it is written in one order, as in SQLite.
        self.media = SqliteMedia(self._exchanging, readers, district)
        self.blobs: BlobStore = options.media.blobs()
        self.staging = options.media.staging(is_shared=True)
        self.desk = PostgresDesk(readers, district)

    def check_writable(self) -> None:
        """Make sure that the writers still run."""
        if not (self._writer.is_running and self._exchanging.is_running):
            raise StorageFailed("a writer has stopped; restart the server")

    async def close(self) -> None:
        """Finish what waits, then close."""
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._exchanging.stop)
        await asyncio.to_thread(self._writer.stop)

    def _log_receipts(self, results: Sequence[Any]) -> None:
        outcomes = [result for result in results if isinstance(result, Exchanged)]
        self._receipt_log.append([outcome.new_receipt for outcome in outcomes if outcome.new_receipt])


class PostgresExchanges(SqliteExchanges):
    """The `ExchangeStore` of PostgreSQL."""

    async def exchange(self, incoming: Incoming) -> Settled:
        """Store what is new of an exchange and return what is held."""
        size_bytes = sum(len(record.raw) for record in incoming.records)
        work = _StreamWork(self._exchanger, incoming)
        return (await self._writer.run(work, size_bytes=size_bytes)).settled


class PostgresHeads:
    """Where feeds end, asked each time: other processes move them, too."""

    def __init__(self, readers: PostgresReaders, district: str) -> None:
        self._readers = readers
        self._district = district

    async def nothing_new(self, wanted: Sequence[Wanted]) -> list[FeedSlice] | None:
        """Return empty pages when every cursor stands at the end of its feed, all at one moment; else None."""
        if any(each.cursor is None for each in wanted):
            return None
        heads = await self._readers.read(lambda connection: self._read(connection, [each.scope for each in wanted]))
        if any(heads[each.scope] != each.cursor for each in wanted):
            return None
        return [FeedSlice(*heads[each.scope]) for each in wanted]

    def _read(self, connection: Any, scopes: Sequence[str]) -> dict[str, tuple[int, str]]:
        rows = connection.execute(
            "select scope, number, running from feed_scope where district_id = ? and scope = any(?)",
            (self._district, scopes),
        )
        found = {scope: (number, check_of(running)) for scope, number, running in rows}
        return {scope: found.get(scope) or (0, check_of(first_running(scope))) for scope in scopes}


class PostgresDesk(SqliteDesk):
    """The `DeskReads` of PostgreSQL."""

    def __init__(self, readers: PostgresReaders, district: str) -> None:
        super().__init__(readers, district, lambda: 0)

    async def changes(self) -> int:
        """Return a number that grows with every visible change, of whichever process."""
        return await self._readers.read(lambda connection: int(connection.execute(_COMMITTED).fetchone()[0]))


@dataclass(frozen=True, slots=True)
class _StreamWork:
    """An exchange as a piece of work; `stream` puts those of a group into one order."""

    exchanger: Exchanger
    incoming: Incoming

    @property
    def stream(self) -> bytes:
        return self.incoming.stream.bytes

    def __call__(self, connection: Any) -> Exchanged:
        connection.lock_stream(self.stream)
        return self.exchanger.run(connection, self.incoming)


def _opened(options: PostgresOptions, receipts: ReceiptLog) -> Identity:
    with connected(options.place) as connection:
        identity = read_identity(connection)
        refuse_restored(identity)
        migrate(connection, shipped_steps(), options.now_ms())
        _log_owed(connection, identity.district, receipts)
    return identity


def _log_owed(connection: PostgresConnection, district: str, receipts: ReceiptLog) -> None:
    log_owed_receipts(cast(Any, connection), district, receipts)
