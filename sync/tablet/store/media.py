"""Photos of records: their files, which of them the server holds, and which must still go up.

A file is on disk before the record that names it; the record's transaction writes the rows. Rows are what counts: the
server's word moves them, and nothing is remembered beside them.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from msgspec import Struct

from sync.journal import Delivery, MediaProgress
from sync.media import naming_of
from sync.records import Envelope, MediaRef
from sync.records.shared import MediaMime, MediaRole
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.media_files import MediaFiles

FOLDER_SUFFIX = ".media"
"""Ends the name of the folder of photos, which begins as the database's."""

_COUNTED = "count(*), coalesce(sum(is_sent), 0), coalesce(sum(is_lost and not is_sent and not is_waiting), 0)"
_EACH = (
    # A file that was lost may have been taken again for a later record.
    "max(acknowledged and not lost) as is_sent, max(lost) as is_lost, max(not acknowledged) as is_waiting"
)


class Upload(Struct, frozen=True):
    """A file that the server lacks, as far as this tablet knows, and that a record it holds names.

    Attributes:
        record: id of the first record that names it.
        begun: some of it may have been sent already.
    """

    sha256: str
    size_bytes: int
    record: str
    begun: bool


class Media:
    """Attaches photos and tells how far they have come."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.files = MediaFiles(database.path.with_name(database.path.name + FOLDER_SUFFIX))
        self._is_tidied = False

    def attach(
        self,
        source: bytes | Path,
        *,
        mime: MediaMime,
        role: MediaRole,
        taken_at: str | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> MediaRef:
        """Keep a file's bytes, or a copy of a file, and return its name once it is on disk; the same bytes once.

        Raises:
            PhotoRefused: empty, too large, unreadable, or not what its type says.
            DiskFull: it could not be written; nothing was kept.
        """
        sha256, size_bytes = self.files.keep(source, mime)
        return MediaRef(sha256, size_bytes, mime, role, taken_at, width, height)

    def path(self, sha256: str) -> Path | None:
        """Return where a kept file lies, to be read and never written, or None when it is not held."""
        return self.files.path(sha256)

    def progress(self, *, record: str | None = None, shift: str | None = None) -> MediaProgress:
        """Return how far the photos of one record, of one shift or of all have come."""
        with self._database.reading("counting the photos") as db:
            return _progress(db, record, shift)

    def delivery(self) -> Delivery:
        """Return whether the server has everything, and the tablet may be switched off."""
        with self._database.reading("counting what is left") as db:
            (unsettled,) = db.execute(
                "select count(*) from records join streams on streams.number = stream where n > watermark"
            ).fetchone()
            return Delivery(unsettled, _progress(db, None, None))

    def waiting(self) -> int:
        """Return how many files have still to be sent."""
        with self._database.reading("counting the photos") as db:
            (count,) = db.execute("select count(distinct sha256) from media where not acknowledged").fetchone()
        return int(count)

    def uploads(self) -> list[Upload]:
        """Return the files that records held by the server name and that it lacks, in the order of the records."""
        with self._database.reading("looking for photos to send") as db:
            rows = db.execute(
                "select sha256, size_bytes, media.record, begun, min(records.stream * 4294967296 + n)"
                " from media join records on records.id = media.record join streams on streams.number = records.stream"
                " where not acknowledged and n <= watermark group by sha256 order by 5, sha256"
            ).fetchall()
        return [Upload(sha256, size_bytes, record, bool(begun)) for sha256, size_bytes, record, begun, _ in rows]

    def owe(self, names: Collection[str]) -> int:
        """Let files that the server has come to lack go up again; those that are lost stay lost. Return how many."""

        def change(connection: Connection) -> int:
            rows = connection.executemany(
                "update media set acknowledged = 0 where sha256 = ? and acknowledged and not lost",
                [(name,) for name in names],
            )
            return rows.rowcount

        if not names:
            return 0
        with self._database.reading("looking for photos to send again") as db:
            marks = ", ".join("?" * len(names))
            query = f"select 1 from media where acknowledged and not lost and sha256 in ({marks}) limit 1"  # noqa: S608 - marks
            if db.execute(query, tuple(names)).fetchone() is None:
                return 0
        return self._database.write("noting photos to send again", change)

    def begin(self, sha256: str) -> None:
        """Note that from now on some of a file may have been sent."""
        self._mark("beginning to send a photo", "begun = 1", sha256)

    def acknowledge(self, sha256: str) -> None:
        """Note that the server has said it holds a file whole; it is not lost then, whatever became of it here."""
        self._mark("noting a sent photo", "acknowledged = 1, lost = 0", sha256)

    def lose(self, sha256: str, append: Callable[[Connection], object]) -> None:
        """Note that a file is lost, in one transaction with the record that says so; nothing is owed of it any more.

        Args:
            append: appends the record inside the transaction.
        """

        def change(connection: Connection) -> None:
            append(connection)
            connection.execute("update media set lost = 1, acknowledged = 1 where sha256 = ?", (sha256,))

        self._database.write("noting a lost photo", change)

    def tidy(self) -> int:
        """Remove files of earlier runs that neither a record nor a draft names; does so once in a run.

        What was attached since the program began stays, whatever becomes of its form: the next run looks again.
        """
        if self._is_tidied:
            return 0
        self._is_tidied = True
        earlier = self.files.earlier()
        if not earlier:
            return 0
        with self._database.reading("looking for photos that nothing names") as db:
            named = {sha256 for (sha256,) in db.execute("select distinct sha256 from media")}
            drafts = "\n".join(value for (value,) in db.execute("select value from drafts"))
        return self.files.remove([name for name in earlier if name not in named and name not in drafts])

    def _mark(self, doing: str, change: str, sha256: str) -> None:
        statement = f"update media set {change} where sha256 = ?"  # noqa: S608 - constants
        self._database.write(doing, lambda db: db.execute(statement, (sha256,)))


def name_media(connection: Connection, record: Envelope, data: bytes) -> None:
    """Write the rows of the files that a record names, inside the transaction that appends it."""
    naming = naming_of(data)
    if naming is None:
        return
    connection.executemany(
        "insert into media (sha256, record, size_bytes, mime, role, path, acknowledged)"
        " values (?1, ?2, ?3, ?4, ?5, ?1,"
        # What the server is known to hold need not be sent for another record.
        " exists (select 1 from media where sha256 = ?1 and acknowledged and not lost))"
        " on conflict (sha256, record) do nothing",
        [(ref.sha256, record.id, ref.bytes, ref.mime, ref.role) for ref in naming.media],
    )


def _progress(connection: Connection, record: str | None, shift: str | None) -> MediaProgress:
    where, values = "", list[str]()
    if record is not None:
        where, values = "where record = ?", [record]
    elif shift is not None:
        where, values = "where record in (select id from records where shift = ?)", [shift]
    files = f"select {_EACH} from media {where} group by sha256"  # noqa: S608 - constants
    total, sent, lost = connection.execute(f"select {_COUNTED} from ({files})", values).fetchone()  # noqa: S608 - constants
    return MediaProgress(sent, total, lost)
