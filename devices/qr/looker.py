"""Has pictures looked at for codes by a limited process, which is started when the first one comes."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

import msgspec

from devices.errors import NoCodeReader
from devices.qr.looked import MAX_FILE_BYTES, CannotLook, Looked, Reason, Task

LOOK_S = 120.0
"""Longest to wait for one picture; the process's own limit of processor time comes first on all but busy machines."""

FRAME_PIXELS = 12_000_000
"""Most pixels of further looks at a frame: the next one may be better, and a tablet is slow."""

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""Longest answer: the largest code holds 7 kB, and a picture cannot hold many of those."""

_COMMAND = (sys.executable, "-P", "-m", "devices.qr.child")


def has_code_reader() -> bool:
    """Return whether zxing-cpp is installed: the extra ``camera``."""
    return find_spec("zxingcpp") is not None


class Looker:
    """Looks at one picture after the other; a process that a picture ends is replaced at the next one.

    Args:
        accepts: judges a text that zbar alone has read; none is accepted without it.
        niceness: how far the process steps back behind others, 0 to 19.
        timeout_s: longest to wait for one picture.

    Raises:
        NoCodeReader: the library that reads codes is not installed.
    """

    def __init__(
        self,
        accepts: Callable[[str], bool] = lambda _text: False,
        *,
        niceness: int = 0,
        timeout_s: float = LOOK_S,
    ) -> None:
        if not has_code_reader():
            raise NoCodeReader("zxing-cpp is not installed; install xunge[camera]")
        self._accepts = accepts
        self._niceness = niceness
        self._timeout_s = timeout_s
        self._starting = threading.Lock()
        self._is_stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def file(self, file: Path) -> list[str]:
        """Return the text of every code in a picture file, in the order in which they were found.

        Raises:
            CannotLook: it is no picture that can be looked at; the reason says why.
        """
        with _opened(file) as (descriptor, size):
            return self._asked(Task(size), descriptor)

    def frame(self, gray: bytes | bytearray | memoryview, width: int, height: int) -> list[str]:
        """Return the text of every code in a camera's frame of gray bytes.

        Raises:
            CannotLook: the process ended over it, or was stopped.
        """
        descriptor = os.memfd_create("frame", os.MFD_CLOEXEC)
        with open(descriptor, "w+b", buffering=0) as file:
            file.write(gray)
            file.seek(0)
            return self._asked(Task(width * height, width, height, FRAME_PIXELS), descriptor)

    def stop(self) -> None:
        """End the process for good, from any thread; whoever waits for an answer gets none, and no other is started."""
        with self._starting:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process; may be called again. The next picture starts another one."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _asked(self, task: Task, descriptor: int) -> list[str]:
        line = self._line or self._started()
        try:
            socket.send_fds(line, [msgspec.json.encode(task)], [descriptor])
            looked = msgspec.json.decode(_answer(line), type=Looked)
        except TimeoutError as exc:
            self.close()
            raise CannotLook("too_slow") from exc
        except (OSError, msgspec.DecodeError) as exc:
            # The process was ended by a limit or by the picture.
            self.close()
            raise CannotLook("damaged") from exc
        if looked.refused:
            raise CannotLook(_reason(looked.refused))
        doubtful = [text for text in looked.doubtful if self._accepts(text)]
        return [*looked.texts, *dict.fromkeys(doubtful)]

    def _started(self) -> socket.socket:
        self.close()
        ours, theirs = socket.socketpair()
        ours.settimeout(self._timeout_s)
        self._line = ours
        with theirs, self._starting:
            if self._is_stopped:
                raise CannotLook("gone")
            self._process = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno()), str(self._niceness)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return ours


def _answer(line: socket.socket) -> bytes:
    answer = bytearray()
    while not answer.endswith(b"\n"):
        piece = line.recv(64 * 1024)
        if not piece or len(answer) > MAX_ANSWER_BYTES:
            raise ConnectionError("the process ended, or says too much")
        answer += piece
    return bytes(answer)


def _reason(text: str) -> Reason:
    return next((reason for reason in get_args(Reason) if reason == text), "damaged")


@contextmanager
def _opened(file: Path) -> Iterator[tuple[int, int]]:
    """Open a plain file for reading, with its size; a pipe or a device in its place is refused and never waited for."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as exc:
        raise CannotLook("gone") from exc
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise CannotLook("not_a_file")
        if facts.st_size > MAX_FILE_BYTES:
            raise CannotLook("file_too_large")
        yield descriptor, facts.st_size
    finally:
        os.close(descriptor)
