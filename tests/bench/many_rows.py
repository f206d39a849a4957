"""New records on top of a year's rows: 14 million held and judged ones, against 100,000.

The rows are built by bulk SQL and are synthetic: right in shape, size and order of keys, wrong in their digests, so
that `verify` would refuse them. By hand only: at 14 million rows the file takes about 15 GB and some ten minutes.
`ROWS=1000000` in the environment builds fewer.

What is timed is the same for both: the herd's 44,480 new records until the last answer, and until everything of them
is judged and folded into the indexed tables. Rounds go in turn, each on top of the one before.
"""

import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from sync.caseapi.storage.sqlite.connection import connect_writing
from tests.bench.herd_requests import HerdTablet, prepare, requests_of
from tests.bench.rounds import Figures, ratio_said
from tests.bench.served import DATABASE, Served, serving
from tests.bench.waves import send_wave

ROWS = int(os.environ.get("ROWS", "14000000"))
FEW_ROWS = 100_000
ROUNDS = 3
MOST_RATIO = 1.3
ROW_BYTES = 1_050
"""About what a row takes with its indexes, for the question whether the disk has room."""

PATIENCE_S = 120.0
STREAM_ROWS = 10_000
PIECE_ROWS = 200_000
YEAR_MS = 365 * 24 * 3_600_000
RAW = b'{"synthetic":"' + b"0" * 480 + b'"}'


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name, ExitStack() as running:
        free = shutil.disk_usage(name).free
        if free < 2 * ROWS * ROW_BYTES:
            print(
                f"{ROWS:,} rows need twice {ROWS * ROW_BYTES >> 30} GiB of disk, {free >> 30} are free", file=sys.stderr
            )
            return 1
        few, many = Path(name) / "few", Path(name) / "many"
        herd = asyncio.run(prepare(few))
        shutil.copytree(few, many)
        build(few / DATABASE, FEW_ROWS)
        build(many / DATABASE, ROWS)
        sides = {rows: running.enter_context(serving(folder)) for rows, folder in ((FEW_ROWS, few), (ROWS, many))}
        for server in sides.values():
            _herd_s(server, herd)
        rounds = [{rows: _herd_s(server, herd) for rows, server in sides.items()} for _ in range(ROUNDS)]
    return 0 if _told(rounds) else 1


def build(database: Path, rows: int) -> None:
    """Fill the tables that grow with the years, in the order of their keys where a year would come in order."""
    connection = connect_writing(database)
    (district,) = connection.execute("select district_id from database_identity").fetchone()
    (device, grid) = connection.execute("select device, grid from device limit 1").fetchone()
    (building,) = connection.execute("select id from feed_entry where type = 'building' limit 1").fetchone()
    connection.execute("pragma foreign_keys = off")
    now_ms = time.time_ns() // 1_000_000
    streams = [os.urandom(16) for _ in range(-(-rows // STREAM_ROWS))]
    filled = min(rows, STREAM_ROWS)
    connection.executemany(
        "insert into stream (district_id, stream, device, watermark, head, judged_to, opened_ms)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        [(district, stream, device, filled, bytes(32), filled, now_ms - YEAR_MS) for stream in streams],
    )
    for first in range(0, rows, PIECE_ROWS):
        piece = range(first, min(first + PIECE_ROWS, rows))
        connection.execute("begin immediate")
        _fill(connection, district, list(_rows(piece, rows, streams, now_ms)), grid, UUID(building).bytes)
        connection.execute("commit")
        print(f"   {piece.stop:,} of {rows:,} rows", file=sys.stderr, flush=True)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def _rows(piece: range, rows: int, streams: list[bytes], now_ms: int) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield id, stream, place and time of each row; tablets take turns, as over a year."""
    for place in piece:
        at_ms = now_ms - YEAR_MS + YEAR_MS * place // rows
        yield at_ms.to_bytes(6, "big") + os.urandom(10), streams[place % len(streams)], place // len(streams) + 1, at_ms


def _fill(
    connection: sqlite3.Connection,
    district: str,
    rows: list[tuple[bytes, bytes, int, int]],
    grid: str,
    building: bytes,
) -> None:
    connection.executemany(
        "insert into inbox (district_id, stream, n, digest, head, mark, received_ms, raw)"
        " values (?, ?, ?, randomblob(32), randomblob(32), '', ?, ?)",
        [(district, stream, n, at_ms, RAW) for _, stream, n, at_ms in sorted(rows, key=lambda row: row[1:3])],
    )
    connection.executemany(
        "insert into judged (district_id, id, root, kind, actor, verdict, stream, n, digest)"
        " values (?, ?, ?, 'check_in', '', 'stored', ?, ?, randomblob(32))",
        [(district, row_id, row_id, stream, n) for row_id, stream, n, _ in rows],
    )
    connection.executemany(
        "insert into check_in (district_id, id, grid, building, entrance, day, round, result, method, geofence,"
        " is_void) values (?, ?, ?, ?, null, date(? / 1000, 'unixepoch'), 1, 'normal', 'qr', 'inside', 0)",
        [(district, row_id, grid, building, at_ms) for row_id, _, _, at_ms in rows],
    )


def _herd_s(server: Served, herd: list[HerdTablet]) -> tuple[float, float]:
    requests = requests_of(herd)
    begun = time.perf_counter()
    wave = send_wave(server.port, requests, timeout_s=PATIENCE_S)
    assert wave.is_acknowledged, wave.statuses
    server.wait_until_folded()
    return wave.whole_s, time.perf_counter() - begun


def _told(rounds: list[dict[int, tuple[float, float]]]) -> bool:
    kept = []
    for part, words in enumerate(("last receipt", "all folded")):
        few, many = (Figures(tuple(each[rows][part] for each in rounds)) for rows in (FEW_ROWS, ROWS))
        name = f"time until {words} at {ROWS:,} rows over {FEW_ROWS:,}"
        kept.append(ratio_said(name, many.median / few.median, most=MOST_RATIO))
        print(f"   {many.said('s', 2)} over {few.said('s', 2)}")
    return all(kept)
