"""Where calls go wrong: a case API in a child, an enrolled tablet that can be copied, and children that may die."""

import asyncio
import gc
import json
import os
import shutil
import signal
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.faults.cuts.preload import Shim
from tests.faults.cuts.served import DATABASE, ServedCaseApi
from tests.sync.caseapi.harness import GRID, small_district

MOST_S = 20
"""How long one shift may take before it counts as stuck."""


class Stuck(Exception):
    """What was to end has not ended."""


def _give_up(*_: object) -> None:
    raise Stuck


@contextmanager
def in_time() -> Iterator[None]:
    """Raise `Stuck` in what does not end; `make_ready` has been called."""
    signal.alarm(MOST_S)
    try:
        yield
    finally:
        signal.alarm(0)


class Stage:
    """A case API, an enrolled tablet that can be copied, and a fresh copy with a stream of its own for every point."""

    def __init__(self, folder: Path, seed: int, *, holds_judging: bool = False) -> None:
        self.folder = folder
        self.shim = Shim()
        (folder / "server").mkdir()
        self.server = ServedCaseApi(folder / "server", self.shim, holds_judging=holds_judging)
        self.template = folder / "template.db"
        self.receipt_key = b""
        self._rng = Random(seed)
        self.central = folder / "server" / DATABASE

    def prepare(self) -> None:
        """Make the database, enrol the tablet and let it fetch what there is."""
        initialise(self.server.config)
        self.receipt_key = b64decode(in_child(lambda: asyncio.run(self._enrol()))["receipt_key"])
        self.server.warm_up()
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
        """Recover a tablet without faults and return what is wrong.

        It is done here and not in a child: no fault is left, and to fork costs as much as all the rest of it.
        """
        key = Ed25519PublicKey.from_public_bytes(self.receipt_key)
        try:
            with in_time():
                return inspector.afterwards(path, self.central, key, told)
        except Stuck:
            return [f"stuck: the recovery did not end in {MOST_S} s"]
        finally:
            shutil.rmtree(path.parent)
            # There are 256 folders of whole photos: soon no shift would make one any more.
            for kept in self.central.with_suffix(".media").glob(2 * "[0-9a-f]"):
                shutil.rmtree(kept)

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
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
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


def make_ready() -> None:
    """Let no wait for a lock last: one that the disk refuses never comes."""
    shown = f"busy_timeout = {connections.BUSY_TIMEOUT_MS}"
    pragmas = tuple(pragma.replace(shown, "busy_timeout = 20") for pragma in connections._PRAGMAS)
    connections._PRAGMAS = pragmas  # type: ignore[assignment]  # as many as before
    connection.BUSY_TIMEOUT_S = 0.02
    signal.signal(signal.SIGALRM, _give_up)
