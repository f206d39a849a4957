"""The herd: every tablet of a district sends its 40 records at the same instant, then within a second, then a minute.

Requests are made and signed beforehand and written to raw sockets on plain loopback, so that the senders cost little;
what TLS would cost is measured apart. The other side of the ratio is the same server with one exchange in each
transaction.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.bench.handshakes import handshakes_said
from tests.bench.herd_requests import HerdTablet, prepare, requests_of
from tests.bench.rounds import in_turn, ratio_said
from tests.bench.served import ALONE, Served, served
from tests.bench.waves import Wave, send_wave

P99_S = 2.0
"""Longest that 99 of 100 tablets may wait that come in the same second; of the same instant it is only said."""

RSS_MIB = 150
SECOND_S = 1.0
MINUTE_S = 60.0
WAVES = {"same instant": 0.0, "same second": SECOND_S, "one minute": MINUTE_S}
"""What is sent to one server, one after the other, and within how many seconds each."""

PATIENCE_S = 60.0
"""How long the ungrouped path may take for an answer, so that it has an end to be measured."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        home = Path(name) / "prepared"
        herd = asyncio.run(prepare(home))
        figures = in_turn(
            {
                "grouped": lambda: _wave(home, herd, "").whole_s,
                "one exchange a transaction": lambda: _wave(home, herd, ALONE).whole_s,
            }
        )
        ratio_said(
            "time of one exchange a transaction over grouped",
            figures["one exchange a transaction"].median / figures["grouped"].median,
        )
        print(f"grouped {figures['grouped'].said('s', 2)}")
        is_kept = _whole_run(home, herd)
    print(handshakes_said())
    return 0 if is_kept else 1


def _wave(home: Path, herd: list[HerdTablet], switch: str) -> Wave:
    requests = requests_of(herd)
    with served(home, switch=switch) as server:
        return send_wave(server.port, requests, timeout_s=PATIENCE_S)


def _whole_run(home: Path, herd: list[HerdTablet]) -> bool:
    with served(home) as server:
        waves = [_said(server, herd, name, within_s) for name, within_s in WAVES.items()]
        rss_mib = server.peak_mib()
        report = server.verified()
    wanted = ("records", "stored", "duplicates", "missing", "receipts_valid", "unjudged", "ok")
    print("verify        " + ", ".join(f"{name} {report[name]}" for name in wanted), flush=True)
    at_once, spread, _ = waves
    ratio_said("p99 of the same instant, s", at_once.p99_s)
    kept = [
        all(wave.is_acknowledged for wave in waves),
        ratio_said("p99 of the same second, s", spread.p99_s, most=P99_S),
        ratio_said("largest RSS of the server, MiB", rss_mib, most=RSS_MIB),
        report["ok"] is True,
    ]
    return all(kept)


def _said(server: Served, herd: list[HerdTablet], name: str, within_s: float) -> Wave:
    """Send one wave, wait until all of it is judged, and say what came of it."""
    # A signature lasts five minutes: the requests of each wave are made when they are due.
    requests, before_s = requests_of(herd), server.cpu_s()
    wave = send_wave(server.port, requests, within_s=within_s)
    cpu_s, begun = server.cpu_s() - before_s, time.perf_counter()
    server.wait_until_folded()
    print(f"{name:13} {wave.said()}; server CPU {cpu_s:.2f} s; folded {time.perf_counter() - begun:.1f} s later")
    return wave
