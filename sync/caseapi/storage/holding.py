"""Keeps an upload from all other processes that use the same folder, for as long as one goes on with it.

The lock is one byte of one file in the folder; which byte follows from the upload's name. Linux takes it back when the
process ends, whichever way that happens, and nothing is left for anybody to clear away.
"""

import fcntl
import os
import struct
from hashlib import sha256
from pathlib import Path

from sync.caseapi.errors import Overloaded
from sync.caseapi.storage.blobs import Folders, refusals

LOCK_NAME = ".lock"
"""Name of the file whose bytes are locked; it stays empty."""

_LOCK = struct.Struct("hhqqi4x")
"""Linux's `struct flock`: kind, from where, first byte, bytes, process."""


class Hold:
    """One upload to be held. The lock belongs to the open file: two holds of one process exclude each other as well."""

    def __init__(self, folders: Folders, folder: Path, upload: str, *, is_shared: bool) -> None:
        """Hold nothing yet.

        Args:
            is_shared: other processes use the folder, too; else there is nobody to keep the upload from.
        """
        self._folders = folders
        self._folder = folder
        self._is_shared = is_shared
        self._place = int.from_bytes(sha256(upload.encode()).digest()[:8], "big") >> 2
        self._descriptor = -1

    def take(self) -> None:
        """Hold the upload until `close`, or until the process ends.

        Raises:
            Overloaded: another process has it.
            StorageFailed: the disk refused.
        """
        if not self._is_shared:
            return
        with refusals("an upload could not be held"):
            self._folders.make(self._folder)
            self._descriptor = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            lock = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, self._place, 1, 0)
            try:
                fcntl.fcntl(self._descriptor, fcntl.F_OFD_SETLK, lock)
            except BlockingIOError as exc:
                raise Overloaded("another server goes on with this upload") from exc

    def close(self) -> None:
        """Let go of it; twice, or without having it, does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
