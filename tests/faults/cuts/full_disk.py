"""A disk of a few hundred kilobytes really fills up, under a tablet and under a case API, and is freed again.

Run as ``python -m tests.faults.cuts.full_disk``: mounts a small disk for itself alone and prints one JSON object.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.errors import SyncError
from sync.tablet.store import open_store
from sync.wire import encode_message
from tests.faults.cuts.preload import ROOT
from tests.sync.caseapi.harness import Clock, Desk, open_case_api, prepare
from tests.sync.tablet.makers import record

SIZE = "2000k"
TABLET_BALLAST_BYTES, SERVER_BALLAST_BYTES = 1_100_000, 300_000
"""What lies on the disk beside the database and is removed when it is full."""
CAP_SYS_ADMIN = 21
"""Number of the capability that mounts disks."""
REFUSALS = 3
FREED = 5
"""How many saves must succeed once there is room."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What both ends did on a disk that filled up."""

    tablet: dict[str, Any]
    server: dict[str, Any]

    @property
    def findings(self) -> list[str]:
        """Return what is wrong; empty when nothing is."""
        tablet, server = self.tablet, self.server
        checks = {
            f"other: a full disk is told as {tablet['codes']}": set(tablet["codes"]) == {"E-DISK"},
            f"lost: {tablet['lost']} records told as saved on a full disk": not tablet["lost"],
            f"other: {tablet['more']} records that were refused are there": not tablet["more"],
            "lost: a full disk cannot be read": tablet["readable_while_full"],
            "lost: the draft is gone": tablet["draft"],
            f"other: {tablet['problems']}": not tablet["problems"],
            f"other: the server answers {server['refusals']} on a full disk": set(server["refusals"]) == {503},
            "stuck: the server takes nothing although there is room again": server["proven"] == server["offered"],
        }
        return [sentence for sentence, holds in checks.items() if not holds]


def may_mount() -> bool:
    """Tell whether this process is allowed to mount disks, so that one that is not mounted is a failure."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (allowed,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff"))
    return os.geteuid() == 0 and bool(allowed >> CAP_SYS_ADMIN & 1)


def run_full_disk() -> Filled | None:
    """Fill a small disk under both ends; None where no disk may be mounted."""
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    with tempfile.TemporaryDirectory() as folder:
        mount = f"mount -t tmpfs -o size={SIZE},mode=700 xunge '{folder}'"
        if subprocess.run([*namespace, "sh", "-c", mount], capture_output=True, check=False).returncode:
            return None
        words = [
            *namespace,
            "sh",
            "-c",
            f"{mount} && exec '{sys.executable}' -m tests.faults.cuts.full_disk '{folder}'",
        ]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    return Filled(told["tablet"], told["server"])


def tablet_fills_up(folder: Path) -> dict[str, object]:
    """Save records until the disk is full, then free it and go on; return codes and what is missing."""
    ballast = _ballast(folder, TABLET_BALLAST_BYTES)
    path = folder / "tablet" / "journal.db"
    store = open_store(path)
    store.drafts.put("visit", {"note": "typed before"})
    saved: list[str] = []
    codes: list[str] = []
    while len(codes) < REFUSALS:
        made = record("满" * 300)
        try:
            saved.append(store.journal.append(made).record.id)
        except SyncError as exc:
            codes.append(exc.code)
    readable = len(list(store.journal.whole()))
    ballast.unlink()
    saved += [store.journal.append(record("room again")).record.id for _ in range(FREED)]
    store.close()
    again = open_store(path)
    held = [entry.record.id for entry in again.journal.whole()]
    problems = again.problems()
    draft = again.drafts.fields("visit")
    again.close()
    return {
        "codes": codes,
        "saved": len(saved),
        "lost": len(set(saved) - set(held)),
        "more": len(held) - len(saved),
        "readable_while_full": readable == len(saved) - FREED,
        "draft": draft == {"note": "typed before"},
        "problems": problems,
    }


async def server_fills_up(folder: Path) -> dict[str, object]:
    """Take exchanges until the disk is full, then free it and go on; return the refusals and what is missing."""
    ballast = _ballast(folder, SERVER_BALLAST_BYTES)
    clock = Clock()
    path = prepare(folder / "server.db", clock)
    case_api = open_case_api(path, clock)
    desk = Desk(case_api, clock)
    refusals: list[int] = []
    async with desk.serving():
        await desk.import_small_district()
        tablet = await desk.tablet()
        proven = 0
        while len(refusals) < REFUSALS:
            if len(tablet.records) == proven:
                tablet.case(description="满" * 2_000)
            answer = await tablet.post(encode_message(tablet.request(proven + 1)))
            if answer.status_code == 200:
                proven = len(tablet.records)
            else:
                refusals.append(answer.status_code)
        ballast.unlink()
        reply = await tablet.sync(proven + 1)
    await case_api.storage.close()
    return {
        "refusals": refusals,
        "proven_while_full": proven,
        "proven": reply.watermark,
        "offered": len(tablet.records),
    }


def _ballast(folder: Path, size_bytes: int) -> Path:
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(size_bytes))
    return ballast


def main(folder: str) -> None:
    told = {"tablet": tablet_fills_up(Path(folder))}
    for path in (Path(folder) / "tablet").iterdir():
        path.unlink()
    told["server"] = asyncio.run(server_fills_up(Path(folder)))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
