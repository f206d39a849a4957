"""The local socket on which a running tablet is asked to sync: one JSON line each way.

One process owns a database, so a command given beside it asks. Only the same account (and the system's) is listened to.
"""

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from sync.journal import JournalSummary, SyncStatus

PATIENCE_S = 600.0
"""How long the asked one lets a sync take: a first download over a weak network takes minutes."""

MAX_LINE_BYTES = 64 * 1024
"""Longest line either way."""

HEARING_S = 5.0
"""How long the asked one waits for the question."""

log = logging.getLogger(__name__)


class Told(Struct, frozen=True):
    """What a running tablet answers: how the sync ended that was asked for, and what it holds."""

    status: SyncStatus
    summary: JournalSummary


class _Asked(Struct, frozen=True):
    ask: str


class Listening:
    """Answers who asks beside the program, in a thread of its own.

    Args:
        database: the database's file, which the caller owns: a socket left beside it is stale.
        sync: syncs, at most so many seconds, and returns how it ended; None when it has not.
        summary: returns what the tablet holds.
    """

    def __init__(
        self,
        database: Path,
        sync: Callable[[float], SyncStatus | None],
        summary: Callable[[], JournalSummary],
    ) -> None:
        self._path = socket_path(database)
        self._sync = sync
        self._summary = summary
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Begin to listen; where that is not possible, nobody is answered and nothing else changes."""
        try:
            self._path.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with short_address(self._path) as address:
                listener.bind(address)
            self._path.chmod(0o600)
            listener.listen()
        except OSError as exc:
            log.warning("beside_unavailable cause=%s", exc.strerror)
            return
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), name="beside", daemon=True).start()

    def stop(self) -> None:
        """Listen no more; twice does nothing."""
        if self._listener is None:
            return
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        self._path.unlink(missing_ok=True)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hear, args=(peer,), name="beside-answer", daemon=True).start()

    def _hear(self, peer: socket.socket) -> None:
        with peer, suppress(OSError, msgspec.DecodeError):
            peer.settimeout(HEARING_S)
            if not _is_ours(peer):
                return
            with peer.makefile("rb") as lines:
                asked = msgspec.json.decode(lines.readline(MAX_LINE_BYTES), type=_Asked)
            if asked.ask != "sync":
                return
            status = self._sync(PATIENCE_S)
            if status is not None:
                peer.sendall(msgspec.json.encode(Told(status, self._summary())) + b"\n")


def ask_to_sync(database: Path) -> Told | None:
    """Let the program that owns a database sync, and return how that ended; None when none answers there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(PATIENCE_S + HEARING_S)
        try:
            with short_address(socket_path(database)) as address:
                asking.connect(address)
            asking.sendall(msgspec.json.encode(_Asked("sync")) + b"\n")
            with asking.makefile("rb") as lines:
                return msgspec.json.decode(lines.readline(MAX_LINE_BYTES), type=Told)
        except (OSError, msgspec.DecodeError):
            return None


def socket_path(database: Path) -> Path:
    """Return where the owner of a database listens."""
    return database.with_name(f"{database.name}.sock")


def _is_ours(peer: socket.socket) -> bool:
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid in (0, os.getuid())


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Give an address for a socket whose path may be longer than the 107 bytes an address can hold."""
    folder = os.open(path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
