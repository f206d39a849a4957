"""Real processes, killed at random: `caseapi serve`, a tablet that saves, takes photos and syncs, and the process that
speaks for it, as in the app; then all is compared.
"""

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.faults.cuts import inspector
from tests.faults.cuts.preload import ROOT
from tests.faults.cuts.replays import replay_of
from tests.sync.caseapi.harness import GRID, small_district
from tests.sync.world import CaseApiProcess, world_around

Victim = Literal["tablet", "server", "both", "speaker"]

VICTIMS: tuple[tuple[Victim, str], ...] = (
    ("speaker", "apart"),
    ("both", "alone"),
    ("tablet", "apart"),
    ("server", "apart"),
    ("both", "apart"),
    ("tablet", "alone"),
    ("server", "alone"),
)
"""Who dies in turn, and whether a process of its own speaks for the tablet; that one may die alone, too."""
MOST_LINES = 12
"""Most things the tablet says before something dies."""
MOST_LINES_UNTIL_PROVEN = 60
"""Things that the tablet may say after its speaker was killed until the next receipt."""
MOST_S = 60
"""How long a tablet may take to say what is waited for."""
ENDS_IN_S = 15
"""How long a speaker may outlive its tablet: it may wait for an answer."""


@dataclass(frozen=True, slots=True)
class Killed:
    """What so many kills came to.

    Attributes:
        hits: victim, and who spoke for the tablet, to how often it was killed.
        saved: records that were told as saved.
    """

    hits: dict[str, int]
    saved: int
    findings: tuple[str, ...]


class _Run:
    """So many kills of one world, what was said in them, and what was wrong at once."""

    def __init__(self, path: Path, server: CaseApiProcess, seed: int) -> None:
        self.told: list[inspector.Told] = []
        self.findings: list[str] = []
        self._path = path
        self._server = server
        self._seed = seed
        self._rng = Random(seed)

    def kill(self, number: int, victim: Victim, how: str) -> None:
        """Let a tablet work until it has said so many things, and kill."""
        lines = self._rng.randrange(1, MOST_LINES)
        words = [str(self._path), f"{self._seed}:{number}", how]
        command = [sys.executable, "-m", "tests.faults.cuts.kill_child", *words]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            hung = threading.Timer(MOST_S, child.kill)
            hung.start()
            try:
                heard = self._heard(child, victim, lines)
            finally:
                hung.cancel()
                child.kill()
        self.told += [_said(*line.split()) for line in heard if len(line.split()) == 2]
        if victim in ("server", "both"):
            self._server.start()

    def _heard(self, child: "subprocess.Popen[str]", victim: Victim, lines: int) -> list[str]:
        """Return all that the tablet says until it is dead."""
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(lines + 1)]
        if victim == "speaker":
            heard += self._without_speaker(child)
        elif victim != "tablet":
            self._server.kill()
        if victim == "server":
            # It goes on saving without a server for a moment, and then it is its turn.
            heard += [child.stdout.readline() for _ in range(2)]
        speakers = [os.pidfd_open(speaker) for speaker in _speakers(child.pid)]
        child.kill()
        heard += child.stdout.read().splitlines()
        for speaker in speakers:
            if not select.select([speaker], [], [], ENDS_IN_S)[0]:
                self.findings.append("other: the process that speaks goes on although its tablet was killed")
            os.close(speaker)
        return heard

    def _without_speaker(self, child: "subprocess.Popen[str]") -> list[str]:
        """Kill who speaks and return what the tablet says until it has spoken again."""
        assert child.stdout is not None
        heard: list[str] = []
        while not (speakers := _speakers(child.pid)) and len(heard) < MOST_LINES_UNTIL_PROVEN:
            heard.append(child.stdout.readline())
        for speaker in speakers:
            os.kill(speaker, signal.SIGKILL)
        for _ in range(MOST_LINES_UNTIL_PROVEN if speakers else 0):
            heard.append(child.stdout.readline())
            if heard[-1].startswith("proven"):
                return heard
        self.findings.append("stuck: " + ("nothing is proven after a kill" if speakers else "nobody to kill speaks"))
        return heard


def kills(count: int, seed: int) -> Killed:
    """Kill so many times and compare what was told with what both ends hold."""
    hits: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = _prepared(Path(folder) / "server")
        stack.callback(server.kill)
        world = stack.enter_context(world_around(server, GRID, Path(folder)))
        world.enrol()
        world.synced()
        world.tablet.close()
        run = _Run(world.path, server, seed)
        for number in range(count):
            victim, how = VICTIMS[number % len(VICTIMS)]
            run.kill(number, victim, how)
            hits[f"{victim}, {how}"] = hits.get(f"{victim}, {how}", 0) + 1
        key = Ed25519PublicKey.from_public_bytes(_receipt_key(world.path))
        findings = run.findings + inspector.afterwards(world.path, server.database, key, run.told)
        report = server.verified()
        if not report["ok"]:
            findings.append(f"other: verify: {report}")
    saved = sum(said["what"] == "saved" for said in run.told)
    return Killed(hits, saved, tuple(f"{finding} ({replay_of('kills', count, seed)})" for finding in findings))


def _speakers(pid: int) -> list[int]:
    """Return the processes that a tablet has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in children.read_text(encoding="ascii").split()] if children.exists() else []


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
