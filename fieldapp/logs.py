"""The tablet's log: event names and fields in a small ring of files beside the database, never on the screen."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sync.text import clean_text

MAX_BYTES = 1_000_000
"""Size of one file; with its predecessors a few megabytes, enough for weeks."""

KEPT_FILES = 3
"""Predecessors kept."""


def log_to_file(database: Path) -> Path:
    """Send every log line of this program to a file beside the database; return the file."""
    path = database.with_name("fieldapp.log")
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_CleanFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return path


class _CleanFormatter(logging.Formatter):
    """Cleans the finished line: what came from outside must not obey a terminal when the log is read."""

    def format(self, record: logging.LogRecord) -> str:
        return clean_text(super().format(record), max_chars=16_000)
