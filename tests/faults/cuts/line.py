"""The connection is reset at every byte, in both directions; then all is compared.

Run as ``python -m tests.faults.cuts.line BUDGET SEED`` under the shim; prints one JSON object. ``up BYTE SEED`` or
``down BYTE SEED`` tries one byte.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from fieldapp.demo.proxy import CuttableProxy
from tests.faults.cuts import inspector
from tests.faults.cuts.points import MOST_FINDINGS, Outcome
from tests.faults.cuts.replays import replay_of
from tests.faults.cuts.stage import Stage, make_ready
from tests.faults.scratch import scratch


class Line:
    """Shifts through a proxy that resets the connection after so many bytes; nothing is forked any more here."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.seed = seed
        self.proxy = CuttableProxy(stage.server.port)
        self.key = Ed25519PublicKey.from_public_bytes(stage.receipt_key)
        tablet = inspector.opened(stage.template)
        membership = tablet.store.identity.membership()
        assert membership is not None
        tablet.store.identity.keep("joined", replace(membership, origin=self.proxy.origin))
        tablet.close()

    def bytes_of_a_shift(self) -> tuple[int, int]:
        """Return how many bytes go up and come down in a shift without faults."""
        before = self.proxy.passed_bytes
        assert not list(self.try_one(None, None))
        after = self.proxy.passed_bytes
        return after[0] - before[0], after[1] - before[1]

    def try_one(self, up: int | None, down: int | None) -> Iterator[str]:
        """Play a shift that is cut after so many bytes and yield what is wrong afterwards."""
        path, stream = self.stage.fresh()
        self.proxy.cut_after(up=up, down=down)
        told: list[inspector.Told] = []
        inspector.Shift(path, stream, told.append).play()
        self.proxy.restore()
        yield from inspector.afterwards(path, self.stage.central, self.key, told)
        shutil.rmtree(path.parent)

    def run(self, budget: int, outcome: Outcome) -> None:
        """Try so many bytes, all for 0."""
        up, down = self.bytes_of_a_shift()
        outcome.calls = up + down
        step = max(1, -(-outcome.calls // budget)) if budget else 1
        self.cut([("up", at) for at in range(0, up, step)] + [("down", at) for at in range(0, down, step)], outcome)

    def cut(self, cuts: Sequence[tuple[str, int]], outcome: Outcome) -> None:
        """Cut at one byte after another."""
        for direction, at in cuts:
            outcome.tried += 1
            replay = replay_of("line", direction, at, self.seed)
            for finding in self.try_one(at if direction == "up" else None, at if direction == "down" else None):
                sort, _, sentence = finding.partition(": ")
                outcome.findings.append(f"{sort}: line, reset at byte {at} {direction}: {sentence} ({replay})")
            if len(outcome.findings) >= MOST_FINDINGS:
                return
        outcome.coverage["reset"] = {
            f"line: byte {direction}": sum(cut[0] == direction for cut in cuts) for direction in ("up", "down")
        }

    def stop(self) -> None:
        self.proxy.stop()


def main(what: str, *words: str) -> None:
    make_ready()
    folder = scratch("line")
    seed = int(words[-1])
    stage = Stage(folder, seed)
    outcome = Outcome()
    try:
        stage.prepare()
        line = Line(stage, seed)
        try:
            if what in ("up", "down"):
                line.cut([(what, int(words[0]))], outcome)
            else:
                line.run(int(what), outcome)
        finally:
            line.stop()
    finally:
        stage.server.kill()
        shutil.rmtree(folder)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
