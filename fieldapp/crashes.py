"""What is kept of a fault that nobody foresaw: which code ran, never what it ran on.

Messages of exceptions and values of variables can hold names, notes and PINs, so neither is written: only types,
files, lines, functions, and the stable codes and system numbers that errors carry.
"""

import logging
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from fieldapp import __version__

KEPT_CRASHES = 5
"""Newest crash files kept."""

MAX_FRAMES = 40
"""Frames written of one exception, the innermost ones; enough for any of ours, and a recursion stays readable."""

log = logging.getLogger(__name__)

_folder: Path | None = None


def keep_crashes_in(folder: Path) -> None:
    """Write crash files into a folder from now on, those of threads as well."""
    global _folder  # noqa: PLW0603 - one program has one place for them
    _folder = folder
    threading.excepthook = _keep_crash_of_thread


def keep_crash(error: BaseException, *, thread: str = "main") -> Path | None:
    """Write a crash file and a log line; return the file, None where there is no place for it."""
    log.critical("crashed type=%s thread=%s\n%s", type(error).__name__, thread, frames_text(error))
    if _folder is None:
        return None
    file = _folder / f"crash-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{type(error).__name__}.txt"
    try:
        file.write_text(crash_text(error, thread=thread), encoding="utf-8")
        file.chmod(0o600)
        for old in sorted(_folder.glob("crash-*.txt"))[:-KEPT_CRASHES]:
            old.unlink()
    except OSError:
        return None
    return file


def crash_text(error: BaseException, *, thread: str) -> str:
    """Return what a crash file says."""
    about = f"fieldapp {__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, thread {thread}"
    return f"{about}\n{frames_text(error)}\n"


def frames_text(error: BaseException) -> str:
    """Return an exception and its causes, oldest last: types, codes, and where; no messages, no values."""
    return "\n".join(line for cause in _chain(error) for line in _lines(cause))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _lines(error: BaseException) -> Iterator[str]:
    number = getattr(error, "errno", None)
    marks = [getattr(error, "code", ""), getattr(error, "sqlite_errorname", ""), f"errno {number}" if number else ""]
    yield " ".join([type(error).__qualname__, *(mark for mark in marks if isinstance(mark, str) and mark)])
    for frame in traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]:
        yield f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"


def _keep_crash_of_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is not None:
        keep_crash(caught.exc_value, thread=caught.thread.name if caught.thread else "unknown")
