"""The case API as its own process on loopback, over a copy of a prepared folder."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sync.caseapi.config import ServerConfig
from tests.bench.process import resident_mb

SERVE = "import sys; from sync.caseapi.cli import main; sys.exit(main(sys.argv[1:]))"
ALONE = "import sync.caseapi.storage.sqlite.writer as writer; writer.GROUP_LENGTH = 1; "
"""Runs before the server: one exchange in each transaction, the ungrouped path."""

DATABASE = "case.db"
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Served:
    """A running server.

    Attributes:
        database: its URL, for commands.
    """

    database: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Return the processor time it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self) -> None:
        """Let the largest resident memory count from now on."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")

    def peak_mib(self) -> int:
        """Return the largest resident memory it ever had, or since that was last forgotten."""
        return int(resident_mb(self.pid, "VmHWM"))

    @property
    def media(self) -> Path:
        """Return the folder of photos."""
        return Path(ServerConfig(db=self.database).media_place.where)

    def wait_until_folded(self) -> float:
        """Wait until everything is judged and folded; return the seconds."""
        return asyncio.run(self._folded())

    def verified(self) -> dict[str, object]:
        """Return what `caseapi verify` says."""
        command = [sys.executable, "-m", "sync.caseapi", "verify", "--json", "--db", self.database]
        done = subprocess.run(command, capture_output=True, check=False)
        report: dict[str, object] = json.loads(done.stdout)
        return report

    async def _folded(self) -> float:
        begun = time.perf_counter()
        while await self._lag():
            await asyncio.sleep(POLL_S)
        return time.perf_counter() - begun

    async def _lag(self) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        body = (await reader.read()).rpartition(b"\r\n")[2]
        writer.close()
        return int(json.loads(body)["fold_lag_records"])


@contextmanager
def served(
    prepared: Path, *, switch: str = "", port: int = 0, env: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Serve a fresh copy of a prepared folder.

    Args:
        switch: statements that run in the server's process first.
        port: where to listen; 0 takes a free one.
        env: added to the server's environment.
    """
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        folder = Path(name) / "central"
        shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.sock"))
        with serving(folder, switch=switch, port=port, env=env) as server:
            yield server


@contextmanager
def serving(folder: Path, *, switch: str = "", port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Serve a folder itself; see `served`."""
    database = f"sqlite:///{folder / DATABASE}"
    command = [sys.executable, "-c", switch + SERVE, "serve", "--port", str(port), "--json", "--db", database]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})}
    ) as process:
        assert process.stdout is not None
        try:
            listening_at = urlsplit(json.loads(process.stdout.readline())["origin"]).port
            assert listening_at is not None
            yield Served(database, listening_at, process.pid)
        finally:
            process.terminate()
