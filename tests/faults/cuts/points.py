"""Every call on a file or a socket goes wrong once, in each of five ways, on either end; then all is compared.

Run as ``python -m tests.faults.cuts.points SIDE BUDGET SEED [PLANTED]`` under the shim, SIDE being ``tablet`` or
``server``; prints one JSON object.
"""

import asyncio
import gc
import json
import os
import shutil
import signal
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.opening import initialise, open_case_api
from sync.caseapi.storage.sqlite import connection
from sync.tablet.store import connections
from sync.tablet.store.identity import Membership
from tests.faults.cuts import inspector
from tests.faults.cuts.plants import plant
from tests.faults.cuts.preload import FAULTS, Shim, points_on
from tests.faults.cuts.served import DATABASE, ServedCaseApi
from tests.faults.scratch import scratch
from tests.sync.caseapi.harness import GRID, small_district

MOST_S = 20
"""How long one shift may take before it counts as stuck."""
MOST_FINDINGS = 20


@dataclass
class Outcome:
    """What a side's points came to.

    Attributes:
        calls: how many calls the shift makes without faults.
        tried: faults that hit a call.
        not_reached: faults set on a call that did not come, because the order of threads differed.
        coverage: fault to what it hit, to how often.
    """

    calls: int = 0
    tried: int = 0
    not_reached: int = 0
    findings: list[str] = field(default_factory=list)
    coverage: dict[str, dict[str, int]] = field(default_factory=dict)


class Stage:
    """A case API, an enrolled tablet that can be copied, and a fresh copy with a stream of its own for every point."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.shim = Shim()
        (folder / "server").mkdir()
        self.server = ServedCaseApi(folder / "server", self.shim)
        self.template = folder / "template.db"
        self.receipt_key = b""
        self._rng = Random(seed)
        self.central = folder / "server" / DATABASE

    def prepare(self) -> None:
        """Make the database, enrol the tablet and let it fetch what there is."""
        initialise(self.server.config)
        self.receipt_key = b64decode(in_child(lambda: asyncio.run(self._enrol()))["receipt_key"])
        self.server.start()
        in_child(self._first_sync)
        # Once here, so that no child loads what is loaded on first use.
        path, stream = self.fresh()
        inspector.Shift(path, stream, lambda _: None).play()
        gc.collect()
        gc.freeze()

    def fresh(self) -> tuple[Path, UUID]:
        """Return a tablet in a folder of its own, and its stream."""
        stream = UUID(bytes=self._rng.randbytes(16), version=4)
        folder = self.folder / "tablets" / str(stream)
        folder.mkdir(parents=True)
        path = folder / inspector.DATABASE
        shutil.copy(self.template, path)
        inspector.give_stream(path, stream)
        return path, stream

    def compared(self, path: Path, told: list[inspector.Told]) -> list[str]:
        """Recover a tablet without faults and return what is wrong."""
        key = Ed25519PublicKey.from_public_bytes(self.receipt_key)
        findings: list[str] = in_child(lambda: inspector.afterwards(path, self.central, key, told)) or []
        shutil.rmtree(path.parent)
        return findings

    async def _enrol(self) -> dict[str, str]:
        case_api = open_case_api(self.server.config, port=self.server.port)
        await case_api.storage.feeds.publish(small_district())
        offer = (await case_api.enrolment.offer(GRID, self.server.origin)).offer
        tablet = inspector.opened(self.template)
        service = case_api.enrolment

        class Direct:
            def enrol(self, request: Any) -> Any:
                return asyncio.run_coroutine_threadsafe(service.use(request), loop).result()

            def close(self) -> None:
                return

        loop = asyncio.get_running_loop()
        tablet.enroller._connect = lambda *_: Direct()
        await asyncio.to_thread(tablet.enroller.begin, str(offer.text))
        joining = tablet.store.identity.membership("joining")
        assert isinstance(joining, Membership)
        await service.confirm(joining.digits)
        await asyncio.to_thread(tablet.enroller.poll)
        tablet.close()
        await case_api.storage.close()
        from base64 import b64encode

        return {"receipt_key": b64encode(joining.receipt_key).decode()}

    def _first_sync(self) -> None:
        tablet = inspector.opened(self.template)
        status = tablet.sync_once()
        assert status.fault is None, status.fault
        tablet.close()


def in_child(work: Callable[[], Any]) -> Any:
    """Return what a piece of work comes to in a forked child, so that no thread of it is ever forked again."""
    said = list(lines_of_child(lambda say: say({"result": work()}))[0])
    return said[-1]["result"] if said else [f"stuck: {work} did not end"]


def lines_of_child(work: Callable[[Callable[[Any], None]], None]) -> tuple[list[Any], int]:
    """Return what a piece of work says in a forked child until it ends or dies, and its exit status."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(MOST_S)
        code = 1
        try:
            work(lambda value: _write_line(writing, value))
            code = 0
        except BaseException as exc:  # noqa: BLE001 - the top of a child
            os.write(2, f"{exc!r}\n".encode())
        finally:
            os._exit(code)
    os.close(writing)
    data = bytearray()
    while piece := os.read(reading, 65_536):
        data += piece
    os.close(reading)
    _, status = os.waitpid(child, 0)
    return [json.loads(line) for line in data.splitlines()], status


def _write_line(descriptor: int, value: Any) -> None:
    os.write(descriptor, json.dumps(value).encode() + b"\n")


def chosen(points: list[str], budget: int, seed: int) -> list[tuple[int, str]]:
    """Return the faults to try: all of them, or so many that every kind of call meets every fault first."""
    everything = [(n, fault) for n in range(1, len(points) + 1) for fault in FAULTS]
    if not budget or budget >= len(everything):
        return everything
    Random(seed).shuffle(everything)
    seen: set[tuple[str, str]] = set()
    first: list[tuple[int, str]] = []
    rest: list[tuple[int, str]] = []
    for n, fault in everything:
        known = (points[n - 1], fault) in seen
        (rest if known else first).append((n, fault))
        seen.add((points[n - 1], fault))
    return sorted((first + rest)[:budget])


class Side:
    """One end whose calls go wrong."""

    def __init__(self, name: str, stage: Stage, outcome: Outcome) -> None:
        self.name = name
        self.stage = stage
        self.outcome = outcome

    def points(self) -> list[str]:
        """Play a shift without faults and return its calls."""
        raise AssertionError(self.name)

    def try_one(self, n: int, fault: str) -> Iterator[str]:
        """Let one call go wrong and yield what is wrong afterwards."""
        raise AssertionError(self.name)

    def run(self, budget: int, seed: int, *, most_findings: int = MOST_FINDINGS) -> None:
        """Try so many faults, all for 0, and stop when so much is found."""
        points = self.points()
        self.outcome.calls = len(points)
        for n, fault in chosen(points, budget, seed):
            where = f"{self.name}, {fault} at call {n} ({points[n - 1]})"
            for finding in self.try_one(n, fault):
                sort, _, sentence = finding.partition(": ")
                self.outcome.findings.append(f"{sort}: {where}: {sentence}")
            if len(self.outcome.findings) >= most_findings:
                return

    def note(self, board: Any, fault: str) -> None:
        if not board.fired:
            self.outcome.not_reached += 1
            return
        from tests.faults.cuts.preload import point_name

        self.outcome.tried += 1
        point = f"{self.name}: {point_name(board.fired_call * 16 + board.fired_role)}"
        hits = self.outcome.coverage.setdefault(fault, {})
        hits[point] = hits.get(point, 0) + 1


class TabletSide(Side):
    """The tablet's calls go wrong; the case API beside it is well."""

    def points(self) -> list[str]:
        path, stream = self.stage.fresh()
        board = self.stage.shim.new_board()
        told, _ = lines_of_child(lambda say: self._shift(path, stream, board, 0, "", say))
        assert sum(said["what"] == "saved" for said in told) == 3, told
        assert not self.stage.compared(path, told)
        return points_on(board.contents)

    def try_one(self, n: int, fault: str) -> Iterator[str]:
        shim = self.stage.shim
        path, stream = self.stage.fresh()
        board = shim.new_board()
        told, status = lines_of_child(lambda say: self._shift(path, stream, board, n, fault, say))
        self.note(board.contents, fault)
        shim.drop(board)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            yield f"stuck: the shift did not end in {MOST_S} s"
        yield from self.stage.compared(path, told)

    def _shift(
        self, path: Path, stream: UUID, board: Any, n: int, fault: str, say: Callable[[inspector.Told], None]
    ) -> None:
        shift = inspector.Shift(path, stream, say)
        shim = self.stage.shim
        shim.use(board)
        shim.watch(path.parent)
        shim.arm(n, fault)
        shift.play()


class ServerSide(Side):
    """The case API's calls go wrong, while it starts, while it serves or while it stops; the tablet is well."""

    def points(self) -> list[str]:
        server = self.stage.server
        server.stop()
        assert server.start(0)
        starting = points_on(server.board)
        self._warm_up()
        assert server.arm(0, "")
        told, path = self._shift()
        serving = points_on(server.board)
        assert server.arm(0, "")
        server.stop()
        stopping = points_on(server.board)
        server.start()
        assert not self.stage.compared(path, told)
        self._serves_from, self._stops_from = len(starting), len(starting) + len(serving)
        return [*starting, *serving, *stopping]

    def try_one(self, n: int, fault: str) -> Iterator[str]:
        server = self.stage.server
        if n <= self._serves_from:
            server.kill()
            is_up = server.start(n, fault)
        else:
            is_up = n > self._stops_from or server.arm(n - self._serves_from, fault)
        told, path = self._shift() if is_up else ([], self.stage.fresh()[0])
        if n > self._stops_from:
            server.arm(n - self._stops_from, fault)
            server.stop()
        self.note(server.board, fault)
        if n > self._stops_from or not server.disarm():
            server.kill()
            server.start()
        yield from self.stage.compared(path, told)

    def _warm_up(self) -> None:
        told, path = self._shift()
        assert not self.stage.compared(path, told)

    def _shift(self) -> tuple[list[inspector.Told], Path]:
        path, stream = self.stage.fresh()
        told, _ = lines_of_child(lambda say: inspector.Shift(path, stream, say).play())
        return told, path


SIDES = {"tablet": TabletSide, "server": ServerSide}


def make_ready() -> None:
    """Let no wait for a lock last: one that the disk refuses never comes."""
    shown = f"busy_timeout = {connections.BUSY_TIMEOUT_MS}"
    pragmas = tuple(pragma.replace(shown, "busy_timeout = 20") for pragma in connections._PRAGMAS)
    connections._PRAGMAS = pragmas  # type: ignore[assignment]  # as many as before
    connection.BUSY_TIMEOUT_S = 0.02


def main(side: str, budget: str, seed: str, planted: str = "") -> None:
    make_ready()
    plant(planted)
    folder = scratch("points")
    outcome = Outcome()
    stage = Stage(folder, int(seed))
    try:
        stage.prepare()
        most = 1 if planted else MOST_FINDINGS
        SIDES[side](side, stage, outcome).run(int(budget), int(seed), most_findings=most)
    finally:
        stage.server.kill()
        shutil.rmtree(folder)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
