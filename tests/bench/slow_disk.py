"""The herd on a slow disk: each fsync takes 10 or 30 ms longer, as on worn flash memory.

A small library, compiled here, stands before fsync and fdatasync of the server's process. Grouped, the whole herd
comes at once; ungrouped, only a quarter of it, because its speed does not depend on how many wait and the bench must
have an end. What is compared is exchanges a second until the last answer.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.herd_requests import HerdTablet, prepare, requests_of
from tests.bench.rounds import in_turn, ratio_said
from tests.bench.served import ALONE, served
from tests.bench.slow_fsync import slow_fsync
from tests.bench.waves import send_wave

PATIENCE_S = 120.0
UNGROUPED_SHARE = 4
LEAST_GAIN = {10: 8.0, 30: None}
"""Milliseconds to the least gain that is wanted."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        home = Path(name) / "prepared"
        herd = asyncio.run(prepare(home))
        kept = [_compared(home, herd, slow_fsync(Path(name), delay_ms), delay_ms) for delay_ms in LEAST_GAIN]
    return 0 if all(kept) else 1


def _compared(home: Path, herd: list[HerdTablet], env: dict[str, str], delay_ms: int) -> bool:

    def a_second(tablets: list[HerdTablet], switch: str) -> float:
        requests = requests_of(tablets)
        with served(home, switch=switch, env=env) as server:
            wave = send_wave(server.port, requests, timeout_s=PATIENCE_S)
        assert wave.is_acknowledged, wave.statuses
        return len(requests) / wave.whole_s

    figures = in_turn(
        {
            f"grouped, {delay_ms} ms": lambda: a_second(herd, ""),
            f"ungrouped, {delay_ms} ms": lambda: a_second(herd[::UNGROUPED_SHARE], ALONE),
        }
    )
    grouped, alone = figures.values()
    is_kept = ratio_said(
        f"grouped over ungrouped at {delay_ms} ms", grouped.median / alone.median, least=LEAST_GAIN[delay_ms]
    )
    print(f"grouped {grouped.said('exchanges/s')}; ungrouped {alone.said('exchanges/s', 1)}")
    return is_kept
