"""The herd: every tablet of a district sends its 40 records at the same moment, and once more within a minute.

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
from tests.bench.served import ALONE, served
from tests.bench.waves import Wave, send_wave

P99_S = 2.0
RSS_MIB = 150
MINUTE_S = 60.0
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
        idle_s = server.cpu_s()
        first = send_wave(server.port, requests_of(herd))
        first_cpu_s = server.cpu_s() - idle_s
        folded_s = server.wait_until_folded()
        # A signature lasts five minutes: the requests of the second wave are made when they are due.
        spread = send_wave(server.port, requests_of(herd), within_s=MINUTE_S)
        begun = time.perf_counter()
        server.wait_until_folded()
        rss_mib = server.peak_mib()
        print(f"same second   {first.said()}; server CPU {first_cpu_s:.2f} s; folded {folded_s:.1f} s later")
        print(f"one minute    {spread.said()}; folded {time.perf_counter() - begun:.1f} s later")
        report = server.verified()
    wanted = ("records", "stored", "duplicates", "missing", "receipts_valid", "unjudged", "ok")
    print("verify        " + ", ".join(f"{name} {report[name]}" for name in wanted), flush=True)
    kept = [
        first.is_acknowledged and spread.is_acknowledged,
        ratio_said("p99 of the same second, s", first.p99_s, most=P99_S),
        ratio_said("largest RSS of the server, MiB", rss_mib, most=RSS_MIB),
        report["ok"] is True,
    ]
    return all(kept)
