"""Reads a whole database again in one consistent view, for verification; beside a running server, too."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from uuid import UUID

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.rows import HeldRow, MediaRow, ReceiptRow, StreamRow, Totals
from sync.caseapi.storage.sqlite.case_events import read_file
from sync.caseapi.storage.sqlite.case_queues import astray_in_queues
from sync.caseapi.storage.sqlite.case_rows import read_ids
from sync.caseapi.storage.sqlite.connection import connect_reading
from sync.caseapi.storage.sqlite.migrating import check_schema, shipped_steps
from sync.caseapi.storage.sqlite.opening import read_identity

CASES_AT_ONCE = 500
"""Ids read together."""

FIRST_SAFE_SQLITE = (3, 51, 3)
"""Earlier ones can lose commits when two connections write and checkpoint; here only one ever does."""


class SqliteInspection:
    """The `Inspection` of SQLite; a context in which nothing changes.

    Attributes:
        is_as_made: it needs no new incarnation before it is served.
    """

    is_as_made = True

    def __init__(self, path: Path) -> None:
        """Open a database for reading only.

        Raises:
            DatabaseMissing: there is none, or the file is none of ours.
            SchemaRefused: it is of a newer program, or a step was edited.
        """
        self._connection = connect_reading(path)
        self.incarnation, self.district = read_identity(self._connection)
        check_schema(self._connection, shipped_steps())

    def __enter__(self) -> "SqliteInspection":
        self._connection.execute("begin")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        if isinstance(exc, sqlite3.Error):
            raise StorageFailed(f"the database cannot be read: {exc}") from exc

    def streams(self) -> list[StreamRow]:
        """Return every stream, by id."""
        rows = self._connection.execute(
            "select stream, device, watermark, head from stream where district_id = ? order by stream",
            (self.district,),
        )
        return [
            StreamRow(UUID(bytes=stream), UUID(bytes=device), watermark, head)
            for stream, device, watermark, head in rows
        ]

    def held(self, stream: UUID) -> Iterator[HeldRow]:
        """Yield every held record of a stream, in order."""
        rows = self._connection.execute(
            # Whoever edited a row by hand may have left text where bytes were.
            "select n, cast(raw as blob), cast(digest as blob), cast(head as blob), exists (select 1 from erased_record"
            " where erased_record.district_id = inbox.district_id and erased_record.stream = inbox.stream"
            " and erased_record.n = inbox.n) from inbox where district_id = ? and stream = ? order by n",
            (self.district, stream.bytes),
        )
        for n, raw, digest, head, is_erased in rows:
            yield HeldRow(n, raw, digest, head, bool(is_erased))

    def receipts(self) -> Iterator[ReceiptRow]:
        """Yield every receipt, in the order given."""
        rows = self._connection.execute(
            "select code, stream, device, watermark, time_s, signed from receipt where district_id = ? order by given",
            (self.district,),
        )
        for code, stream, device, watermark, time_s, signed in rows:
            yield ReceiptRow(code, UUID(bytes=stream), UUID(bytes=device), "", watermark, time_s, signed)

    def media(self) -> Iterator[MediaRow]:
        """Yield every file that a record names, once, by its hash."""
        rows = self._connection.execute(
            "select media_ref.sha256, max(media_ref.size_bytes),"
            " max(case when media.sha256 is not null then 1 else 0 end), max(is_owed)"
            " from media_ref left join media using (district_id, sha256)"
            " where media_ref.district_id = ? group by media_ref.sha256 order by media_ref.sha256",
            (self.district,),
        )
        for sha256, size_bytes, is_held, is_owed in rows:
            yield MediaRow(sha256.hex(), size_bytes, bool(is_held), bool(is_owed))

    def case_files(self) -> Iterator[CaseFile]:
        """Yield every case, by id."""
        after: UUID | None = None
        while ids := read_ids(self._connection, self.district, after, CASES_AT_ONCE):
            for after in ids:
                kept = read_file(self._connection, self.district, after, is_void_too=True)
                if kept is not None:
                    yield kept

    def queues_astray(self) -> Sequence[str]:
        """Return a sentence for each case that is missing in a queue, and one when queues hold what they should not."""
        return astray_in_queues(self._connection, self.district)

    def totals(self) -> Totals:
        """Return the counts over the district."""
        quarantined, parked, repeated = (self._places(verdict) for verdict in ("quarantined", "parked", "duplicate"))
        held = self._count("select count(*) from inbox where district_id = ?")
        judged = self._count("select coalesce(sum(judged_to), 0) from stream where district_id = ?")
        folded = self._count(
            "select count(*) from judged where district_id = ? and (verdict = 'stored' or superseded_by is not null)"
        )
        exceptions = quarantined + parked + repeated
        return Totals(
            held=held,
            stored=held - exceptions,
            quarantined=quarantined,
            parked=parked,
            repeated=repeated,
            unjudged=held - judged,
            # Every place that is judged and no exception has a record of its own, whose id is unique.
            duplicate_ids=judged - exceptions - folded,
            erased=self._count("select count(*) from erased_record where district_id = ?"),
        )

    def integrity(self) -> str:
        """Return ``ok``, or what SQLite itself finds wrong with the file."""
        try:
            return str(self._connection.execute("pragma quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as exc:
            return str(exc)

    def engine(self) -> str:
        """Return name and version of the engine, and what to know of that version."""
        safe = ".".join(map(str, FIRST_SAFE_SQLITE))
        is_older = sqlite3.sqlite_version_info < FIRST_SAFE_SQLITE
        older = f" (before {safe}: never open it with a second writer)" if is_older else ""
        return f"SQLite {sqlite3.sqlite_version}{older}"

    def back_up(self, target: Path, *, incarnation: UUID) -> None:
        """Copy the whole database into a new file, whatever is written meanwhile.

        Args:
            incarnation: of the copy: where it takes the database's place, tablets must know that it is another one.
        """
        copy = sqlite3.connect(target)
        try:
            self._connection.backup(copy)
            copy.execute("update database_identity set incarnation = ?", (incarnation.bytes,))
            copy.commit()
            # The copy is one file: no log beside it.
            copy.execute("pragma journal_mode = delete")
        finally:
            copy.close()

    def _count(self, query: str) -> int:
        return int(self._connection.execute(query, (self.district,)).fetchone()[0])

    def _places(self, verdict: str) -> int:
        row = self._connection.execute(
            "select count(*) from place_verdict where district_id = ? and verdict = ?", (self.district, verdict)
        ).fetchone()
        return int(row[0])
