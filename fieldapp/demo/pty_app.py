"""A program as a child on a pseudo-terminal of its own: its keys, what it painted, and its sudden death."""

import fcntl
import os
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")


class NotPainted(Exception):
    """A text did not appear on the screen in time, or the program has ended; the message ends with the screen's end."""


class PtyApp:
    """The child; what it writes is read in a thread of its own, so that it never waits.

    Args:
        command: program and arguments.
        env: variables beside the present ones.
    """

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], rows: int = 30, columns: int = 100) -> None:
        self.started_s = time.monotonic()
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._child = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", **env},
            start_new_session=True,
        )
        os.close(slave)
        self._output = bytearray()
        self._seen = 0
        self._painted_s: list[float] = []
        self._has_ended = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="pty output", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        """Use the child; it is killed at the end if it still runs."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Return the child's process number."""
        return self._child.pid

    @property
    def output(self) -> bytes:
        """Return everything it has written so far."""
        with self._news:
            return bytes(self._output)

    def send(self, keys: str) -> None:
        """Press keys, and look for texts only in what is painted from now on."""
        with self._news:
            self._seen = len(self._output)
            self._painted_s.clear()
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str, timeout_s: float = 30.0) -> float:
        """Wait until one of the texts has been painted since the last `send`; return the seconds since the start.

        Raises:
            NotPainted: none was, in time.
        """
        wanted = [text.encode() for text in texts]
        deadline = time.monotonic() + timeout_s
        with self._news:
            while not any(text in _ESCAPES.sub(b"", bytes(self._output[self._seen :])) for text in wanted):
                if self._has_ended or not self._news.wait(deadline - time.monotonic()):
                    raise NotPainted(f"{' or '.join(texts)!r} was not painted; the screen ends in {self.tail()!r}")
        return time.monotonic() - self.started_s

    def wait_still(self, quiet_s: float) -> list[float]:
        """Wait until nothing was painted for so long; return the times since the last `send` at which it painted.

        Returns:
            Seconds since the start, in order; empty when it painted nothing.
        """
        with self._news:
            while self._news.wait(quiet_s):
                pass
            return [painted_s - self.started_s for painted_s in self._painted_s]

    def kill(self) -> None:
        """End the child with SIGKILL, as a dead battery would, and wait until it is gone."""
        self._child.kill()
        self.wait_ended()

    def wait_ended(self, timeout_s: float = 30.0) -> int:
        """Wait until the child has ended; return its exit status, negative for a signal.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        status = self._child.wait(timeout_s)
        self._reader.join()
        return status

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                # EIO: the last holder of the other end is gone.
                break
            with self._news:
                self._output += data
                self._painted_s.append(time.monotonic())
                self._news.notify_all()
        with self._news:
            self._has_ended = True
            self._news.notify_all()
        os.close(self._master)

    def tail(self) -> str:
        """Return the last words painted, for a sentence that says what went wrong."""
        return _ESCAPES.sub(b"", bytes(self._output))[-400:].decode(errors="replace")
