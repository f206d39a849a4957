"""One device with 20,000 records: the whole product beside nothing but two durable files.

The records were saved one by one before and wait in the tablet's journal. Both programs are loaded and have spoken
with each other once, as PouchDB's have in `make bench-peers`. What is timed is the way from there to the
receipt: batches read and chained, signed requests over loopback to a case API in its own process, signatures and
chain checked, bytes, heads, counts and receipt committed on the server's disk, the reply proven, the watermark
committed on the tablet's disk. Then the same until the server has judged every record and folded it into its indexed
tables. Both ends run with a write-ahead log and `synchronous=FULL`.

The other side writes the columns of the same rows into two files of the same kind, in transactions of 500, one after
the other, in one process, with no network, no checks and no index beside the primary key.
"""

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.pair import Pair, greet, meeting, prepare_pair
from tests.bench.rounds import Figures, in_turn, ratio_said

RECORDS = 20_000
TRANSACTION_RECORDS = 500
LEAST_SHARE = 0.20
"""Least part of the speed without a network that the receipt must reach; 0.35 is aimed at."""

_TABLET = "create table records (stream int, n int, id text, kind text, at text, shift text, record blob, digest blob,"
_TABLET += " head blob, primary key (stream, n))"
_SERVER = "create table inbox (district_id text, stream blob, n int, digest blob, head blob, mark text,"
_SERVER += " received_ms int, raw blob, primary key (district_id, stream, n)) without rowid"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        pair = prepare_pair(Path(name), RECORDS, time.time_ns() // 1_000_000)
        until_folded: list[float] = []
        figures = in_turn(
            {
                "whole product": lambda: product(pair, until_folded),
                "two files, no network": lambda: two_files(pair),
            }
        )
    return 0 if _told(figures["whole product"], Figures(tuple(until_folded)), figures["two files, no network"]) else 1


def product(pair: Pair, until_folded: list[float]) -> float:
    """Sync once; return the records a second until the receipt, and note those until everything is folded."""
    with meeting(pair) as (server, tablet):
        greet(tablet)
        begun = time.perf_counter()
        status = tablet.sync_once()
        took_s = time.perf_counter() - begun
        server.wait_until_folded()
        until_folded.append(pair.records / (time.perf_counter() - begun))
        summary = tablet.store.journal.summary()
    assert status.fault is None, status.fault
    assert (summary.unsettled, summary.watermark) == (0, pair.records)
    assert summary.receipt is not None
    return pair.records / took_s


def two_files(pair: Pair) -> float:
    """Write the same rows into two files; return the records a second."""
    source = sqlite3.connect(pair.journal)
    rows = source.execute(
        "select stream, n, id, kind, at, shift, record, digest, head from records order by n"
    ).fetchall()
    source.close()
    stream = b"\0" * 16
    inbox = [("230108", stream, row[1], row[7], row[8], "", 0, row[6]) for row in rows]
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        tablet, server = _file(Path(name) / "tablet.db", _TABLET), _file(Path(name) / "server.db", _SERVER)
        begun = time.perf_counter()
        for first in range(0, len(rows), TRANSACTION_RECORDS):
            last = first + TRANSACTION_RECORDS
            _written(tablet, "insert into records values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[first:last])
            _written(server, "insert into inbox values (?, ?, ?, ?, ?, ?, ?, ?)", inbox[first:last])
        took_s = time.perf_counter() - begun
        tablet.close()
        server.close()
    return len(rows) / took_s


def _file(path: Path, table: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(table)
    return connection


def _written(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute("begin immediate")
    connection.executemany(statement, rows)
    connection.execute("commit")


def _told(receipted: Figures, folded: Figures, bare: Figures) -> bool:
    is_kept = ratio_said("receipt over no network", receipted.median / bare.median, least=LEAST_SHARE)
    ratio_said("all folded over no network", folded.median / bare.median)
    unit = "records/s"
    print(f"until the receipt {receipted.said(unit)}; until all is folded {folded.said(unit)}")
    print(f"two files, no network {bare.said(unit)}")
    return is_kept
