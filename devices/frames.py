"""Frames of a camera from a program that writes them: gray bytes, row by row, one frame after the other.

The program is `ffmpeg` on a V4L2 device, or whatever is configured; it is run without a shell in a process group of its
own, and whatever it does (dies, stops, floods, talks) is a value here and ends with that group.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum

from msgspec import Struct

FIRST_FRAME_S = 8.0
"""Longest to wait for the first frame: a camera that has to be woken takes two to three seconds."""

NEXT_FRAME_S = 4.0
"""Longest to wait for each later one."""

SAID_BYTES = 2048
"""How much of what the program says last is kept, to tell what is wrong."""

MOST_SAID_BYTES = 64 * 1024
"""How much is listened to at its end: what a pipe holds."""

_SAYS = (
    (b"resource busy", "busy"),
    (b"Permission denied", "denied"),
    (b"Operation not permitted", "denied"),
    (b"No such file", "absent"),
    (b"No such device", "absent"),
    (b"ioctl", "absent"),
    (b"Not a video capture device", "absent"),
)
"""What programs say, in the system's own words, when a camera cannot be had."""


class CameraTrouble(StrEnum):
    """Why there are no frames."""

    ABSENT = "absent"
    """There is no such camera, or it is none."""
    BUSY = "busy"
    """Another program has it."""
    DENIED = "denied"
    """This user may not open it."""
    NO_PROGRAM = "no_program"
    """The program that brings the frames is not installed."""
    NO_READER = "no_reader"
    """The library that reads codes is not installed."""
    SILENT = "silent"
    """No frame came in time."""
    LOST = "lost"
    """The program ended, or ended in the middle of a frame."""


class NoFrames(Exception):
    """No further frame comes.

    Attributes:
        trouble: why.
        said: what the program said last, for the log.
    """

    def __init__(self, trouble: CameraTrouble, said: str = "") -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.said = said


class CameraSettings(Struct, frozen=True):
    """Which camera, and what is wanted of it.

    Attributes:
        device: its path, as in ``/dev/video0``; may be empty where a command is given.
        command: program and arguments that write the frames to standard output, with the words ``{device}``,
            ``{width}``, ``{height}`` and ``{fps}`` filled in; empty for `ffmpeg`.
        width: pixels of a row.
        height: rows of a frame.
        fps: frames in a second.
    """

    device: str = ""
    command: tuple[str, ...] = ()
    width: int = 1280
    height: int = 720
    fps: int = 5

    @property
    def frame_bytes(self) -> int:
        """Return the size of a frame."""
        return self.width * self.height

    def argv(self) -> list[str]:
        """Return the command line that brings the frames."""
        words = {"device": self.device, "width": str(self.width), "height": str(self.height), "fps": str(self.fps)}
        return [_filled(word, words) for word in self.command or _FFMPEG]


_FFMPEG = (
    *("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-fflags", "nobuffer"),
    *("-f", "v4l2", "-video_size", "{width}x{height}", "-i", "{device}"),
    # A driver that lacks this size gives the nearest one: the frames keep the size that is read here.
    *("-vf", "fps={fps},scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1"),
    *("-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"),
)


class FrameSource:
    """A program that is running and writes frames; one thread reads, any thread may close.

    Args:
        first_s: longest to wait for the first frame.
        next_s: longest to wait for a later one.
        clock: monotonic seconds.

    Raises:
        NoFrames: it cannot be started; the trouble says why.
    """

    def __init__(
        self,
        settings: CameraSettings,
        *,
        first_s: float = FIRST_FRAME_S,
        next_s: float = NEXT_FRAME_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_s, self._next_s, self._clock = first_s, next_s, clock
        self._has_begun = False
        self._said = bytearray()
        self._closing = threading.Lock()
        self._process = _started(settings)

    def fill(self, frame: bytearray) -> None:
        """Put the next frame into the buffer, whose size is the frame's.

        Raises:
            NoFrames: it does not come; the trouble says why. What is in the buffer is no frame then.
        """
        out, err = self._process.stdout, self._process.stderr
        if out is None or err is None or out.closed:
            raise NoFrames(CameraTrouble.LOST)
        deadline = self._clock() + (self._next_s if self._has_begun else self._first_s)
        watched = select.poll()
        watched.register(out, select.POLLIN)
        watched.register(err, select.POLLIN)
        filled = 0
        with memoryview(frame) as view:
            while filled < len(view):
                left_s = deadline - self._clock()
                ready = dict(watched.poll(left_s * 1000)) if left_s > 0 else {}
                if not ready:
                    raise self._no_frames(CameraTrouble.SILENT)
                if err.fileno() in ready and not self._listen(err.fileno()):
                    watched.unregister(err)
                if out.fileno() in ready:
                    count = os.readv(out.fileno(), [view[filled:]])
                    if not count:
                        raise self._no_frames(CameraTrouble.LOST)
                    filled += count
        self._has_begun = True

    def close(self) -> None:
        """End the program and all it started, at once; may be called again."""
        with self._closing:
            if self._process.returncode is None:
                # It writes no file, so nothing is lost by not asking it to leave.
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def release(self) -> None:
        """Close the pipes, too: nobody reads any more."""
        self.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _listen(self, descriptor: int) -> bool:
        said = os.read(descriptor, SAID_BYTES)
        self._said += said
        del self._said[:-SAID_BYTES]
        return bool(said)

    def _hear_the_rest(self) -> None:
        """Take what was said before the end, without waiting: a program that left the group may hold the pipe open."""
        err, left = self._process.stderr, MOST_SAID_BYTES
        while err is not None and left > 0 and select.select([err], [], [], 0)[0] and self._listen(err.fileno()):
            left -= SAID_BYTES

    def _no_frames(self, trouble: CameraTrouble) -> NoFrames:
        self.close()
        self._hear_the_rest()
        said = bytes(self._said)
        if not self._has_begun:
            trouble = next((CameraTrouble(kind) for words, kind in _SAYS if words in said), trouble)
        return NoFrames(trouble, said.decode("utf-8", "replace").strip())


def plain_trouble(settings: CameraSettings) -> CameraTrouble | None:
    """Return why a camera cannot be had, as far as that is seen without starting anything; None when nothing is."""
    if shutil.which(settings.argv()[0]) is None:
        return CameraTrouble.NO_PROGRAM
    if settings.device and not os.path.exists(settings.device):
        return CameraTrouble.ABSENT
    if settings.device and not os.access(settings.device, os.R_OK | os.W_OK):
        return CameraTrouble.DENIED
    return None


def _started(settings: CameraSettings) -> subprocess.Popen[bytes]:
    argv = settings.argv()
    if (trouble := plain_trouble(settings)) is not None:
        raise NoFrames(trouble)
    try:
        return subprocess.Popen(
            [*_bound(), *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as exc:
        raise NoFrames(CameraTrouble.NO_PROGRAM, argv[0]) from exc


def _bound() -> Sequence[str]:
    """Return the words before a command that let the kernel end it with this thread, should the app be killed."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()


def _filled(word: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        word = word.replace("{" + name + "}", value)
    return word
