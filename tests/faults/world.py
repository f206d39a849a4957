"""One seed is one world: some tablets, a case API, an unreliable network, failing disks, and an order of events."""

import hashlib
import shutil
from collections.abc import Callable
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

from sync.errors import SyncError
from tests.faults.agenda import Agenda
from tests.faults.central import Central
from tests.faults.handheld import Handheld, SimClock
from tests.faults.journey import Received
from tests.faults.ledger import Ledger
from tests.faults.line import Line
from tests.faults.scratch import scratch
from tests.faults.seams import STAGE
from tests.faults.templates import EPOCH_MS, ORIGIN, grid_of, templates


class World:
    """Everything of one seed.

    Attributes:
        trace: what happened, line by line, when it is wanted.
        fingerprint: a running hash over everything that happened.
    """

    def __init__(self, seed: int, *, is_traced: bool = False) -> None:
        self.seed = seed
        self.random = Random(f"xunge {seed}")
        self.agenda = Agenda(EPOCH_MS)
        self.ledger = Ledger()
        self.folder = scratch("world")
        self.tablets: list[Handheld] = []
        self.coverage: dict[str, dict[str, int]] = {}
        self.false_receipts: list[str] = []
        self.trace: list[str] | None = [] if is_traced else None
        self.fingerprint = hashlib.blake2b(digest_size=16)
        self.hub = getcurrent()
        (self.folder / "central.db").write_bytes(templates().server)
        STAGE.photos_kept, STAGE.on_untruth = set(), self.false_receipt
        self.server = Central(self, self.folder / "central.db")

    def add_tablet(self, number: int, data: bytes, *, line: Line, skew_ms: int) -> Handheld:
        """Put a tablet into the world; it is not started."""
        name = f"tablet {len(self.tablets) + 1}"
        path = self.folder / f"{name.replace(' ', '-')}.db"
        path.write_bytes(data)
        line.name = name
        clock = SimClock(self.agenda, self.random, skew_ms)
        tablet = Handheld(self, name, path, grid=grid_of(number), line=line, clock=clock)
        self.tablets.append(tablet)
        return tablet

    def line(self, *, is_short: bool, faults: tuple[str, ...], chance: float) -> Line:
        """Return a new line to the server."""
        return Line("", self, self.server, self.random, faults, chance, is_short)

    def step(self) -> bool:
        """Let the next event happen, and all that follows from it at once."""
        if not self.agenda.step():
            return False
        self.server.loop.drain()
        return True

    def close(self) -> None:
        """Give everything back."""
        for tablet in self.tablets:
            tablet.kill()
            tablet.look_away()
        self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def after(self, delay_ms: int, act: Callable[..., object], *arguments: Any) -> None:
        """Let something happen later."""
        self.agenda.after(delay_ms, act, *arguments)

    def run(self, body: Callable[[], None]) -> greenlet:
        """Run something that may wait for the network; return it, ended or not."""
        started = greenlet(body, parent=self.hub)
        started.switch()
        return started

    def wait(self) -> Any:
        """Suspend what runs until somebody resumes it."""
        return self.hub.switch()

    def waiter(self) -> Callable[[Any], None]:
        """Return what resumes the part that runs now, once; what comes for a part that has ended goes nowhere."""
        waiting = getcurrent()

        def resume(outcome: Received | BaseException | None) -> None:
            if waiting.dead:
                return
            if isinstance(outcome, BaseException):
                waiting.throw(outcome)
            else:
                waiting.switch(outcome)

        return resume

    def join(self, tablet: Handheld) -> None:
        """Enrol a tablet: the desk makes a code, the tablet brings it, the desk confirms the digits."""
        resume = self.waiter()
        self.after(0, self.server.ask, lambda api: api.enrolment.offer(tablet.grid, ORIGIN), resume)
        given = self.wait()
        if given is None:
            return
        try:
            begun = tablet.tablet.enroller.begin(given.offer.text)
            if begun.status == "pending":
                resume = self.waiter()
                self.after(0, self.server.ask, lambda api: api.enrolment.confirm(begun.digits), resume)
                self.wait()
                begun = tablet.tablet.enroller.poll()
            self.note(tablet.name, f"enrolled: {begun.status} {begun.device}")
        except SyncError as exc:
            self.note(tablet.name, f"could not enrol: {exc.code}")

    def note(self, who: str, what: str) -> None:
        """Write a line of the trace, and take it into the fingerprint."""
        line = f"{self.agenda.now_ms - EPOCH_MS:>10} ms  {who}: {what}"
        self.fingerprint.update(line.encode())
        if self.trace is not None:
            self.trace.append(line)

    def cover(self, kind: str, point: str) -> None:
        """Count a fault of a kind at a point."""
        points = self.coverage.setdefault(kind, {})
        points[point] = points.get(point, 0) + 1

    def false_receipt(self, sentence: str) -> None:
        """Hear of a receipt that was untrue when it was signed."""
        self.note("harness", sentence)
        self.false_receipts.append(sentence)
