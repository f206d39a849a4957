"""Records and plays sound by configured programs; argv without a shell, bounded in time and bytes.

The recording program writes to its standard output. So its bytes are counted as they come, and when the app dies in the
middle the program's next write fails and it ends too: no microphone stays on behind it.
"""

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from fieldapp.recording.sounds import NotHeard, Sound, sound_of

LOOK_S = 0.1
"""How often a recording that brings nothing is asked whether it is to end."""

CLOSE_S = 2.0
"""How long a program may take to close what it writes, once it was told to end."""

READ_BYTES = 64 * 1024

SHORTEST_S = 0.5
"""What was recorded for less was a slip of the finger."""

FILE_WORD = "{file}"
"""Stands in the playing command for the file; without it the file comes last."""


class Recording:
    """One recording under way, in a thread of its own.

    Args:
        command: program and arguments; it writes a WAV or an Ogg stream to its standard output.
        seconds: longest that it records.
        limit_bytes: most that is kept; what comes after ends the recording.
        now_s: monotonic seconds.

    Raises:
        NotHeard: the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        seconds: float,
        limit_bytes: int,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._limit_bytes, self._now_s = seconds, limit_bytes, now_s
        self._wanted_end, self._ended = threading.Event(), threading.Event()
        self._data = bytearray()
        self._status = 0
        self._was_stopped = False
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as exc:
            raise NotHeard("program_missing") from exc
        self._pipe = cast("IO[bytes]", self._process.stdout)
        self._began_s = now_s()
        self._lasted_s: float | None = None
        threading.Thread(target=self._run, name="recording", daemon=True).start()

    @property
    def is_running(self) -> bool:
        """Return whether it still records."""
        return not self._ended.is_set()

    @property
    def lasts_s(self) -> float:
        """Return for how long it records, or has recorded."""
        return self._now_s() - self._began_s if self._lasted_s is None else self._lasted_s

    def stop(self) -> Sound:
        """End it, wait until the program has closed what it wrote, and return that.

        A program that broke off by itself has what it wrote until then kept.

        Raises:
            NotHeard: nothing came, or nothing that is sound.
        """
        self._wanted_end.set()
        self._ended.wait()
        if self._was_stopped and self.lasts_s < SHORTEST_S:
            raise NotHeard("too_short")
        if not self._data:
            raise NotHeard("program_failed" if self._status else "no_sound")
        return sound_of(bytes(self._data))

    def _run(self) -> None:
        pipe = self._pipe.fileno()
        try:
            self._read(pipe, self._began_s + self._seconds, self._wanted_end.is_set)
            self._was_stopped = self._wanted_end.is_set()
            self._lasted_s = self._now_s() - self._began_s
            # Programs that record close their file at an interrupt, as at Ctrl+C.
            self._signal(signal.SIGINT)
            self._read(pipe, self._now_s() + CLOSE_S, lambda: False)
        finally:
            self._end()

    def _read(self, pipe: int, until_s: float, is_over: Callable[[], bool]) -> None:
        """Take bytes until a moment, an end, or the most that is kept."""
        while len(self._data) < self._limit_bytes and (left_s := until_s - self._now_s()) > 0 and not is_over():
            if not select.select([pipe], [], [], min(LOOK_S, left_s))[0]:
                continue
            chunk = os.read(pipe, min(READ_BYTES, self._limit_bytes - len(self._data)))
            if not chunk:
                return
            self._data += chunk

    def _end(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LOOK_S)
        self._signal(signal.SIGKILL)
        self._status = self._process.wait()
        self._pipe.close()
        self._ended.set()

    def _signal(self, number: signal.Signals) -> None:
        # The command may be a script: what it started is told too.
        with suppress(OSError):
            os.killpg(self._process.pid, number)


class Microphone:
    """Records and plays as configured; either command may be missing.

    Args:
        record: program and arguments that write sound to their standard output; empty for none.
        play: program and arguments, `FILE_WORD` where the file is named; empty for none.
        seconds: longest recording.
        limit_bytes: most that one weighs.
    """

    def __init__(self, record: Sequence[str], play: Sequence[str], *, seconds: int, limit_bytes: int) -> None:
        self._record, self._play = tuple(record), tuple(play)
        self._limit_bytes = limit_bytes
        self._playing: subprocess.Popen[bytes] | None = None
        self.seconds = seconds

    @property
    def records(self) -> bool:
        """Return whether there is a program to record with."""
        return bool(self._record)

    @property
    def plays(self) -> bool:
        """Return whether there is a program to play with."""
        return bool(self._play)

    def start(self) -> Recording:
        """Begin to record.

        Raises:
            NotHeard: there is no program, or it cannot be started.
        """
        if not self._record:
            raise NotHeard("no_program")
        return Recording(self._record, seconds=self.seconds, limit_bytes=self._limit_bytes)

    def play(self, file: Path) -> None:
        """Play a file; one that is still played is ended. Waits until it is over, and no longer than it may last.

        Raises:
            NotHeard: there is no program, or it failed.
        """
        if not self._play:
            raise NotHeard("no_player")
        self.hush()
        named = any(FILE_WORD in word for word in self._play)
        words = [word.replace(FILE_WORD, str(file)) for word in self._play]
        null = subprocess.DEVNULL
        try:
            process = self._playing = subprocess.Popen(
                words if named else [*words, str(file)], stdin=null, stdout=null, stderr=null, start_new_session=True
            )
        except OSError as exc:
            raise NotHeard("player_failed") from exc
        try:
            status = process.wait(self.seconds + CLOSE_S)
        except subprocess.TimeoutExpired:
            status = 0
        finally:
            _end_group(process)
        if status > 0:
            raise NotHeard("player_failed")

    def hush(self) -> None:
        """End what is being played."""
        if self._playing is not None:
            _end_group(self._playing)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
