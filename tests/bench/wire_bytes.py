"""Bytes up for each record, as a real tablet sends them, 40 records a request; headers are told apart."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sync.tablet.config import ExchangeConfig
from sync.tablet.tablet import Tablet
from tests.bench.pair import Pair, prepare_pair
from tests.bench.rounds import Figures, ratio_said
from tests.bench.served import served

BATCH_RECORDS = 40
BATCHES = 10
MOST_BYTES = 110
"""Most body bytes up for a record."""


@dataclass
class Counted:
    """Sizes of the requests that carried records."""

    bodies: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)


class CountingTransport(httpx.BaseTransport):
    """Notes what every request weighs, and sends it."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._real = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        line = len(request.method) + len(request.url.raw_path) + len(" HTTP/1.1\r\n") + 1
        self._counted.heads.append(line + sum(len(name) + len(value) + 4 for name, value in request.headers.raw) + 2)
        self._counted.bodies.append(len(request.read()))
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


def main() -> int:
    counted = Counted()
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        pair = prepare_pair(Path(name), BATCH_RECORDS * BATCHES, time.time_ns() // 1_000_000)
        _sync(pair, lambda: CountingTransport(counted))
    bodies = Figures(tuple(size / BATCH_RECORDS for size in counted.bodies[:BATCHES]))
    heads = Figures(tuple(float(size) for size in counted.heads[:BATCHES]))
    is_kept = ratio_said("body bytes up for a record", bodies.median, most=MOST_BYTES)
    print(f"body {bodies.said('bytes a record', 1)}; headers {heads.said('bytes a request')}")
    print(f"with headers {bodies.median + heads.median / BATCH_RECORDS:.1f} bytes a record")
    return 0 if is_kept else 1


def _sync(pair: Pair, transport: Callable[[], httpx.BaseTransport]) -> None:
    config = ExchangeConfig(max_records=BATCH_RECORDS)
    with served(pair.central, port=pair.port):
        tablet = Tablet(pair.journal, app="xunge bench", config=config, transport=transport)
        try:
            status = tablet.sync_once()
            assert status.fault is None, status.fault
        finally:
            tablet.close()
