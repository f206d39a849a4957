"""Where the simulation takes hold of the program: threads, drivers, the boot clock and the network, nothing else.

`installed` puts the seams in and takes them out again. The code between them is the program's own.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote
from uuid import UUID

import structlog

import sync.caseapi.storage.sqlite.connection as server_driver
import sync.caseapi.storage.sqlite.opening as server_opening
import sync.caseapi.storage.sqlite.readers as server_readers
import sync.caseapi.storage.sqlite.store as server_store
import sync.caseapi.storage.sqlite.writer as server_writer
import sync.tablet.client as tablet_client
import sync.tablet.clock as tablet_clock
import sync.tablet.store.connections as tablet_driver
import sync.tablet.store.writer as tablet_writer
import sync.tablet.tablet as tablet_module
from sync.caseapi.api import authentication
from sync.caseapi.service import judging_loop
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.migrating import shipped_steps
from sync.errors import ClockSkewed
from sync.signing import MAX_SKEW_S, signer_of, verify_request
from sync.tablet.store import open_store
from tests.faults.disk import Disk, SimConnection
from tests.faults.line import PROVEN_DEVICE, DirectClient

ONE_PROCESS = "unix-excl"
"""SQLite's own file layer for a file that one process has to itself: locks cost no system calls."""


class Stage:
    """What the seams ask the world that is running.

    Attributes:
        disks: by database file, the disk of the process that has it open.
        boot_ms: the boot clock of the tablet that is running.
        monotonic_s: the monotonic clock of the server, seconds.
        new_stream: the id of a new database's first stream.
        on_submit: told by the case API's writer that work waits.
    """

    disks: dict[str, Disk]
    boot_ms: Callable[[], int]
    monotonic_s: Callable[[], float]
    new_stream: Callable[[], UUID]
    on_submit: Callable[["SteppedWriter"], None]

    def __init__(self) -> None:
        self.disks = {}
        self.boot_ms = lambda: 0


STAGE = Stage()
"""The one stage of this process: one world plays at a time."""


class InlineExecutor(Executor):
    """Runs what is submitted at once."""

    def __init__(self, *_: Any, initializer: Callable[[], object] | None = None, **__: Any) -> None:
        self._initializer = initializer
        self._is_closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run a function and return its finished future."""
        if self._is_closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._initializer is not None:
            start, self._initializer = self._initializer, None
            start()
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as exc:  # noqa: BLE001 - it is the future's answer
            future.set_exception(exc)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more."""
        self._is_closed = True


class IdleThread:
    """Stands for the writer's thread: it runs when the world steps it, and to its end when it is joined."""

    def __init__(self, *, target: Callable[[], None], **_: Any) -> None:
        self._target: Callable[[], None] | None = target

    def start(self) -> None:
        """Wait to be stepped."""

    def join(self) -> None:
        """Run to the end, once."""
        if self._target is not None:
            run, self._target = self._target, None
            run()

    def is_alive(self) -> bool:
        """Tell whether it has not ended."""
        return self._target is not None


class _Threading:
    Thread = IdleThread
    Lock = staticmethod(Lock)


class _Time:
    @staticmethod
    def monotonic() -> float:
        """Return virtual seconds."""
        return STAGE.monotonic_s()


class SteppedWriter(server_writer.Writer):
    """The case API's writer, whose turns the world decides."""

    def _queue(self, job: Any) -> None:
        super()._queue(job)
        STAGE.on_submit(self)

    def step(self) -> bool:
        """Run what waits as one group; tell whether more waits."""
        if self._put_back is None and self._waiting.empty():
            return False
        jobs = self._next_group()
        if jobs is not None:
            self._run_group(jobs)
        return self._put_back is not None or not self._waiting.empty()


class _Driver:
    """The sqlite3 module, whose writing connections lie on the disk of their process."""

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, database: str, **options: Any) -> sqlite3.Connection:
        """Open a database as the program does; locks between processes, of which there is one, are left out."""
        disk = STAGE.disks.get(unquote(database.partition("?")[0].removeprefix("file://").removeprefix("file:")))
        if disk is None or "mode=ro" in database:
            return sqlite3.connect(f"{database}&vfs={ONE_PROCESS}", **options)
        connection: SimConnection = sqlite3.connect(f"{database}&vfs={ONE_PROCESS}", factory=SimConnection, **options)
        connection.disk = disk
        return connection


_REALLY_WRITE_RECEIPTS = ReceiptLog._write


def _write_receipts(log: ReceiptLog, lines: bytes) -> None:
    """Put a point before every write of the file of receipts."""
    disk = STAGE.disks.get(str(log.path.with_suffix("").with_suffix(".db")))
    if disk is not None:
        disk.point(None, "receipts file")
    _REALLY_WRITE_RECEIPTS(log, lines)


def _boot_ms() -> int:
    return STAGE.boot_ms()


@contextmanager
def installed() -> Iterator[None]:
    """Put the seams in for as long as the context lasts."""
    steps = shipped_steps()
    with (
        _silence(),
        patch.object(tablet_writer, "ThreadPoolExecutor", InlineExecutor),
        patch.object(tablet_driver, "sqlite3", _Driver()),
        patch.object(tablet_module, "open_store", lambda path: open_store(path, new_stream=STAGE.new_stream)),
        patch.object(tablet_clock, "_boot_ms", _boot_ms),
        patch.object(tablet_client, "CaseApiClient", DirectClient),
        patch.object(server_readers, "ThreadPoolExecutor", InlineExecutor),
        patch.object(server_writer, "threading", _Threading),
        patch.object(server_store, "Writer", SteppedWriter),
        patch.object(judging_loop, "time", _Time),
        patch.object(server_driver, "sqlite3", _Driver()),
        patch.object(server_opening, "shipped_steps", lambda: steps),
        patch.object(ReceiptLog, "_write", _write_receipts),
        patch.object(authentication, "signer_of", _signer_of),
        patch.object(authentication, "verify_request", _verified),
    ):
        yield


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the logs of a thousand crashes to themselves."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.reset_defaults()


def looking(path: Path) -> sqlite3.Connection:
    """Return a connection of the harness itself that reads what is on disk."""
    return sqlite3.connect(f"{path.as_uri()}?mode=rw&vfs={ONE_PROCESS}", uri=True, isolation_level=None)


def database_files(path: Path) -> tuple[Path, ...]:
    """Return the files that make up a database."""
    return tuple(path.with_name(path.name + end) for end in ("", "-wal", "-shm"))


def _signer_of(headers: dict[str, str]) -> str:
    proven = headers.get(PROVEN_DEVICE)
    return signer_of(headers) if proven is None else proven.split()[0]


def _verified(message: Any, body: bytes, *, key: Any, now_s: int) -> str:
    proven = message.headers.get(PROVEN_DEVICE)
    if proven is None:
        return verify_request(message, body, key=key, now_s=now_s)
    device, created = proven.split()
    if abs(int(created) - now_s) > MAX_SKEW_S:
        raise ClockSkewed("signed too far from the server's time")
    return str(device)
