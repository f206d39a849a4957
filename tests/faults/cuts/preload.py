"""The shim between a process and its files and sockets: compiled where it is needed, loaded into a child, steered."""

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).absolute().parent
ROOT = HERE.parents[2]
SOURCES = ("shim.h", "shim.c", "calls.c")
FAULTS = ("kill", "enospc", "eio", "short", "reset")
"""Five things that can happen to a call, in the shim's order.

A full disk stays full, and a device that is gone (`reset` of a file) stays gone, until the process ends; the others
happen once. `short` is an interrupted call where there is no length to shorten, and `reset` of a socket is one for
both ends.
"""

CALLS = (
    *("open", "read", "write", "sync", "truncate", "unlink", "rename", "mkdir", "close", "map", "lock", "stat"),
    *("connect", "accept"),
)
ROLES = (
    *("", "database", "wal", "shm", "journal", "lock", "log", "key", "folder", "other", "socket"),
    *("photo", "download"),
)
MOST_POINTS = 65_536


class Board(ctypes.Structure):
    """What the shim counts; it lies in memory shared with forked children."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("calls", "armed_at", "armed_code", "fired", "fired_call", "fired_role")),
        ("kind", ctypes.c_int64),
        ("counting", ctypes.c_int64),
        ("counts", ctypes.c_int64 * 256),
        ("points", ctypes.c_uint8 * MOST_POINTS),
    )


@cache
def library() -> Path:
    """Return the compiled shim, made when its sources have changed; it needs gcc."""
    text = b"".join((HERE / name).read_bytes() for name in SOURCES)
    folder = Path(tempfile.gettempdir()) / f"xunge-shim-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    made = folder / f"{hashlib.sha256(text).hexdigest()[:16]}.so"
    if not made.exists():
        draft = folder / f"{made.name}.{os.getpid()}"
        sources = [str(HERE / name) for name in SOURCES if name.endswith(".c")]
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(draft), *sources]
        subprocess.run([*command, "-lpthread"], check=True)
        draft.replace(made)
    return made


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child that has the shim loaded."""
    return os.environ | {"LD_PRELOAD": str(library()), "PYTHONPATH": str(ROOT)} | dict(extra or {})


def command(module: str, *words: str) -> Sequence[str]:
    """Return the command that runs a module of the tests in a child."""
    return [sys.executable, "-m", module, *words]


class Shim:
    """The shim as loaded into this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.shim_arm.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_int)
        self._library.shim_new_board.restype = ctypes.POINTER(Board)
        self._library.shim_mark.argtypes = (ctypes.c_char_p, ctypes.c_uint32)

    def watch(self, folder: Path) -> None:
        """Watch a folder and every file below it."""
        self._library.shim_watch(str(folder).encode())

    def record(self, log: Path) -> None:
        """Write down from now on what happens to watched files."""
        if self._library.shim_record(str(log).encode()) < 0:
            raise OSError(f"the record {log} cannot be opened")

    def mark(self, data: bytes) -> None:
        """Note that something was said at this moment."""
        self._library.shim_mark(data, len(data))

    def new_board(self) -> "ctypes._Pointer[Board]":
        """Return a board that children forked from now on share with this process."""
        board: ctypes._Pointer[Board] = self._library.shim_new_board()
        return board

    def use(self, board: "ctypes._Pointer[Board]") -> None:
        """Count on a board from now on."""
        self._library.shim_use_board(board)

    def drop(self, board: "ctypes._Pointer[Board]") -> None:
        """Forget a board that nobody uses here."""
        self._library.shim_drop_board(board)

    def arm(self, n: int, fault: str = "", call: str = "") -> None:
        """Count calls from here on and let the n-th of one sort (`write wal`) go wrong; 0 only counts."""
        self._library.shim_arm(n, FAULTS.index(fault) + 1 if fault else 0, code_of(call) if call else -1)

    def disarm(self) -> None:
        """Let every call pass, uncounted."""
        self._library.shim_disarm()


@dataclass(frozen=True, slots=True)
class Point:
    """One call of a shift, by its name: ``serving: write wal 3`` is the third of its sort while the server serves."""

    call: str
    n: int
    phase: str = ""

    def __str__(self) -> str:
        return f"{self.phase}: {self.call} {self.n}" if self.phase else f"{self.call} {self.n}"

    @classmethod
    def of(cls, text: str) -> "Point":
        """Return the point of a name.

        Raises:
            ValueError: no such sort of call, or no number.
        """
        phase, _, rest = text.rpartition(": ")
        call, _, n = rest.rpartition(" ")
        code_of(call)
        return cls(call, int(n), phase)


def points_on(board: Board, phase: str = "") -> list[Point]:
    """Return what each counted call was, in order."""
    seen: Counter[str] = Counter()
    points: list[Point] = []
    for code in board.points[: min(board.calls, MOST_POINTS)]:
        call = point_name(code)
        seen[call] += 1
        points.append(Point(call, seen[call], phase))
    return points


def point_name(code: int) -> str:
    """Return the name of a sort of call, as in ``write wal``."""
    return f"{CALLS[code // 16]} {ROLES[code % 16]}"


def code_of(name: str) -> int:
    """Return what the shim calls a sort of call.

    Raises:
        ValueError: there is none of this name.
    """
    call, _, role = name.partition(" ")
    return CALLS.index(call) * 16 + ROLES.index(role)
