"""Where the simulation takes hold of the program: threads, drivers, the boot clock and the network, nothing else.

`installed` puts the seams in and takes them out again. The code between them is the program's own.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote
from uuid import UUID

import structlog
from msgspec.structs import replace

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
from sync.caseapi.api import authentication, media
from sync.caseapi.service import judging_loop, reading
from sync.caseapi.service.judging import KNOWLEDGE
from sync.caseapi.storage import staging
from sync.caseapi.storage.blobs import FileBlobs, refusals
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.migrating import shipped_steps
from sync.errors import ClockSkewed
from sync.records import KINDS, Envelope, kind_of
from sync.records.base import Kind
from sync.signing import MAX_SKEW_S, signer_of, verify_head, verify_request
from sync.tablet.store import open_store
from sync.tablet.store.media import Media
from sync.tablet.store.media_files import MediaFiles
from tests.faults.disk import Disk, Killed, SimConnection
from tests.faults.line import PROVEN_DEVICE, DirectClient
from tests.faults.records import NEW_KIND

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
        server_disk: the disk of the server, for files beside the database.
        on_untruth: told what a tablet believes wrongly.
        photos_kept: every photo that the server has ever held whole.
        on_file_kill: told that the server dies at one of these files.
        is_up_to_date: the server knows the kinds of record that the tablets know.
    """

    disks: dict[str, Disk]
    boot_ms: Callable[[], int]
    monotonic_s: Callable[[], float]
    new_stream: Callable[[], UUID]
    on_submit: Callable[["SteppedWriter"], None]
    server_disk: Disk
    on_file_kill: Callable[[], None]
    on_untruth: Callable[[str], None]

    def __init__(self) -> None:
        self.disks = {}
        self.is_up_to_date = False
        self.photos_kept: set[str] = set()
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


class _ServerFiles:
    """The os module as the photos of the server see it: what writes passes a point."""

    def __getattr__(self, name: str) -> Any:
        really = getattr(os, name)
        return partial(_at_a_point, name, really) if name in ("open", "pwrite", "fsync", "ftruncate") else really


def _at_a_point(name: str, really: Callable[..., Any], *arguments: Any) -> Any:
    _pass_file(f"photo {name}")
    return really(*arguments)


def _pass_file(name: str) -> None:
    try:
        STAGE.server_disk.point(None, name)
    except Killed:
        STAGE.on_file_kill()
        raise


_REALLY_PUT = FileBlobs.put


def _put(store: FileBlobs, sha256: str, source: Path) -> None:
    """Put a point before and one after a photo takes its name."""
    with refusals("simulated"):
        _pass_file("photo named")
    _REALLY_PUT(store, sha256, source)
    STAGE.photos_kept.add(sha256)
    try:
        STAGE.server_disk.committed("photo kept")
    except Killed:
        STAGE.on_file_kill()
        raise


_REALLY_ACKNOWLEDGE = Media.acknowledge


def _acknowledge(rows: Media, sha256: str) -> None:
    """Let the world hear of a photo that counts as sent and that the server never had."""
    if sha256 not in STAGE.photos_kept:
        STAGE.on_untruth(f"photo {sha256[:12]} counts as sent, and the server never held it")
    _REALLY_ACKNOWLEDGE(rows, sha256)


_REALLY_WRITE_PHOTO = MediaFiles._write


def _write_photo(files: MediaFiles, name: str, data: bytes) -> None:
    """Put a point before and one after a photo is on a tablet's disk."""
    disk = STAGE.disks.get(str(files._folder).removesuffix(".media"))
    if disk is not None:
        disk.point(None, "photo file")
    _REALLY_WRITE_PHOTO(files, name, data)
    if disk is not None:
        disk.committed("photo kept")


class _Promise:
    """What a proven request says of a body on its way: it is kept when all of it has come."""

    def __init__(self, device: str, length: int) -> None:
        self.device = device
        self._left = length

    def update(self, chunk: bytes) -> None:
        self._left -= len(chunk)

    def is_kept(self) -> bool:
        return self._left == 0


def _verified_head(message: Any, *, key: Any, now_s: int) -> Any:
    if PROVEN_DEVICE not in message.headers:
        return verify_head(message, key=key, now_s=now_s)
    device = _verified(message, b"", key=key, now_s=now_s)
    return _Promise(device, int(message.headers["content-length"]))


def learn_kinds(*, is_up_to_date: bool) -> None:
    """Let the server that starts know the new kind of record, or not yet."""
    STAGE.is_up_to_date = is_up_to_date
    judging_loop.KNOWLEDGE = KNOWLEDGE + (f" {NEW_KIND}:1" if is_up_to_date else "")  # type: ignore[misc]  # a newer program's
    reading.read_record.cache_clear()


def _kind_of(envelope: Envelope) -> Kind | None:
    return kind_of(envelope) if STAGE.is_up_to_date or envelope.kind != NEW_KIND else None


def _boot_ms() -> int:
    return STAGE.boot_ms()


@contextmanager
def installed() -> Iterator[None]:
    """Put the seams in for as long as the context lasts."""
    with ExitStack() as seams:
        for seam in (_silence(), *_on_the_tablet(), *_on_the_server(), *_of_photos()):
            seams.enter_context(seam)
        yield


def _on_the_tablet() -> Iterator[AbstractContextManager[object]]:
    yield patch.dict(KINDS, {NEW_KIND: replace(KINDS["visit"], name=NEW_KIND)})
    yield patch.object(tablet_writer, "ThreadPoolExecutor", InlineExecutor)
    yield patch.object(tablet_driver, "sqlite3", _Driver())
    yield patch.object(tablet_module, "open_store", lambda path: open_store(path, new_stream=STAGE.new_stream))
    yield patch.object(tablet_clock, "_boot_ms", _boot_ms)
    yield patch.object(tablet_client, "CaseApiClient", DirectClient)


def _on_the_server() -> Iterator[AbstractContextManager[object]]:
    steps = shipped_steps()
    yield patch.object(server_readers, "ThreadPoolExecutor", InlineExecutor)
    yield patch.object(server_writer, "threading", _Threading)
    yield patch.object(server_store, "Writer", SteppedWriter)
    yield patch.object(judging_loop, "time", _Time)
    yield patch.object(judging_loop, "KNOWLEDGE", KNOWLEDGE)
    yield patch.object(reading, "kind_of", _kind_of)
    yield patch.object(server_driver, "sqlite3", _Driver())
    yield patch.object(server_opening, "shipped_steps", lambda: steps)
    yield patch.object(ReceiptLog, "_write", _write_receipts)
    yield patch.object(authentication, "signer_of", _signer_of)
    yield patch.object(authentication, "verify_request", _verified)


def _of_photos() -> Iterator[AbstractContextManager[object]]:
    yield patch.object(staging, "os", _ServerFiles())
    yield patch.object(FileBlobs, "put", _put)
    yield patch.object(MediaFiles, "_write", _write_photo)
    yield patch.object(Media, "acknowledge", _acknowledge)
    yield patch.object(media, "verify_head", _verified_head)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the logs of a thousand crashes to themselves."""
    logged = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**logged)


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
