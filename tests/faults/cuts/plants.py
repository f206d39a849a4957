"""Defects that can be planted into the real code of the process whose calls go wrong, by name."""

from collections.abc import Callable

from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database

PLANTED = ("saved is said before the commit",)


def plant(name: str) -> None:
    """Put a named defect into this process; no name plants none."""
    if name == PLANTED[0]:
        Database.write = _written_later  # type: ignore[method-assign,assignment]  # the defect


def _written_later(self: Database, name: str, change: Callable[[Connection], object]) -> object:
    if name == "saving a record":
        return self.writer.submit(name, change)
    return self.writer.run(name, change)
