"""One process owns a database: a lock file beside it, which the system frees when its process ends, however."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from sync.tablet.errors import DiskFull, StoreError, StoreOwned


class Ownership:
    """The exclusive right to open a database, held from creation to `release`.

    Raises:
        StoreOwned: another process, or another store of this process, holds it.
        DiskFull: the disk refuses the lock file.
    """

    def __init__(self, database: Path) -> None:
        lock_file = database.with_name(database.name + ".lock")
        try:
            lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise DiskFull(f"the lock file {lock_file} cannot be opened: {exc.strerror}") from exc
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            refusal = self._refusal(database, exc)
            self.release()
            raise refusal from exc
        self._write_pid()

    def release(self) -> None:
        """Give the right back; twice does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            # The system has closed it, and freed the lock, also where the disk then reports an error.
            with suppress(OSError):
                os.close(descriptor)

    def _refusal(self, database: Path, exc: OSError) -> StoreError:
        if not isinstance(exc, BlockingIOError):
            return DiskFull(f"the lock file of {database} cannot be locked: {exc.strerror}")
        try:
            owner = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
        except OSError:
            owner = ""
        return StoreOwned(f"{database} is already open in process {owner or 'unknown'}; close that one")

    def _write_pid(self) -> None:
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            # The lock is held all the same; only the sentence for a second process will not name the first.
            return
