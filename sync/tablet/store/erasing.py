"""Erases what a revoked tablet holds, and later whose it was; only ever after a proven word of the server."""

from collections.abc import Callable
from uuid import UUID

from sync.tablet.download import discard_downloads
from sync.tablet.errors import StoreError
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.settings import ERASED_FACT, fact, put_fact
from sync.tablet.store.streams import begin_stream, open_stream, tail

_HELD = (
    "media",
    "purged",
    "settlings",
    "records",
    "receipts",
    "drafts",
    "feeds",
    "reference_rows",
    "settings",
    "facts",
)
"""Tables that are emptied, those that refer to others first."""

_LEFT = """
    select exists (select 1 from records join streams on streams.number = records.stream where n > watermark)
    or exists (select 1 from media where not acknowledged)
"""


class Erasing:
    """Erases in two steps: first the data, and once the server has heard of that, key and district."""

    def __init__(self, database: Database, on_change: Callable[[], None]) -> None:
        self._database = database
        self._on_change = on_change

    def is_erased(self) -> bool:
        """Tell whether the data was erased and the server has not been proven to know."""
        with self._database.reading("reading whether this tablet was erased") as db:
            return fact(db, ERASED_FACT) is not None

    def erase(self) -> None:
        """Erase every record, draft, receipt, reference row and setting; key, district and the stream's end stay.

        All in one transaction, then the file is written anew, so that nothing can be read out of its free pages.

        Raises:
            StoreError: something waits or has an attachment on its way; nothing was erased.
        """
        self._database.write("erasing this tablet", _erase)
        self._tidy()

    def forget(self, stream: UUID) -> None:
        """Forget key, district and streams, and begin a new stream, in one transaction.

        Raises:
            StoreError: a record was saved since; nothing was forgotten.
        """
        self._database.write("forgetting the district", lambda db: _forget(db, stream))
        self._tidy()

    def _tidy(self) -> None:
        self._on_change()
        self._database.compact()
        path = self._database.path
        for copy in path.parent.glob(f"{path.name}.before-*"):
            copy.unlink(missing_ok=True)
        discard_downloads(path)


def _erase(connection: Connection) -> None:
    _refuse_if_something_is_left(connection)
    connection.execute("pragma secure_delete = on")
    stream = open_stream(connection)
    last_n, head = tail(connection, stream)
    for table in _HELD:
        connection.execute(f"delete from {table}")  # noqa: S608 - constants
    connection.execute("delete from streams where number <> ?", (stream.number,))
    connection.execute(
        "update streams set base_n = ?, base_head = ?, forked_from = null, agreed = null, missing_to = null",
        (last_n, head),
    )
    put_fact(connection, ERASED_FACT, "1")


def _forget(connection: Connection, stream: UUID) -> None:
    _refuse_if_something_is_left(connection)
    for table in (*_HELD, "identity", "streams"):
        connection.execute(f"delete from {table}")  # noqa: S608 - constants
    begin_stream(connection, stream)


def _refuse_if_something_is_left(connection: Connection) -> None:
    (is_left,) = connection.execute(_LEFT).fetchone()
    if is_left:
        raise StoreError("something here is not proven stored yet: nothing was erased")
