"""Opens the tablet's database, and everything that lives in it, as one object."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sync.records import Envelope
from sync.tablet.errors import StoreError
from sync.tablet.store.connections import Connection, connect_writer
from sync.tablet.store.database import Database
from sync.tablet.store.drafts import Drafts
from sync.tablet.store.identity import Identity
from sync.tablet.store.journal import Journal, append_record, checked_bytes
from sync.tablet.store.media import Media
from sync.tablet.store.migrations import migrate
from sync.tablet.store.outbox import Outbox
from sync.tablet.store.ownership import Ownership
from sync.tablet.store.receipts import Receipts
from sync.tablet.store.reference import Reference
from sync.tablet.store.settings import Facts, Settings
from sync.tablet.store.streams import begin_stream
from sync.tablet.store.writer import transaction

if TYPE_CHECKING:
    from sync.tablet.store.erasing import Erasing
    from sync.tablet.store.feeds import Feeds
    from sync.tablet.store.purging import Purging


class Store:
    """The open database of one tablet.

    Attributes:
        path: where it lies.
        journal, drafts, media, reference, receipts, settings: what the app's services use.
        outbox, feeds, facts, identity, purging, erasing: what the exchange uses; what a start has no use for is made
            when it is first asked for.
    """

    def __init__(self, path: Path, connection: Connection, ownership: Ownership) -> None:
        self.path = path
        self._ownership = ownership
        self._database = Database(path, connection)
        self._listeners: list[Callable[[], None]] = []
        self.journal = Journal(self._database, self._appended)
        self.drafts = Drafts(self._database, self._appended)
        self.media = Media(self._database)
        self.reference = Reference(self._database)
        self.receipts = Receipts(self._database)
        self.settings = Settings(self._database)
        self.facts = Facts(self._database)
        self.identity = Identity(self._database)
        self.outbox = Outbox(self._database)

    @cached_property
    def feeds(self) -> "Feeds":
        """Return what the server sends down."""
        from sync.tablet.store.feeds import Feeds

        return Feeds(self._database, self.reference.changed)

    @cached_property
    def purging(self) -> "Purging":
        """Return what lets go of records that were settled long ago."""
        from sync.tablet.store.purging import Purging

        return Purging(self._database)

    @cached_property
    def erasing(self) -> "Erasing":
        """Return what empties a tablet that was taken out of service."""
        from sync.tablet.store.erasing import Erasing

        return Erasing(self._database, self._erased)

    def on_append(self, listener: Callable[[], None]) -> None:
        """Call the listener after every saved record, in the thread that saved it."""
        self._listeners.append(listener)

    def problems(self) -> list[str]:
        """Return what a full check of the file finds, one English line each; empty means sound. May take seconds."""
        with self._database.reading("checking the database") as db:
            rows = db.execute("pragma integrity_check").fetchall() + db.execute("pragma foreign_key_check").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"] + self.outbox.damaged()

    def close(self) -> None:
        """Finish what is being written and give the database back; twice does nothing."""
        self._database.close()
        self._ownership.release()

    def lose_photo(self, sha256: str, record: Envelope) -> None:
        """Append the record that says a photo is lost, and owe nothing of it any more, in one transaction.

        Raises:
            StoreError: nothing was stored; the code says why.
        """
        data = checked_bytes(record)
        self.media.lose(sha256, lambda db: append_record(db, record, data))
        self._appended()

    def _erased(self) -> None:
        self.media.files.remove_all()
        self.reference.changed()

    def _appended(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def open_store(path: Path, *, new_stream: Callable[[], UUID] = uuid4) -> Store:
    """Open the tablet's database, creating or migrating it where that is due.

    Nothing on disk is ever deleted or replaced here, whatever is wrong with it.

    Args:
        path: the database file.
        new_stream: makes the id of the first stream of a new database.

    Raises:
        StoreOwned: another process has it open.
        SchemaNewer: a newer version of this program wrote it.
        MigrationEdited: an applied migration step was changed.
        StoreCorrupt: the file is damaged, or another program's.
        StoreError: it cannot be opened; the code says why.
    """
    ownership = Ownership(path)
    try:
        connection = connect_writer(path)
        try:
            migrate(connection, path)
            _begin_first_stream(connection, new_stream)
        except BaseException:
            connection.close()
            raise
        return Store(path, connection, ownership)
    except StoreError:
        ownership.release()
        raise


def _begin_first_stream(connection: Connection, new_stream: Callable[[], UUID]) -> None:
    with transaction(connection, "opening the journal"):
        if connection.execute("select 1 from streams limit 1").fetchone() is None:
            begin_stream(connection, new_stream())
