"""The tablet's records, append-only. A record's row is also its place in the outbox."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from sync.chain import next_head, record_digest
from sync.clock import Stamp
from sync.errors import RecordRejected
from sync.journal import JournalEntry, JournalSummary, RecordState
from sync.records import KINDS, Envelope, Void, decode_body, decode_envelope, decode_record, encode
from sync.tablet.errors import StoreError
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.looking_back import AT_BUILDING, SETTLED, building_of, looked_at
from sync.tablet.store.media import name_media
from sync.tablet.store.receipts import newest_receipt
from sync.tablet.store.streams import open_stream, tail

_ENTRY_COLUMNS = (
    "select records.n, streams.id, records.record, records.verdict, records.reason, records.sentence,"
    " records.n <= streams.watermark, records.id, records.kind, records.at, records.shift from records"
)
_ENTRY = f"{_ENTRY_COLUMNS} join streams on streams.number = records.stream"
_EntryRow = tuple[int, str, bytes, RecordState | None, str, str, int, str, str, str, str | None]

TO_MEND = """
    streams.number = records.stream where records.verdict = 'quarantined' and records.n <= streams.watermark
    and not exists (
        select 1 from records as later
        where later.target in (records.id, records.target)
        and (later.stream, later.n) > (records.stream, records.n)
    )
"""
"""SQL: the quarantined records that nothing later amends or withdraws, a later record being judged by itself."""

_NAMING = """
    with named as (
        select coalesce(target, id) as origin from records
        where stream = (select max(number) from streams) and kind in ({kinds}) and instr(record, ?) > 0
    )
    {entry} where records.rowid in (
        select rowid from records where id in (select origin from named)
        union select rowid from records where target in (select origin from named)
    )
    and +records.stream = (select max(number) from streams) order by records.n desc
"""
"""SQL: the records that hold some bytes and all that goes with them; `{kinds}` are as many marks as kinds asked for.

The plus keeps the planner from walking through the whole stream.
"""

PAGE_RECORDS = 500
"""Records read at once where all are wanted."""

DAMAGED = "damaged"
"""Reason of a record whose stored bytes are no longer those that were saved."""


class Journal:
    """Appends records and reads them back."""

    def __init__(self, database: Database, on_append: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_append = on_append

    def append(self, record: Envelope) -> JournalEntry:
        """Store a record and return it once it is on disk. The same record again changes nothing.

        Raises:
            RecordRejected: the record breaks the rules of its kind; nothing was stored.
            StoreError: nothing was stored; the code says why.
        """
        data = checked_bytes(record)
        entry = self._database.write("saving a record", lambda db: append_record(db, record, data))
        self._on_append()
        return entry

    def get(self, record_id: str) -> JournalEntry | None:
        """Return a record by id, of whatever stream."""
        with self._database.reading("reading a record") as db:
            row = db.execute(f"{_ENTRY} where records.id = ?", (record_id,)).fetchone()
        return None if row is None else _entry(row)

    def entries(
        self, *, shift: str | None = None, kinds: Sequence[str] = (), limit: int = 200, before_n: int | None = None
    ) -> list[JournalEntry]:
        """Return records, newest first, at most `limit`.

        Args:
            shift: only records of this shift, its shift_start included, of every stream, because a fork may fall
                into a shift; without it, records of the open stream.
            kinds: only these kinds; empty means all.
            before_n: only records at a smaller place.
        """
        found, values = _found(shift, kinds, before_n, limit)
        query = f"{_ENTRY} where {found} order by records.stream desc, records.n desc limit ?"
        with self._database.reading("reading the journal") as db:
            return [_entry(row) for row in db.execute(query, (*values, limit))]

    def naming(self, text: str, kinds: Sequence[str]) -> list[JournalEntry]:
        """Return the open stream's records of some kinds in which a text stands, newest first.

        Whatever amends or withdraws one of them, and what that goes back to, is among them. The text is compared as it
        stands in the records' bytes, so it must be one that JSON writes as it is: a digest, an id.
        """
        query = _NAMING.format(kinds=", ".join("?" * len(kinds)), entry=_ENTRY)
        with self._database.reading("reading what was said of a tag") as db:
            return [_entry(row) for row in db.execute(query, (*kinds, text.encode()))]

    def whole(self) -> Iterator[JournalEntry]:
        """Yield every record of every stream, in the order they were saved; what is saved meanwhile may come too."""
        stream, n = 0, 0
        while True:
            with self._database.reading("reading the whole journal") as db:
                rows = db.execute(
                    f"{_ENTRY} where (records.stream, records.n) > (?, ?) order by records.stream, records.n limit ?",
                    (stream, n, PAGE_RECORDS),
                ).fetchall()
                if not rows:
                    return
                (stream,) = db.execute("select number from streams where id = ?", (rows[-1][1],)).fetchone()
            n = rows[-1][0]
            yield from map(_entry, rows)

    def to_mend(self, *, limit: int = 50) -> list[JournalEntry]:
        """Return the quarantined records that nothing later has put right or withdrawn, newest first."""
        query = f"{_ENTRY_COLUMNS} join streams on {TO_MEND} order by records.stream desc, records.n desc limit ?"
        with self._database.reading("reading what is to be put right") as db:
            return [_entry(row) for row in db.execute(query, (limit,))]

    def at_building(self, building: str, *, limit: int = 50) -> list[JournalEntry]:
        """Return the newest records of a building, at most `limit`, with all that amends or withdraws them.

        They are of every stream, newest first; an amendment may have moved one to another building.
        """
        query = f"{_ENTRY} where records.id in ({AT_BUILDING}) order by records.stream desc, records.n desc"
        with self._database.reading("reading the records of a building") as db:
            return [_entry(row) for row in db.execute(query, {"building": building, "limit": limit})]

    def looked_at(self, since: str) -> list[tuple[str, str]]:
        """Return (building, time) of every standing check-in made since a moment by the tablet's clock."""
        with self._database.reading("reading the last rounds") as db:
            return looked_at(db, since)

    def settled_since(self, since_s: int) -> list[tuple[int, int]]:
        """Return (server's seconds, records) of each time that the server proved to hold more, oldest first."""
        with self._database.reading("reading when records were sent") as db:
            return db.execute(SETTLED, (since_s,)).fetchall()

    def summary(self) -> JournalSummary:
        """Return the journal's facts, counted from its rows in one moment."""
        with self._database.reading("counting the journal") as db:
            db.execute("begin")
            try:
                return summarise(db)
            finally:
                db.execute("rollback")


def checked_bytes(record: Envelope) -> bytes:
    """Return the exact bytes of a record that keeps the rules of its kind.

    Raises:
        RecordRejected: it breaks them, or is of a kind that this program does not write.
    """
    data = encode(record)
    if decode_record(data) is None:
        raise RecordRejected(f"records of kind {record.kind!r} version {record.v} are not written here", "$.kind")
    return data


def append_record(connection: Connection, record: Envelope, data: bytes) -> JournalEntry:
    """Store a record's bytes at the end of the open stream, inside the caller's transaction.

    Raises:
        StoreError: another record already has this id.
    """
    known = connection.execute(f"{_ENTRY} where records.id = ?", (record.id,)).fetchone()
    if known is not None:
        return _same_record(known, data)
    stream = open_stream(connection)
    last_n, head = tail(connection, stream)
    digest = record_digest(data)
    connection.execute(
        "insert into records (stream, n, id, kind, at, shift, record, digest, head, target, building)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stream.number,
            last_n + 1,
            record.id,
            record.kind,
            record.at,
            record.shift,
            data,
            digest,
            next_head(head, digest),
            _target(record),
            building_of(record),
        ),
    )
    name_media(connection, record, data)
    return JournalEntry(last_n + 1, stream.id, record, "waiting")


def summarise(connection: Connection) -> JournalSummary:
    """Return the journal's facts as the connection's present snapshot shows them."""
    stream = open_stream(connection)
    last_n, _ = tail(connection, stream)
    (unsettled,) = connection.execute(
        "select sum((select count(*) from records where stream = streams.number and n > watermark)) from streams"
    ).fetchone()
    (quarantined,) = connection.execute(f"select count(*) from records join streams on {TO_MEND}").fetchone()  # noqa: S608 - a constant
    oldest = connection.execute(
        "select at from streams join records on records.stream = streams.number and n > watermark"
        " order by streams.number, n limit 1"
    ).fetchone()
    return JournalSummary(
        stream=stream.id,
        last_n=last_n,
        watermark=stream.watermark,
        unsettled=unsettled,
        oldest_unsettled_at=None if oldest is None else oldest[0],
        quarantined=quarantined,
        receipt=newest_receipt(connection),
        purged=connection.execute("select count(*) from purged where stream = ?", (stream.number,)).fetchone()[0],
    )


def _target(record: Envelope) -> str | None:
    """Return the id of the record that this one amends or withdraws."""
    if record.amends is not None or record.kind != KINDS["void"].name:
        return record.amends
    body = decode_body(KINDS["void"], record.body)
    return body.target if isinstance(body, Void) else None


def _found(shift: str | None, kinds: Sequence[str], before_n: int | None, limit: int) -> tuple[str, list[str | int]]:
    """Return the condition, and its values, under which records are among the newest `limit` that are asked for."""
    if shift is not None or not kinds:
        return _conditions(shift, kinds, before_n)
    # The newest of each kind by its index: for rare kinds the planner would walk through the whole stream.
    each, values = [], list[str | int]()
    for kind in kinds:
        condition, wanted = _conditions(None, (kind,), before_n)
        each.append(f"select * from (select rowid from records where {condition} order by n desc limit ?)")  # noqa: S608 - constants
        values += [*wanted, limit]
    return f"records.rowid in ({' union all '.join(each)})", values


def _conditions(shift: str | None, kinds: Sequence[str], before_n: int | None) -> tuple[str, list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []
    if shift is None:
        conditions.append("records.stream = (select max(number) from streams)")
    else:
        conditions.append("(records.shift = ? or records.id = ?)")
        values += [shift, shift]
    if kinds:
        conditions.append(f"records.kind in ({', '.join('?' * len(kinds))})")
        values += kinds
    if before_n is not None:
        conditions.append("records.n < ?")
        values.append(before_n)
    return " and ".join(conditions), values


def _same_record(row: _EntryRow, data: bytes) -> JournalEntry:
    if bytes(row[2]) != data:
        raise StoreError(f"another record already has the id {row[7]}")
    return _entry(row)


def _entry(row: _EntryRow) -> JournalEntry:
    n, stream, data, verdict, reason, sentence, settled, *_ = row
    state: RecordState = (verdict or "stored") if settled else "waiting"
    try:
        envelope = decode_envelope(bytes(data))
    except RecordRejected:
        return JournalEntry(n, stream, _envelope_beside(row), state, DAMAGED, sentence)
    if not settled:
        return JournalEntry(n, stream, envelope, state)
    return JournalEntry(n, stream, envelope, state, reason, sentence)


def _envelope_beside(row: _EntryRow) -> Envelope:
    record_id, kind, at, shift = row[7:]
    body = msgspec.Raw(b"null")
    return Envelope(
        id=record_id, kind=kind, v=1, at=at, clock=Stamp("", 0), actor="", seat="", grid="", body=body, shift=shift
    )
