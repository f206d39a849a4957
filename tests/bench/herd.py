"""The herd: every tablet of a district sends a day's records at the same moment, then the same once more.

Requests are made and signed beforehand and written to raw sockets, so that the clients cost little. The server is its
own process on loopback. The other side of the ratio is the same server with one exchange in each transaction.
"""

import asyncio
import json
import os
import shutil
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

from tests.bench.herd_requests import prepare, requests_of

ALONE = "import sync.caseapi.storage.sqlite.writer as writer; writer.GROUP_LENGTH = 1; "
SERVE = "import sys; from sync.caseapi.cli import main; sys.exit(main(sys.argv[1:]))"
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
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "prepared"
        herd = asyncio.run(prepare(home))
        grouped = _run(home, Path(folder) / "grouped", requests_of(herd), "")
        alone = _run(home, Path(folder) / "alone", requests_of(herd), ALONE)
    ratio = alone.whole_s / grouped.whole_s
    print(f"ratio   one exchange a transaction takes {ratio:.2f} times as long until the last answer")
    return 0 if grouped.statuses == alone.statuses == Counter({200: len(herd)}) else 1


def _run(home: Path, folder: Path, requests: list[bytes], switch: str) -> Wave:
    shutil.copytree(home, folder)
    database = f"sqlite:///{folder / 'case.db'}"
    print("one exchange a transaction" if switch else "group commit", flush=True)
    with _server(database, switch) as (port, pid):
        idle_s = _cpu_s(pid)
        first = asyncio.run(_wave(port, requests))
        first_cpu_s = _cpu_s(pid) - idle_s
        print(f"  first   {first.said()}; server CPU {first_cpu_s:.2f} s")
        folded_s = asyncio.run(_folded(port))
        cpu_s = _cpu_s(pid)
        again = asyncio.run(_wave(port, requests))
        print(f"  again   {again.said()}; server CPU {_cpu_s(pid) - cpu_s:.2f} s")
        print(f"  server  folded {folded_s:.1f} s after; largest RSS {_peak_mib(pid)} MiB")
    report = _report(database)
    wanted = ("records", "stored", "duplicates", "repeated", "missing", "receipts_valid", "unjudged", "ok")
    print("  verify  " + ", ".join(f"{name} {report[name]}" for name in wanted), flush=True)
    return first


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


@contextmanager
def _server(database: str, switch: str) -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-c", switch + SERVE, "serve", "--port", "0", "--json", "--db", database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = urlsplit(json.loads(process.stdout.readline())["origin"]).port
        assert port is not None
        yield port, process.pid
        process.terminate()


def _report(database: str) -> dict[str, object]:
    command = [sys.executable, "-m", "sync.caseapi", "verify", "--json", "--db", database]
    report: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return report


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
