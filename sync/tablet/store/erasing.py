"""Erases what a revoked tablet holds, and later whose it was; only ever after a proven word of the server."""

from collections.abc import Callable
from uuid import UUID

from sync.tablet.download import discard_downloads
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
        """Tell whether the data was erased and the server has not been proven to know.

        What was saved since is erased in its turn, after the server has proven again that it holds it.
        """
        with self._database.reading("reading whether this tablet was erased") as db:
            if fact(db, ERASED_FACT) is None:
                return False
            (holds_records,) = db.execute("select exists (select 1 from records)").fetchone()
            return not holds_records

    def erase(self, *, at_once: bool = False) -> bool:
        """Erase every record, draft, receipt, reference row and setting; key, district and the stream's end stay.

        All in one transaction, then the file is written anew, so that nothing can be read out of its free pages.

        Args:
            at_once: also what is not proven stored; without it, nothing is erased while something is left.

        Returns:
            Whether it was erased: False while something waits or has an attachment on its way.
        """
        if not self._database.write("erasing this tablet", lambda db: _erase(db, at_once)):
            return False
        self._tidy()
        return True

    def forget(self, stream: UUID) -> bool:
        """Forget key, district and streams, and begin a new stream, in one transaction.

        Returns:
            Whether it was done: False when something was saved since, which is handed over first.
        """
        if not self._database.write("forgetting the district", lambda db: _forget(db, stream)):
            return False
        self._tidy()
        return True

    def _tidy(self) -> None:
        self._on_change()
        self._database.compact()
        path = self._database.path
        for copy in path.parent.glob(f"{path.name}.before-*"):
            copy.unlink(missing_ok=True)
        discard_downloads(path)


def _erase(connection: Connection, at_once: bool) -> bool:
    if not at_once and _is_something_left(connection):
        return False
    connection.execute("pragma secure_delete = on")
    stream = open_stream(connection)
    last_n, head = tail(connection, stream)
    _empty(connection)
    connection.execute("delete from streams where number <> ?", (stream.number,))
    connection.execute(
        "update streams set base_n = ?, base_head = ?, watermark = ?, forked_from = null, agreed = null,"
        " missing_to = null",
        (last_n, head, last_n),
    )
    put_fact(connection, ERASED_FACT, "1")
    return True


def _forget(connection: Connection, stream: UUID) -> bool:
    if _is_something_left(connection):
        return False
    _empty(connection, "identity", "streams")
    begin_stream(connection, stream)
    return True


def _empty(connection: Connection, *more: str) -> None:
    for table in (*_HELD, *more):
        connection.execute(f"delete from {table}")  # noqa: S608 - constants


def _is_something_left(connection: Connection) -> bool:
    (is_left,) = connection.execute(_LEFT).fetchone()
    return bool(is_left)
