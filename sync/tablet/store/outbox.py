"""The journal as the exchange sees it: what waits, what is proven, and where another stream must begin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from sync.chain import next_head, record_digest
from sync.tablet.errors import StreamForked
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.journal import DAMAGED
from sync.tablet.store.receipts import store_receipt
from sync.tablet.store.settings import INCARNATION_FACT, PROVEN_AT_FACT, fact, put_fact
from sync.tablet.store.streams import all_streams, begin_fork, head_at, open_stream, stream_named, tail
from sync.tablet.store.verdicts import restate_verdicts
from sync.tablet.values import Batch, OutboxRecord, ProvenReceipt, Stream

if TYPE_CHECKING:
    from sync.wire import RecordVerdict

_ANY_JSON = msgspec.json.Decoder(msgspec.Raw)


class Outbox:
    """What the exchange reads and writes of the records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def batch(self, *, max_records: int, max_bytes: int) -> Batch | None:
        """Return the oldest waiting records that fit, at least one if any waits.

        None when record watermark + 1 is no longer held, so that only a new stream can go on (see `agreed`).

        Args:
            max_records: upper bound of records, at least 1.
            max_bytes: upper bound of their bytes together.
        """
        with self._database.reading("reading what waits") as db:
            db.execute("begin")
            try:
                return _batch(db, max_records, max_bytes)
            finally:
                db.execute("rollback")

    def agreed(self) -> int | None:
        """Return the open stream's watermark where its own head there is known, else None."""
        with self._database.reading("reading the watermark") as db:
            stream = open_stream(db)
            return None if head_at(db, stream, stream.watermark) is None else stream.watermark

    def head_at(self, n: int) -> bytes | None:
        """Return the open stream's head after record n, also of a purged one; None when it was never held."""
        with self._database.reading("reading a head") as db:
            return head_at(db, open_stream(db), n)

    def streams(self) -> list[str]:
        """Return the ids of every stream of this database, oldest first."""
        with self._database.reading("reading the streams") as db:
            return [stream.id for stream in all_streams(db)]

    def incarnation(self) -> bytes | None:
        """Return the incarnation that the newest receipt names, or None before the first."""
        with self._database.reading("reading the incarnation") as db:
            known = fact(db, INCARNATION_FACT)
        return None if known is None else bytes.fromhex(known)

    def proven_at_ms(self) -> int | None:
        """Return the tablet's wall time of the last proven exchange, Unix milliseconds, or None before the first."""
        with self._database.reading("reading the last proof") as db:
            known = fact(db, PROVEN_AT_FACT)
        return None if known is None else int(known)

    def settle(
        self,
        watermark: int,
        head: bytes,
        *,
        receipt: ProvenReceipt | None,
        verdicts: "Sequence[RecordVerdict]" = (),
        at_ms: int,
    ) -> None:
        """Take a proven watermark over, with its receipt and its verdicts, in one transaction.

        A lower watermark than before (the server was restored) makes records wait again.

        Args:
            watermark: records 1 to this one of the open stream are held by the server.
            head: the server's head there.
            receipt: proves it; None only while the server holds nothing.
            verdicts: what is known of records of the request.
            at_ms: the tablet's wall time, Unix milliseconds.

        Raises:
            StreamForked: the head is not this journal's own head there; nothing was changed.
        """

        def change(connection: Connection) -> None:
            _settle(connection, watermark, head, verdicts)
            put_fact(connection, PROVEN_AT_FACT, str(at_ms))
            if receipt is not None:
                _note_settling(connection, watermark, receipt.kept.time_s)
                store_receipt(connection, receipt)
                put_fact(connection, INCARNATION_FACT, receipt.incarnation.hex())

        self._database.write("settling records", change)

    def fork(self, *, stream: UUID, agreed: int | None) -> int:
        """Open a new stream and move everything after the agreed place into it, in one transaction.

        Ids and bytes stay; places and heads change, and what was told of them is told anew. A record whose bytes are no
        longer those that were saved is marked, because the new chain is made of what there is. Returns how many moved.

        Args:
            stream: id of the new stream.
            agreed: largest n on which both ends agree, or None when that is unknown: then all records move.
        """
        return self._database.write("opening another stream", lambda db: _fork(db, stream, agreed))

    def offer_again(self, *, stream: UUID) -> int:
        """Open a new stream and move everything that is held into it, of older streams too, in one transaction.

        For a restored server that has lost what the open stream continues. What it still has is a duplicate to it.
        Ids and bytes stay, and what was told of them is told anew. Returns how many moved.
        """
        return self._database.write("offering everything again", lambda db: _offer_again(db, stream))

    def damaged(self) -> list[str]:
        """Return one English line for each record whose bytes or head no longer fit the chain; empty means sound."""
        with self._database.reading("checking the chain") as db:
            return [line for stream in all_streams(db) for line in _chain_faults(db, stream)]


def _batch(connection: Connection, max_records: int, max_bytes: int) -> Batch | None:
    stream = open_stream(connection)
    last_n, last_head = tail(connection, stream)
    prev = head_at(connection, stream, stream.watermark)
    if prev is None:
        return None
    rows = connection.execute(
        "select n, record, digest, head, reason from records where stream = ? and n > ? order by n limit ?",
        (stream.number, stream.watermark, max_records),
    )
    records: list[OutboxRecord] = []
    head, size = prev, 0
    for place, (n, data, digest, own_head, reason) in enumerate(rows, start=stream.watermark + 1):
        size += len(data) + 1
        if n != place or (records and size > max_bytes):
            break
        records.append(OutboxRecord(bytes(data), _is_damaged(data, digest, reason)))
        head = bytes(own_head)
    if not records and stream.watermark < last_n:
        return None
    return Batch(stream, tuple(records), prev, head if records else last_head, last_n, _behind(connection, stream))


def _behind(connection: Connection, stream: Stream) -> tuple[int, bytes] | None:
    """Return what a server must hold so that records of older streams need not be offered again."""
    if stream.watermark or stream.forked_from is None or not stream.agreed:
        return None
    old = stream_named(connection, stream.forked_from)
    if old is None or not _holds_older(connection, stream):
        return None
    head = head_at(connection, old, stream.agreed)
    return None if head is None else (stream.agreed, head)


def _holds_older(connection: Connection, stream: Stream) -> bool:
    return connection.execute("select 1 from records where stream < ? limit 1", (stream.number,)).fetchone() is not None


def _is_damaged(data: bytes, digest: bytes, reason: str) -> bool:
    if reason == DAMAGED or record_digest(data) != digest:
        return True
    try:
        data.decode()
        # Looks at every byte but for that, and makes no values of them.
        _ANY_JSON.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return True
    return False


def _settle(connection: Connection, watermark: int, head: bytes, verdicts: "Sequence[RecordVerdict]") -> None:
    stream = open_stream(connection)
    if head_at(connection, stream, watermark) != head:
        raise StreamForked(f"record {watermark} of stream {stream.id} is not the server's")
    if watermark < stream.watermark:
        _forget_told(connection, stream, watermark)
    if watermark != stream.watermark:
        connection.execute("update streams set watermark = ? where number = ?", (watermark, stream.number))
        restate_verdicts(connection, stream, after=stream.watermark, up_to=watermark)
    connection.executemany(
        "update records set verdict = ?, reason = ?, sentence = ? where stream = ? and n = ?",
        [(row.verdict, row.reason or "", row.sentence, stream.number, row.n) for row in verdicts],
    )


def _forget_told(connection: Connection, stream: Stream, after: int) -> None:
    """Forget what was told of a stream's records behind a place: they wait again, and are told of anew."""
    connection.execute(
        "update records set verdict = null, reason = case reason when ? then reason else '' end, sentence = ''"
        " where stream = ? and n > ?",
        (DAMAGED, stream.number, after),
    )
    connection.execute("delete from settlings where stream = ? and watermark > ?", (stream.number, after))


def _note_settling(connection: Connection, watermark: int, at_s: int) -> None:
    connection.execute(
        "insert into settlings (stream, watermark, at_s) values (?, ?, ?) on conflict do nothing",
        (open_stream(connection).number, watermark, at_s),
    )


def _fork(connection: Connection, new_stream: UUID, agreed: int | None) -> int:
    old = open_stream(connection)
    after = max(agreed or 0, 0)
    missing_to = _leave(connection, old, after)
    new = _begin_behind(connection, new_stream, old, after, missing_to)
    return _move(connection, new, "stream = ? and n > ?", (old.number, after))


def _offer_again(connection: Connection, new_stream: UUID) -> int:
    young = open_stream(connection)
    gone = {stream.number: _leave(connection, stream, 0) for stream in all_streams(connection)}
    old = stream_named(connection, young.forked_from or "") or young
    new = begin_fork(connection, new_stream, old, agreed=0, missing_to=gone[old.number])
    return _move(connection, new, "stream < ?", (new.number,))


def _leave(connection: Connection, stream: Stream, after: int) -> int | None:
    """Prove a stream up to a place, no further; return the last place behind it that this database lacks, or None."""
    connection.execute("update streams set watermark = ? where number = ?", (after, stream.number))
    _forget_told(connection, stream, after)
    restate_verdicts(connection, stream, after=stream.watermark, up_to=after)
    (missing_to,) = connection.execute(
        "select max(n) from purged where stream = ? and n > ?", (stream.number, after)
    ).fetchone()
    if missing_to is not None:
        # What moves leaves its place behind, so that the old chain still carries the digests of what is missing.
        connection.execute(
            "insert into purged (stream, n, id, digest, head)"
            " select stream, n, id, digest, head from records where stream = ? and n > ?",
            (stream.number, after),
        )
    return None if missing_to is None else int(missing_to)


def _begin_behind(connection: Connection, stream: UUID, old: Stream, after: int, missing_to: int | None) -> Stream:
    before = None if old.forked_from is None else stream_named(connection, old.forked_from)
    if after or missing_to is not None or before is None:
        return begin_fork(connection, stream, old, agreed=after, missing_to=missing_to)
    # Of the old stream nothing is proven, so the new one goes on from where that one did.
    return begin_fork(connection, stream, before, agreed=old.agreed or 0, missing_to=old.missing_to)


def _move(connection: Connection, new: Stream, which: str, values: tuple[int, ...]) -> int:
    """Put the records that a condition names behind one another into a new stream; return how many there are."""
    moved = connection.execute(
        f"select id, record, digest, reason from records where {which} order by stream, n",  # noqa: S608 - ours
        values,
    ).fetchall()
    head = new.base_head
    for n, (record_id, data, saved_digest, reason) in enumerate(moved, start=1):
        # Taken from the bytes as they are now: a record that was damaged on disk must not break the new chain too.
        digest = record_digest(data)
        head = next_head(head, digest)
        connection.execute(
            "update records set stream = ?, n = ?, digest = ?, head = ?, reason = ? where id = ?",
            (new.number, n, digest, head, DAMAGED if _is_damaged(data, saved_digest, reason) else reason, record_id),
        )
    return len(moved)


def _chain_faults(connection: Connection, stream: Stream) -> list[str]:
    faults: list[str] = []
    head, place = stream.base_head, stream.base_n
    rows = connection.execute(
        "select n, id, record, digest, head, reason from records where stream = :stream"
        " union all select n, id, null, digest, head, '' from purged where stream = :stream order by n",
        {"stream": stream.number},
    )
    for n, record_id, data, digest, own_head, reason in rows:
        place += 1
        head = next_head(head, digest)
        if n != place:
            faults.append(f"stream {stream.id}: record {place} is missing before {n}")
        if data is not None and _is_damaged(data, digest, reason):
            faults.append(f"stream {stream.id}: record {n} ({record_id}) is damaged")
        if own_head != head:
            faults.append(f"stream {stream.id}: the chain breaks at record {n}")
        head, place = bytes(own_head), n
    return faults
