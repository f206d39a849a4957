"""Exchanges a second over both storages, each commit forced onto the disk: many tablets at once, 40 records each."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from sync.caseapi.storage.base import Storage
from tests.bench.rounds import in_turn, ratio_said
from tests.conftest import found
from tests.contracts.storages import Sender, enrolled
from tests.postgres_server import PostgresServer, running
from tests.sync.caseapi.harness import Clock, open_postgres, open_storage, prepare, prepare_postgres

TABLETS = 200
RECORDS = 40


def main() -> int:
    initdb = found("postgres")
    if initdb is None:
        print("PostgreSQL is absent", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="xunge-bench-") as name,
        running(Path(initdb).parent, is_durable=True) as server,
    ):
        figures = in_turn(_sides(Path(name), server.share()))
    ratio_said("exchanges a second, PostgreSQL to SQLite", figures["postgres"].median / figures["sqlite"].median)
    for side, rate in figures.items():
        print(f"{side} {rate.said('exchanges a second')}")
    return 0


def _sides(folder: Path, server: PostgresServer) -> dict[str, Callable[[], float]]:
    rounds = count()

    def over_sqlite(clock: Clock) -> Storage:
        return open_storage(prepare(folder / f"{next(rounds)}.db", clock), clock)

    def over_postgres(clock: Clock) -> Storage:
        return open_postgres(prepare_postgres(server.emptied(), folder, clock), folder, clock)

    return {
        "sqlite": lambda: asyncio.run(_rate(over_sqlite)),
        "postgres": lambda: asyncio.run(_rate(over_postgres)),
    }


async def _rate(open_empty: Callable[[Clock], Storage]) -> float:
    clock = Clock()
    storage = open_empty(clock)
    try:
        senders = await _senders(storage, clock)
        begun = time.perf_counter()
        await asyncio.gather(*(storage.exchanges.exchange(sender.incoming()) for sender in senders))
        return TABLETS / (time.perf_counter() - begun)
    finally:
        await storage.close()


async def _senders(storage: Storage, clock: Clock) -> Sequence[Sender]:
    senders = []
    for number in range(TABLETS):
        device = await enrolled(storage, clock, key=number.to_bytes(32, "big"), digits=f"{number:06d}")
        senders.append(Sender(device, clock.uuid()))
        senders[-1].grow(RECORDS)
    return senders
