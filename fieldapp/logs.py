"""The tablet's log: event names and fields in a small ring of files beside the database, never on the screen."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import cast

from fieldapp.crashes import frames_text, keep_crashes_in
from sync.text import clean_text

MAX_BYTES = 1_000_000
"""Size of one file; with its predecessors a few megabytes, enough for weeks."""

KEPT_FILES = 3
"""Predecessors kept."""

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_to_file(database: Path) -> Path:
    """Send every log line of this program to a file beside the database, and crash files too; return the file.

    Only the process that owns the database may: a ring of files has one writer.
    """
    path = database.with_name("fieldapp.log")
    handler = _PrivateFiles(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_CleanFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    _only(handler)
    keep_crashes_in(database.parent)
    return path


def log_nowhere() -> None:
    """Write no log: beside the process that owns it."""
    _only(logging.NullHandler())


def _only(handler: logging.Handler) -> None:
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    # A full disk must not put a traceback on the screen for each line that could not be written.
    logging.raiseExceptions = False
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)


class _PrivateFiles(RotatingFileHandler):
    """Files that only the account reads."""

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return cast(TextIOWrapper, open(self.baseFilename, self.mode, encoding=self.encoding, opener=private))


class _CleanFormatter(logging.Formatter):
    """Cleans the finished line: what came from outside must not obey a terminal when the log is read."""

    def format(self, record: logging.LogRecord) -> str:
        return clean_text(super().format(record), max_chars=16_000)

    def formatException(self, ei: _Caught) -> str:  # noqa: N802 - the library's name
        return "" if ei[1] is None else frames_text(ei[1])
