"""Real processes, killed at random: `caseapi serve` and a tablet that saves and syncs; then all is compared."""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.faults.cuts import inspector
from tests.faults.cuts.preload import ROOT
from tests.faults.cuts.replays import replay_of
from tests.sync.caseapi.harness import GRID, small_district
from tests.sync.world import CaseApiProcess, world_around

VICTIMS = ("tablet", "server", "both")
MOST_LINES = 12
"""Most things the tablet says before something dies."""


@dataclass(frozen=True, slots=True)
class Killed:
    """What so many kills came to.

    Attributes:
        hits: victim to how often it was killed.
        saved: records that were told as saved.
    """

    hits: dict[str, int]
    saved: int
    findings: tuple[str, ...]


def kills(count: int, seed: int) -> Killed:
    """Kill so many times and compare what was told with what both ends hold."""
    rng = Random(seed)
    hits = dict.fromkeys(VICTIMS, 0)
    told: list[inspector.Told] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = _prepared(Path(folder) / "server")
        stack.callback(server.kill)
        world = stack.enter_context(world_around(server, GRID, Path(folder)))
        world.enrol()
        world.synced()
        world.tablet.close()
        for number in range(count):
            victim = rng.choice(VICTIMS)
            hits[victim] += 1
            told += _killed(world.path, server, victim, f"{seed}:{number}", rng.randrange(1, MOST_LINES))
        key = Ed25519PublicKey.from_public_bytes(_receipt_key(world.path))
        findings = inspector.afterwards(world.path, server.database, key, told)
        report = server.verified()
        if not report["ok"]:
            findings.append(f"other: verify: {report}")
    saved = sum(said["what"] == "saved" for said in told)
    return Killed(hits, saved, tuple(f"{finding} ({replay_of('kills', count, seed)})" for finding in findings))


def _prepared(folder: Path) -> CaseApiProcess:
    """Return a running case API with a small district."""
    folder.mkdir()
    server = CaseApiProcess(folder)
    subprocess.run(server._command("init"), check=True, capture_output=True)
    _publish(server.database)
    server.start()
    return server


def _publish(database: Path) -> None:
    import asyncio

    from sync.caseapi.config import ServerConfig
    from sync.caseapi.opening import open_case_api

    async def publish() -> None:
        case_api = open_case_api(ServerConfig(db=f"sqlite:///{database}"))
        await case_api.storage.feeds.publish(small_district())
        await case_api.storage.close()

    asyncio.run(publish())


def _killed(path: Path, server: CaseApiProcess, victim: str, seed: str, lines: int) -> list[inspector.Told]:
    """Let a tablet work until it has said so many things, kill, and return all it said."""
    command = [sys.executable, "-m", "tests.faults.cuts.kill_child", str(path), seed]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(lines + 1)]
        if victim != "tablet":
            server.kill()
        if victim == "server":
            # It goes on saving without a server for a moment, and then it is its turn.
            heard += [child.stdout.readline() for _ in range(2)]
        child.kill()
        heard += child.stdout.read().splitlines()
    if victim != "tablet":
        server.start()
    return [_said(*line.split()) for line in heard if len(line.split()) == 2]


def _said(what: str, data: str) -> inspector.Told:
    return {"what": what, "bytes": data, "id": "a record"} if what == "saved" else {"what": what, "signed": data}


def _receipt_key(path: Path) -> bytes:
    tablet = inspector.opened(path)
    try:
        membership = tablet.store.identity.membership()
        assert membership is not None
        return membership.receipt_key
    finally:
        tablet.close()
