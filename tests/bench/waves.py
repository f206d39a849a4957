"""Sends prepared requests over raw sockets, so that a whole herd costs its sender little."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from tests.bench.rounds import share_at

TIMEOUT_S = 5.0
"""How long a tablet waits for its answer; the usual default of HTTP clients."""


@dataclass(frozen=True, slots=True)
class Wave:
    """What came of one wave: seconds until the last answer, the latency of each, answers by status; 0 is none."""

    whole_s: float
    latencies_s: tuple[float, ...]
    statuses: Counter[int]

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether every request was answered in time with 200."""
        return set(self.statuses) == {200}

    @property
    def p99_s(self) -> float:
        """Return the latency that 99 of 100 keep."""
        return share_at(self.latencies_s, 0.99)

    def said(self) -> str:
        """Return all of it in words."""
        answers = ", ".join(f"{count} x {status or 'none'}" for status, count in sorted(self.statuses.items()))
        p50_ms, p99_ms = (share_at(self.latencies_s, share) * 1000 for share in (0.50, 0.99))
        return f"{answers}; p50 {p50_ms:.0f} ms, p99 {p99_ms:.0f} ms, last after {self.whole_s:.2f} s"


def send_wave(port: int, requests: Sequence[bytes], *, within_s: float = 0.0, timeout_s: float = TIMEOUT_S) -> Wave:
    """Send every request on its own connection.

    Args:
        within_s: spread evenly over so many seconds; 0 sends all at once.
        timeout_s: how long each waits for its answer.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_wave(port, requests, within_s, timeout_s))


async def _wave(port: int, requests: Sequence[bytes], within_s: float, timeout_s: float) -> Wave:
    begun = time.perf_counter()
    answers = await asyncio.gather(
        *(_send(port, request, within_s * place / len(requests), timeout_s) for place, request in enumerate(requests))
    )
    latencies = tuple(sorted(took for _, took in answers))
    return Wave(time.perf_counter() - begun, latencies, Counter(status for status, _ in answers))


async def _send(port: int, request: bytes, after_s: float, timeout_s: float) -> tuple[int, float]:
    if after_s:
        await asyncio.sleep(after_s)
    begun = time.perf_counter()
    answer = b""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        pass
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
    return status, time.perf_counter() - begun
