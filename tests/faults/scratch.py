"""Folders for what is simulated: in memory, named after their process, gone with it however it ended."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

PREFIX = "xunge-faults-"


def scratch(name: str) -> Path:
    """Return a new folder, in memory where the system has such a place: what is simulated needs no disk."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_of_process(os.getpid())))


@cache
def _of_process(pid: int) -> Path:
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else Path(tempfile.gettempdir())
    sweep(place)
    folder = place / f"{PREFIX}{pid}"
    folder.mkdir(mode=0o700, exist_ok=True)
    atexit.register(_remove, folder, pid)
    return folder


def sweep(place: Path) -> None:
    """Remove what processes have left that were killed."""
    for folder in place.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX)
        if not (pid.isdigit() and Path(f"/proc/{pid}").exists()):
            shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path, pid: int) -> None:
    # A child that was forked is not the owner.
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)
