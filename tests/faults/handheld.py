"""The real tablet in virtual time: its store, its sync and its clocks; killed at any statement, copied, rewound."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import UUID

import msgspec
from greenlet import greenlet

from sync.clock import Stamp
from sync.errors import SyncError
from sync.journal import SyncStatus
from sync.records import Envelope, encode
from sync.tablet.clock import SystemClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import StoreError
from sync.tablet.tablet import Tablet
from tests.faults.agenda import Agenda
from tests.faults.disk import Disk, Killed
from tests.faults.ledger import Ledger
from tests.faults.line import Line, LineTransport
from tests.faults.records import RecordMaker
from tests.faults.seams import STAGE, database_files, looking

CONFIG = ExchangeConfig(first_part_bytes=16 * 1024, photos_at_once=1)
"""As tablets have it, with small parts, so that small photos travel in several."""


class Around(Protocol):
    """The world as a tablet sees it."""

    agenda: Agenda
    ledger: Ledger

    def note(self, who: str, what: str) -> None:
        """Write into the trace."""
        ...

    def cover(self, kind: str, point: str) -> None:
        """Count a fault."""
        ...

    def after(self, delay_ms: int, act: Callable[..., object], *arguments: Any) -> None:
        """Let something happen later."""
        ...

    def wait(self) -> Any:
        """Suspend what runs until somebody resumes it."""
        ...

    def waiter(self) -> Callable[[Any], None]:
        """Return what resumes the part that runs now, once."""
        ...

    def run(self, body: Callable[[], None]) -> greenlet:
        """Run something that may wait for the network; return it, ended or not."""
        ...

    def join(self, tablet: "Handheld") -> None:
        """Enrol a tablet, as far as it goes; waits for the network."""
        ...


class SimWaiting:
    """Lets the sync worker pause in the world's time."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def wait(self, seconds: float | None) -> None:
        """Return after so many seconds; here a pause has an end."""
        assert seconds is not None
        self._around.after(round(seconds * 1000), self._around.waiter(), None)
        self._around.wait()

    def wake(self) -> None:
        """End no wait before its time."""


class SimClock(SystemClock):
    """The tablet's clocks, all of them movable."""

    def __init__(self, agenda: Agenda, random: Random, skew_ms: int) -> None:
        self.agenda = agenda
        self.random = random
        self.skew_ms = skew_ms
        self._server_minus_boot_ms: int | None = None
        self._server_minus_wall_ms: int | None = None
        self._booted_ms = agenda.now_ms
        self._boot = str(UUID(bytes=random.randbytes(16), version=4))

    def reboot(self) -> None:
        """Begin a new boot, which knows only what was stored."""
        self._booted_ms = self.agenda.now_ms
        self._boot = str(UUID(bytes=self.random.randbytes(16), version=4))
        self.forget()

    def forget(self) -> None:
        """Know of the server's time only what is stored, as a new process does."""
        self._server_minus_boot_ms = self._server_minus_wall_ms = None

    def now_ms(self) -> int:
        """Return the wall clock, which may be anything."""
        return self.agenda.now_ms + self.skew_ms

    def stamp(self) -> Stamp:
        """Return what is known of time now."""
        self._hold()
        return super().stamp()

    def learn(self, server_ms: int) -> str:
        """Take the server's time over."""
        self._hold()
        return super().learn(server_ms)

    def random_bytes(self, count: int) -> bytes:
        """Return the world's own random bytes."""
        return self.random.randbytes(count)

    def _hold(self) -> None:
        STAGE.boot_ms = lambda: self.agenda.now_ms - self._booted_ms


class _RoomyTablet(Tablet):
    used = 0.1

    def free_bytes(self) -> int | None:
        return 10_000_000_000

    def disk_used(self) -> float | None:
        return self.used


class Handheld:
    """One tablet with its disk; its database outlives every kill."""

    def __init__(self, around: Around, name: str, path: Path, *, grid: str, line: Line, clock: SimClock) -> None:
        self.name = name
        self.path = path
        self.grid = grid
        self.line = line
        self.clock = clock
        self.disk = Disk("tablet", around.cover)
        self.status: SyncStatus | None = None
        self.is_revoked = False
        self._known: set[bytes] = set()
        self.disk_used = 0.1
        self.records = RecordMaker(clock, grid)
        self._around = around
        self._tablet: Tablet | None = None
        self._look: sqlite3.Connection | None = None
        self._running: greenlet | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether the program runs."""
        return self._tablet is not None

    @property
    def tablet(self) -> Tablet:
        """Return the program that runs."""
        assert self._tablet is not None
        return self._tablet

    @property
    def is_syncing(self) -> bool:
        """Tell whether an exchange waits for the network."""
        return self._running is not None and not self._running.dead

    def start(self) -> None:
        """Start the program; it may die of its disk at once."""
        if self.is_on:
            return
        self.disk = Disk("tablet", self._around.cover)
        STAGE.disks[str(self.path)] = self.disk
        STAGE.new_stream = lambda: UUID(bytes=self.clock.random.randbytes(16), version=4)
        self.clock.forget()
        self._tablet = _RoomyTablet(
            self.path,
            app="fieldapp simulated",
            clock=self.clock,
            config=CONFIG,
            waiting=SimWaiting(self._around),
            transport=lambda: LineTransport(self.line),
        )
        self._tablet.used = self.disk_used
        self._around.note(self.name, "starts")

    def stop(self) -> None:
        """End the program as an inspector does; what it was sending is broken off."""
        if not self.is_on:
            return
        if self.is_syncing:
            self.kill()
            return
        self._around.note(self.name, "is closed")
        try:
            self.tablet.close()
            self._tablet = None
        except Killed:
            self._around.note(self.name, "dies while closing")
            self._leave()

    def kill(self) -> None:
        """End the program without a word."""
        if not self.is_on:
            return
        self._around.note(self.name, "is killed")
        self.disk.is_dead = True
        if self.is_syncing:
            self._around.cover("kill", "tablet: waiting for the network")
        self._leave()

    def save(self, count: int) -> None:
        """Save records as an inspector does, one after another; note what was shown as saved."""
        for _ in range(count):
            if not self.is_on:
                return
            self.save_one(self.records.next)

    def save_one(self, make: Callable[[], Envelope]) -> None:
        """Save a record as an inspector does; note what was shown as saved."""
        try:
            record = make()
            data = encode(record)
            self._around.ledger.attempted(record.id, data)
            self.tablet.store.journal.append(record)
        except StoreError as exc:
            self._around.note(self.name, f"refuses to save: {exc.code}")
        except Killed:
            self._around.note(self.name, "dies while saving")
            self._leave()
        else:
            self._around.ledger.saved(record.id, data)
            self._known.add(self._around.ledger.digest(data))
            self.records.made(record)
            self._around.note(self.name, f"saved {record.kind} {record.id}")

    def sync(self) -> None:
        """Begin to sync; it goes on whenever the network answers."""
        if self.is_on and not self.is_syncing:
            self._running = self._around.run(lambda: self._alive(self._attempt))

    def join(self) -> None:
        """Begin to enrol (again)."""
        if self.is_on and not self.is_syncing:
            self._running = self._around.run(lambda: self._alive(lambda: self._around.join(self)))

    def holds(self) -> dict[bytes, bytes]:
        """Return every record on this tablet's disk: its digest as its bytes have it now, and its bytes."""
        rows = self.query("select record from records")
        return {self._around.ledger.digest(data): data for (data,) in rows}

    def query(self, sql: str) -> list[Any]:
        """Read the database beside the program."""
        if self._look is None:
            if not self.path.exists():
                return []
            self._look = looking(self.path)
        return self._look.execute(sql).fetchall()

    def copy(self) -> bytes:
        """Return a whole copy of the database as it is now on disk."""
        self.query("select 1")
        copied = sqlite3.connect(":memory:")
        assert self._look is not None
        try:
            self._look.backup(copied)
            return copied.serialize()
        finally:
            copied.close()

    def look_away(self) -> None:
        """Close the harness's own view of the database."""
        if self._look is not None:
            self._look.close()
            self._look = None

    def replace_database(self, data: bytes | None) -> None:
        """Put another database in the place of this one; None for none at all."""
        self.look_away()
        for file in database_files(self.path):
            file.unlink(missing_ok=True)
        if data is None:
            shutil.rmtree(self.path.with_name(f"{self.path.name}.media"), ignore_errors=True)
        else:
            self.path.write_bytes(data)

    def _attempt(self) -> None:
        # What is saved meanwhile is sent with the rest, and goes with it; so may the desk revoke it meanwhile.
        self._known = set(self.holds())
        self.status = self.tablet.sync_once()
        if self.is_revoked and self._known and not self.holds():
            self._around.ledger.erases(self._known)
        self._around.ledger.purged |= {bytes(digest) for (digest,) in self.query("select digest from purged")}
        code = self.status.fault.code if self.status.fault else "none"
        self._around.note(self.name, f"synced: {self.status.phase}, fault {code}")

    def _alive(self, body: Callable[[], None]) -> None:
        try:
            body()
        except Killed:
            if not self.is_on or self.disk.owner == "":
                return
            self._around.agenda.after(0, self._dies, self._tablet)

    def _dies(self, tablet: Tablet) -> None:
        if self._tablet is tablet:
            self._around.note(self.name, "dies while syncing")
            self._leave()

    def _leave(self) -> None:
        assert self._tablet is not None
        store, self._tablet = self._tablet.store, None
        self.disk.is_dead = True
        if self._running is not None and not self._running.dead:
            # What waits for the network is of the same process.
            self._running.throw(Killed(self.name))
        database: Any = store._database
        while not database._idle.empty():
            database._idle.get_nowait().close()
        database.writer._connection.pull()
        store._ownership.release()


def membership_device(tablet: Tablet) -> str:
    """Return the device id of a tablet, empty before its enrolment."""
    try:
        membership = tablet.store.identity.membership()
    except (SyncError, msgspec.DecodeError):
        return ""
    return "" if membership is None else membership.device
