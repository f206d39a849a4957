"""Which process has a port open, as far as this account may see."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
"""Where the system shows its processes."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a port open; ``name`` is empty when the system does not say."""

    number: int
    name: str


def holder_of(path: str, processes: Path = PROCESSES) -> Holder | None:
    """Return who holds a port, other than this process; None when nobody is seen.

    Whoever has locked it comes first, as programs that mean to use it alone do; their locks are seen by every account.
    Open files are seen only of processes of the same account, of all by the administrator.

    Args:
        path: of the port or of a link to it.
    """
    try:
        port = os.stat(path)
    except OSError:
        return None
    number = _locked_by(processes / "locks", port)
    if number not in {0, os.getpid()}:
        return _holder(number, processes)
    target = os.path.realpath(path)
    others = sorted((int(entry.name) for entry in processes.iterdir() if entry.name.isdigit()), reverse=True)
    has_open = (other for other in others if other != os.getpid() and _has_open(processes / str(other) / "fd", target))
    opener = next(has_open, None)
    return None if opener is None else _holder(opener, processes)


def _has_open(descriptors: Path, target: str) -> bool:
    try:
        return any(os.readlink(descriptor) == target for descriptor in descriptors.iterdir())
    except OSError:
        return False


def _locked_by(locks: Path, port: os.stat_result) -> int:
    """Return the process that has locked a file, by its device and inode; 0 when none has."""
    name = f"{os.major(port.st_dev):02x}:{os.minor(port.st_dev):02x}:{port.st_ino}"
    try:
        rows = [line.split() for line in locks.read_text(encoding="ascii", errors="replace").splitlines()]
    except OSError:
        return 0
    # "1: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF"; a row of one that waits has "->" after its number.
    return next((int(row[4]) for row in rows if len(row) > 5 and row[5] == name and row[4].isdigit()), 0)


def _holder(number: int, processes: Path) -> Holder:
    try:
        name = (processes / str(number) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        name = ""
    return Holder(number, name)
