"""Tells what a disk or a lock refused from what the program did wrong: the first passes, the second comes again."""

import sqlite3

from sync.caseapi.errors import StorageFailed

OF_STORAGE: tuple[type[Exception], ...] = (StorageFailed, OSError, MemoryError)
"""What is no fault of the program on any engine."""

_WRONG_USE = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""A value that the table does not take, or that SQLite cannot be given."""

_WRONG_CODES = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
    }
)
"""Results of a statement that is wrong in itself, also where the driver calls them operational."""


def is_of_storage(exc: Exception) -> bool:
    """Tell whether an error says that the storage refused: a full disk, a read error, a lock, no memory."""
    if isinstance(exc, OF_STORAGE):
        return True
    # An error of the driver itself, without a result of SQLite, is judged by its class alone.
    is_wrong = isinstance(exc, _WRONG_USE) or (getattr(exc, "sqlite_errorcode", 0) & 0xFF) in _WRONG_CODES
    return isinstance(exc, sqlite3.Error) and not is_wrong
