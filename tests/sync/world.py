"""A case API as its own process, and a real tablet at the other end of a line that can be cut."""

import csv
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fieldapp.demo.proxy import CuttableProxy
from sync.journal import SyncStatus
from sync.tablet.clock import SystemClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.tablet import Tablet
from tests.sync.tablet.makers import record


class CaseApiProcess:
    """A case API with the synthetic district; `start` and `kill` as often as needed, always on the same port."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.database = folder / "central.db"
        self.port = port
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        command = self._command("serve", "--host", "127.0.0.1", "--port", str(self.port))
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        out = self._process.stdout
        assert out is not None
        said: list[str] = []
        for line in out:
            said.append(line)
            if line.startswith("case API http"):
                self.port = int(line.rsplit(":", 1)[1])
            if line.startswith("listening"):
                self._reader = threading.Thread(target=lambda: [None for _ in out], daemon=True)
                self._reader.start()
                return
        raise AssertionError(f"the case API did not start: {''.join(said)}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def run(self, *words: str) -> Any:
        done = subprocess.run(self._command(*words), capture_output=True, text=True, check=False)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def verified(self) -> dict[str, Any]:
        result: dict[str, Any] = self.run("verify", "--json")
        return result

    def devices(self) -> list[dict[str, Any]]:
        command = self._command("devices", "--json")
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def offer(self, grid: str, origin: str) -> str:
        return str(self.run("enrol", "--grid", grid, "--origin", origin, "--json")["offer"])

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "sync.caseapi", *words, "--db", f"sqlite:///{self.database}"]


@dataclass
class World:
    """A server, a line that can be cut, and a tablet at its other end."""

    server: CaseApiProcess
    line: CuttableProxy
    grid: str
    path: Path
    tablet: Tablet
    is_apart: bool = False

    def restart_tablet(self, clock: SystemClock | None = None, **config: int) -> None:
        self.tablet.close()
        self.tablet = opened(self.path, clock, is_apart=self.is_apart, **config)

    def enrol(self) -> None:
        begun = self.tablet.enroller.begin(self.server.offer(self.grid, self.line.origin))
        assert begun.status == "pending"
        self.server.run("enrol", "--confirm", begun.digits, "--json")
        assert self.tablet.enroller.poll().status == "confirmed"

    def save(self, count: int) -> list[str]:
        return [self.tablet.store.journal.append(record(f"第 {place} 户")).record.id for place in range(count)]

    def synced(self) -> SyncStatus:
        status = self.tablet.sync_once()
        assert status.fault is None, status.fault
        return status

    def all_is_proven(self, records: int) -> None:
        """Assert that the server holds so many records of this tablet once each, under the receipt the tablet shows."""
        told = self.server.verified()
        assert told["ok"] is True, told["findings"]
        assert [told[name] for name in ("duplicates", "missing", "broken_chains", "receipts_lost")] == [0, 0, 0, 0]
        assert told["receipts"] == told["receipts_valid"]
        summary = self.tablet.store.journal.summary()
        assert (summary.unsettled, summary.watermark) == (0, records)
        own_id = self.tablet.enroller.state().device
        (device,) = [row for row in self.server.devices() if row["device"] == own_id]
        assert device["held"] == records
        assert summary.receipt is not None
        assert device["receipt_code"] == summary.receipt.code


def opened(path: Path, clock: SystemClock | None = None, *, is_apart: bool = False, **config: int) -> Tablet:
    kept = replace(ExchangeConfig(answer_timeout_s=20, again_first_s=0.0, again_spread_s=0.0), **config)
    return Tablet(path, app="fieldapp test", clock=clock, config=kept, is_apart=is_apart)


@contextmanager
def world_around(server: CaseApiProcess, grid: str, folder: Path, *, is_apart: bool = False) -> Iterator[World]:
    line = CuttableProxy(server.port)
    path = folder / "tablet" / "journal.db"
    made = World(server, line, grid, path, opened(path, is_apart=is_apart), is_apart)
    yield made
    made.tablet.close()
    line.stop()


def prepared_district(folder: Path) -> tuple[Path, str]:
    """Make a database with the synthetic district; return its folder and the id of one of the grids."""
    server = CaseApiProcess(folder)
    subprocess.run(server._command("init"), check=True, capture_output=True)
    subprocess.run(server._command("demo-data", "--pack", str(folder / "pack")), check=True, capture_output=True)
    return folder, grid_of(folder)


def grid_of(folder: Path) -> str:
    """Return the id of one of the grids of a prepared district."""
    with (folder / "pack" / "buildings.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file))["grid_id"]


@contextmanager
def server_over_copy(prepared: Path, folder: Path) -> Iterator[CaseApiProcess]:
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.sock", "pack"))
    server = CaseApiProcess(folder)
    server.start()
    yield server
    server.kill()
