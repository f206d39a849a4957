"""One process owns a database: a lock file beside it."""

import fcntl
import os
from pathlib import Path

from sync.caseapi.errors import DatabaseInUse


def lock_path(database: Path) -> Path:
    """Return the lock file of a database."""
    return database.with_name(f"{database.name}.lock")


class DatabaseLock:
    """Held from construction to `release`; the kernel drops it when the process dies."""

    def __init__(self, database: Path) -> None:
        """Take the lock.

        Raises:
            DatabaseInUse: another process holds it.
        """
        self._descriptor = os.open(lock_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(self._descriptor)
            raise DatabaseInUse(f"another process has {database} open for writing") from exc

    def release(self) -> None:
        """Give the lock back; safe to call twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
