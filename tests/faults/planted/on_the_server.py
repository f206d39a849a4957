"""Planted defects of the case API: each is a mistake that others have made, small and easy to miss in a review."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_OID, uuid5

import tests.faults.world as world_module
from sync.caseapi.service.judging import _Bench
from sync.caseapi.storage.accepting import Decision, NewRecord, decide, unopened
from sync.caseapi.storage.base import ToSign
from sync.caseapi.storage.sqlite import exchanging
from sync.caseapi.storage.sqlite.exchanging import Exchanged, Exchanger
from sync.caseapi.storage.sqlite.store import SqliteExchanges
from sync.caseapi.storage.sqlite.writer import Writer
from sync.chain import next_head
from tests.faults.templates import Templates, templates


@contextmanager
def ack_before_commit() -> Iterator[None]:
    """Everybody is answered first and the transaction is committed afterwards, which is so much faster."""

    def run_group(writer: Any, jobs: Any) -> None:
        writer._connection.execute("begin immediate")
        outcomes = [writer._run_one(job) for job in jobs]
        writer._answer(jobs, outcomes)
        for job in jobs:
            if hasattr(job.future, "get_loop"):
                job.future.get_loop().drain()
        with contextlib.suppress(sqlite3.Error):
            writer._connection.execute("commit")

    with patch.object(Writer, "_run_group", run_group):
        yield


@contextmanager
def receipt_before_commit() -> Iterator[None]:
    """The receipt that was signed in the transaction goes out although the transaction failed."""
    really = Writer._run_group

    def run_group(writer: Any, jobs: Any) -> None:
        made: list[Any] = []
        run_one, answer = writer._run_one, writer._answer
        writer._run_one = lambda job: _kept(made, run_one(job))
        writer._answer = lambda jobs, outcomes: answer(jobs, _as_made(made, outcomes))
        try:
            really(writer, jobs)
        finally:
            del writer._run_one, writer._answer

    with patch.object(Writer, "_run_group", run_group):
        yield


def _kept(made: list[Any], outcome: Any) -> Any:
    made.append(outcome)
    return outcome


def _as_made(made: list[Any], outcomes: list[Any]) -> list[Any]:
    return made if len(made) == len(outcomes) else outcomes


@contextmanager
def maximum_watermark() -> Iterator[None]:
    """The watermark is the largest place that was received, not the end of what is held without a gap."""

    def decide_by_maximum(state: Any, incoming: Any, held: Any) -> Decision:
        if incoming.start - 1 <= state.watermark or not incoming.records:
            return decide(state, incoming, held)
        head, new = incoming.prev, []
        for n, record in enumerate(incoming.records, start=incoming.start):
            head = next_head(head, record.digest)
            new.append(NewRecord(n, record, head))
        return Decision("ok", new=tuple(new))

    with patch.object(exchanging, "decide", decide_by_maximum):
        yield


@contextmanager
def restored_is_only_rewound() -> Iterator[None]:
    """A restored server asks for the stream that it is told of, and never for those that it goes on from."""
    with patch.object(Exchanger, "_lacks_what_is_behind", lambda *_: False):
        yield


@contextmanager
def check_then_insert() -> Iterator[None]:
    """What is held is looked up first and inserted later, and no constraint of the database stands behind it."""

    async def exchange(exchanges: Any, incoming: Any) -> Any:
        own: Exchanger = exchanges._exchanger
        found = await exchanges._readers.read(lambda db: own._stream(db, incoming.stream))
        state = found or unopened(incoming)
        heads = await exchanges._readers.read(lambda db: own._heads(db, state, incoming))

        class Believing(Exchanger):
            def _stream(self, connection: Any, stream: Any) -> Any:
                return found

            def _heads(self, connection: Any, state: Any, incoming: Any) -> Any:
                return heads

        believing = Believing(own.district, own.incarnation, own.sign)
        return (await exchanges._writer.run(lambda db: believing.run(db, incoming))).settled

    with patch.object(SqliteExchanges, "exchange", exchange), _server_template(_WITHOUT_KEY):
        yield


@contextmanager
def key_on_device_and_counter() -> Iterator[None]:
    """A record is known by its device and a counter, which begins again at 1 when the device was wiped."""
    really = Exchanger.run

    def run(exchanger: Any, connection: Any, incoming: Any) -> Any:
        counted = replace(incoming, stream=uuid5(NAMESPACE_OID, str(incoming.device)))
        with patch.object(exchanging, "decide", _decide_by_counter):
            settled = really(exchanger, connection, counted).settled
        last = incoming.start - 1 + len(incoming.records)
        if settled.state != "ok" or settled.watermark < last:
            return Exchanged(settled)
        signed = exchanger.sign(ToSign(exchanger.incarnation, incoming.stream, last, incoming.head, 1))
        return Exchanged(replace(settled, watermark=last, head=incoming.head, receipt=signed if last else None))

    with patch.object(Exchanger, "run", run):
        yield


@contextmanager
def verdict_lost_on_duplicate() -> Iterator[None]:
    """Of a record that was sent twice the reply tells the verdict, as far as there is one, and the feed does not."""
    repeated: set[tuple[Any, int]] = set()
    really_answer, really_tell = Exchanger._verdicts, _Bench.tell

    def verdicts(exchanger: Any, connection: Any, stream: Any, places: range) -> Any:
        repeated.update((stream, n) for n in places)
        return really_answer(exchanger, connection, stream, places)

    def tell(bench: Any, read: Any, entry: Any) -> None:
        if (read.source.stream, read.source.n) not in repeated:
            really_tell(bench, read, entry)

    with patch.object(Exchanger, "_verdicts", verdicts), patch.object(_Bench, "tell", tell):
        yield


_WITHOUT_KEY = """
    create table kept (district_id text, stream blob, n integer, digest blob, head blob, mark text,
                       received_ms integer, raw blob);
    drop table inbox;
    alter table kept rename to inbox;
"""


@contextmanager
def _server_template(statements: str) -> Iterator[None]:
    given = templates()
    database = sqlite3.connect(":memory:")
    database.deserialize(given.server.replace(b"\x02\x02", b"\x01\x01", 1))
    database.executescript(f"pragma foreign_keys = off; {statements}")
    changed = Templates(database.serialize(), given.tablets)
    database.close()
    with patch.object(world_module, "templates", lambda: changed):
        yield


def _decide_by_counter(state: Any, incoming: Any, held: Any) -> Decision:
    if incoming.start - 1 > state.watermark:
        return Decision("rewind")
    head, new = state.head, []
    for n, record in enumerate(incoming.records, start=incoming.start):
        if n > state.watermark:
            head = next_head(head, record.digest)
            new.append(NewRecord(n, record, head))
    return Decision("ok", new=tuple(new))
