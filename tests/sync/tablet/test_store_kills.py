"""What was acknowledged is there after a kill or on a full disk, and a refused save says why."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sync.tablet.store import open_store

WRITER = """
import sys
from pathlib import Path
from sync.tablet.store import open_store
from tests.sync.tablet.makers import record
store = open_store(Path(sys.argv[1]))
while True:
    print(store.journal.append(record("字" * 200)).record.id, flush=True)
"""
"""Saves records for ever and says the id of each once it is acknowledged."""

FULL_DISK = """
import json, os, resource, signal, sys
from pathlib import Path
from sync.tablet.errors import StoreError
from sync.tablet.store import open_store
from tests.sync.tablet.makers import record
path = Path(sys.argv[1])
store = open_store(path)
store.drafts.put("visit", {"note": "typed"})
acknowledged = [store.journal.append(record()).record.id]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
used = max(entry.stat().st_size for entry in path.parent.iterdir())
limit = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (used + 20_000, limit[1]))
codes = []
while len(codes) < 3:
    try:
        acknowledged.append(store.drafts.save("visit", record("满" * 300)).record.id)
    except StoreError as exc:
        codes.append(exc.code)
resource.setrlimit(resource.RLIMIT_FSIZE, limit)
store.drafts.put("visit", {"more": "still works"})
acknowledged.append(store.journal.append(record("space again")).record.id)
store.close()
print(json.dumps({"acknowledged": acknowledged, "codes": codes}))
"""
"""Fills what the system allows the file to have, then gets more room."""


@pytest.mark.parametrize("after", [1, 7, 70, 150])
def test_a_kill_between_any_two_saves_loses_nothing_acknowledged(tmp_path: Path, after: int) -> None:
    path = tmp_path / "journal.db"
    child = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().strip() for _ in range(after)]
    os.kill(child.pid, signal.SIGKILL)
    acknowledged += child.stdout.read().split()
    child.wait()
    child.stdout.close()
    store = open_store(path)
    held = [row.record.id for row in store.journal.entries(limit=100_000)][::-1]
    assert held[: len(acknowledged)] == acknowledged
    assert len(held) <= len(acknowledged) + 1
    assert store.problems() == []
    store.close()


def test_a_full_disk_refuses_the_save_and_keeps_everything_before(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    run = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["codes"] == ["E-DISK"] * 3
    store = open_store(path)
    held = [row.record.id for row in store.journal.entries(limit=10_000)][::-1]
    assert held == told["acknowledged"]
    assert store.drafts.fields("visit")["more"] == "still works"
    assert store.problems() == []
    store.close()
