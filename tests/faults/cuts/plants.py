"""Defects that can be planted into the real code of the process whose calls go wrong, by name."""

import os
from collections.abc import Callable
from pathlib import Path

from sync.tablet.store import media_files
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database

PLANTED = ("saved is said before the commit", "a photo's write is not gone on with")


def plant(name: str) -> None:
    """Put a named defect into this process; no name plants none."""
    if name == PLANTED[0]:
        Database.write = _written_later  # type: ignore[method-assign,assignment]  # the defect
    elif name == PLANTED[1]:
        media_files._write_synced = _written_once


def _written_later(self: Database, name: str, change: Callable[[Connection], object]) -> object:
    if name == "saving a record":
        return self.writer.submit(name, change)
    return self.writer.run(name, change)


def _written_once(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
