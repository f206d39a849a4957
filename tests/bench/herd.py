"""The herd: every tablet of a district sends a day's records at the same moment, then the same once more.

Requests are made and signed beforehand and written to raw sockets, so that the clients cost little. The server is its
own process on loopback. The other side of the ratio is the same server with one exchange in each transaction.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.herd_requests import HerdTablet, prepare, requests_of

ALONE = "import sync.caseapi.storage.sqlite.writer as writer; writer.GROUP_LENGTH = 1; "
SERVE = "import sys; from sync.caseapi.cli import main; sys.exit(main(sys.argv[1:]))"
PAIRS = 3
"""Herds on either side of the ratio, in turn; the median of each counts, because the machine's load falls on both."""

PATIENCE_S = 120.0
"""Longest wait for the whole herd to be answered."""


@dataclass(frozen=True, slots=True)
class Wave:
    """What came of one wave: seconds until the last answer, the latency of each, answers by status."""

    whole_s: float
    latencies_s: list[float]
    statuses: Counter[int]

    def said(self) -> str:
        ordered = sorted(self.latencies_s)
        p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.50, 0.99))
        answers = ", ".join(f"{count} x {status or 'broken'}" for status, count in sorted(self.statuses.items()))
        return f"{answers}; p50 {p50:.0f} ms, p99 {p99:.0f} ms, last {self.whole_s * 1000:.0f} ms"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "prepared"
        herd = asyncio.run(prepare(home))
        waves = [_whole_run(home, herd)]
        for _ in range(PAIRS):
            waves += [_first_wave(home, herd, ""), _first_wave(home, herd, ALONE)]
    grouped, alone = (statistics.median(wave.whole_s for wave in waves[side::2]) for side in (1, 2))
    print(f"one exchange a transaction takes {alone / grouped:.2f} times as long until the last answer")
    return 0 if all(wave.statuses == Counter({200: len(herd)}) for wave in waves) else 1


def _whole_run(home: Path, herd: list[HerdTablet]) -> Wave:
    requests = requests_of(herd)
    with _server(home, "") as server:
        idle_s = server.cpu_s()
        first = asyncio.run(_wave(server.port, requests))
        first_cpu_s = server.cpu_s() - idle_s
        folded_s = asyncio.run(_folded(server.port))
        busy_s = server.cpu_s()
        again = asyncio.run(_wave(server.port, requests))
        print(f"first   {first.said()}; server CPU {first_cpu_s:.2f} s")
        print(f"again   {again.said()}; server CPU {server.cpu_s() - busy_s:.2f} s")
        print(f"server  everything folded {folded_s:.1f} s later; largest RSS {server.peak_mib()} MiB")
        report = _report(server.database)
    wanted = ("records", "stored", "duplicates", "repeated", "missing", "receipts_valid", "unjudged", "ok")
    print("verify  " + ", ".join(f"{name} {report[name]}" for name in wanted), flush=True)
    return first


def _first_wave(home: Path, herd: list[HerdTablet], switch: str) -> Wave:
    requests = requests_of(herd)
    with _server(home, switch) as server:
        wave = asyncio.run(_wave(server.port, requests))
    print(f"{'alone' if switch else 'grouped':8}{wave.said()}", flush=True)
    return wave


async def _wave(port: int, requests: list[bytes]) -> Wave:
    begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE_S):
        answers = await asyncio.gather(*(_send(port, request) for request in requests))
    return Wave(time.perf_counter() - begun, [took for _, took in answers], Counter(status for status, _ in answers))


async def _send(port: int, request: bytes) -> tuple[int, float]:
    begun = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
    except OSError:
        answer = b""
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
    return status, time.perf_counter() - begun


async def _folded(port: int) -> float:
    begun = time.perf_counter()
    lag = -1
    while lag:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        lag = json.loads((await reader.read()).rpartition(b"\r\n")[2])["fold_lag_records"]
        writer.close()
        await asyncio.sleep(0.05)
    return time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class _Server:
    database: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


@contextmanager
def _server(home: Path, switch: str) -> Iterator[_Server]:
    """Serve a fresh copy of the prepared database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "copy"
        shutil.copytree(home, folder)
        database = f"sqlite:///{folder / 'case.db'}"
        command = [sys.executable, "-c", switch + SERVE, "serve", "--port", "0", "--json", "--db", database]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            port = urlsplit(json.loads(process.stdout.readline())["origin"]).port
            assert port is not None
            try:
                yield _Server(database, port, process.pid)
            finally:
                process.terminate()


def _report(database: str) -> dict[str, object]:
    command = [sys.executable, "-m", "sync.caseapi", "verify", "--json", "--db", database]
    report: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return report
