"""Planted defects of the tablet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import msgspec

from sync.chain import next_head, record_digest
from sync.journal import JournalEntry
from sync.records import decode_envelope, encode
from sync.tablet import engine
from sync.tablet.errors import StoreError
from sync.tablet.session import SyncSession
from sync.tablet.store import outbox
from sync.tablet.store.feeds import Feeds
from sync.tablet.store.journal import Journal
from sync.tablet.store.outbox import Outbox
from sync.tablet.store.streams import head_at, open_stream


@contextmanager
def outbox_beside_data() -> Iterator[None]:
    """The record is saved in one transaction and its place in the outbox in another, which may come to nothing."""
    really = Journal.append

    def append(journal: Any, record: Any) -> JournalEntry:
        data = encode(record)
        journal._database.write("saving a record", lambda db: _keep_beside(db, data))
        try:
            return really(journal, record)
        except StoreError:
            return JournalEntry(0, "", record, "waiting")

    with patch.object(Journal, "append", append):
        yield


@contextmanager
def delete_on_200() -> Iterator[None]:
    """What was sent is deleted as soon as something answers with status 200."""
    really = SyncSession._judged

    def judged(session: Any, batch: Any, answer: Any, request: Any) -> Any:
        session._store._database.write("deleting what was sent", lambda db: _forget_sent(db, batch))
        return really(session, batch, answer, request)

    with patch.object(SyncSession, "_judged", judged):
        yield


@contextmanager
def fresh_id_per_retry() -> Iterator[None]:
    """A record gets its id when it is sent, so each attempt sends another one."""
    really = Outbox.batch

    def batch(self: Any, *, max_records: int, max_bytes: int) -> Any:
        self._database.write("numbering what waits", _renumber)
        return really(self, max_records=max_records, max_bytes=max_bytes)

    with patch.object(Outbox, "batch", batch):
        yield


@contextmanager
def settle_without_comparing_head() -> Iterator[None]:
    """A watermark is believed without asking whether the server's head there is the tablet's own."""

    def settle(connection: Any, watermark: int, head: bytes, verdicts: Any) -> None:
        stream = open_stream(connection)
        connection.execute("update streams set watermark = ? where number = ?", (watermark, stream.number))

    with patch.object(engine, "_fork", lambda *_: None), patch.object(outbox, "_settle", settle):
        yield


@contextmanager
def fork_drops_tail() -> Iterator[None]:
    """A fork opens the new stream and forgets what came after the agreed place."""
    really = outbox._fork

    def fork(connection: Any, new_stream: UUID, agreed: int | None) -> int:
        old = open_stream(connection)
        connection.execute("delete from records where stream = ? and n > ?", (old.number, max(agreed or 0, 0)))
        return really(connection, new_stream, agreed)

    with patch.object(outbox, "_fork", fork):
        yield


@contextmanager
def rewind_ignored() -> Iterator[None]:
    """The tablet trusts its own watermark: what was settled once is never offered again."""
    really = Outbox.settle

    def settle(self: Any, watermark: int, head: bytes, **told: Any) -> None:
        with self._database.reading("reading the watermark") as db:
            own = open_stream(db).watermark
        if watermark >= own:
            really(self, watermark, head, **told)

    with patch.object(Outbox, "settle", settle):
        yield


@contextmanager
def snapshot_touches_records() -> Iterator[None]:
    """A snapshot puts the whole database in order, the records that wait included."""
    really = Feeds.replace_scope

    def replace_scope(feeds: Any, scope: str, entries: Any, cursor: Any) -> None:
        feeds._database.write("making room", lambda db: db.execute("delete from records"))
        really(feeds, scope, entries, cursor)

    with patch.object(Feeds, "replace_scope", replace_scope):
        yield


def _keep_beside(connection: Any, data: bytes) -> None:
    connection.execute("create table if not exists data (record blob)")
    connection.execute("insert into data values (?)", (data,))


def _forget_sent(connection: Any, batch: Any) -> None:
    last = batch.stream.watermark + len(batch.records)
    head = head_at(connection, batch.stream, last)
    connection.execute("delete from records where stream = ? and n <= ?", (batch.stream.number, last))
    connection.execute(
        "update streams set base_n = ?, base_head = ?, watermark = ? where number = ?",
        (last, head, last, batch.stream.number),
    )


def _renumber(connection: Any) -> None:
    stream = open_stream(connection)
    head = head_at(connection, stream, stream.watermark) or stream.base_head
    rows = connection.execute(
        "select n, record from records where stream = ? and n > ? order by n", (stream.number, stream.watermark)
    ).fetchall()
    for n, record in rows:
        data = bytes(record)
        (tried,) = connection.execute("select count(*) from facts where name = ?", (f"sent {n}",)).fetchone()
        if tried:
            envelope = decode_envelope(data)
            fresh = UUID(int=UUID(envelope.id).int ^ int.from_bytes(head[:4], "big") ^ n)
            data = encode(msgspec.structs.replace(envelope, id=str(fresh)))
        connection.execute("insert or ignore into facts (name, value) values (?, '')", (f"sent {n}",))
        head = next_head(head, record_digest(data))
        connection.execute(
            "update records set id = ?, record = ?, digest = ?, head = ? where stream = ? and n = ?",
            (decode_envelope(data).id, data, record_digest(data), head, stream.number, n),
        )
