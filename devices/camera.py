"""A camera that looks for codes: its newest frame is looked at, shrunk for the screen, and let go.

One thread reads frames and asks zxing-cpp, which lets other threads run; another has the frames that could not be read
looked at once more by the limited process, one at a time. Nothing is kept of a frame.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import partial

from msgspec import Struct

from devices.frames import CameraSettings, CameraTrouble, FrameSource, NoFrames
from devices.presence import Presence
from devices.qr.codes import Spot, codes_and_unread
from devices.qr.looked import CannotLook
from devices.qr.looker import Looker, has_code_reader

LEAVE_AFTER_S = 2.0
"""How long a code must have been out of sight to count as shown again."""

SECOND_LOOK_EVERY_S = 1.5
"""Pause between the beginnings of two closer looks: each takes about half a second of a core."""

NICENESS = 10
"""How far a closer look steps back: the screen and a save come first."""

MOST_FRAMES_S = 60
"""Most frames in a second that are taken from a program; one that writes faster is let wait."""

DARK_LEVEL = 28
"""Mean brightness, of 255, below which a frame is too dark."""

FAR_PIXELS = 80
"""Side below which a code that cannot be read is too far away: about three pixels for each module of a plate."""

MAX_PREVIEW = (96, 54)
"""Most columns and rows of pixels in a preview, whatever room there is."""

Source = Callable[[CameraSettings], FrameSource]
"""Starts the program that brings the frames."""


class Sight(StrEnum):
    """What is seen in a frame."""

    NOTHING = "nothing"
    DARK = "dark"
    """Too little light to see anything."""
    FAR = "far"
    """A code that is too small to be read."""
    UNREAD = "unread"
    """A code that is large enough, and dirty, iced over or shaken."""
    READ = "read"


class View(Struct, frozen=True):
    """A frame as it is shown: gray bytes, row by row."""

    width: int
    height: int
    gray: bytes
    sight: Sight


class CodeCamera:
    """Keeps a camera open and reports what it sees, until it is closed; opened once.

    The callbacks are called in threads of its own, must not raise or wait, and are not called once `close` was.

    Args:
        on_view: takes the newest frame, shrunk.
        on_code: takes a text, once for each time it comes into sight.
        on_trouble: is told once why no further frame comes.
        accepts: judges texts that only the second opinion reads.
        room: columns and rows of pixels for the preview.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        settings: CameraSettings,
        *,
        on_view: Callable[[View], object],
        on_code: Callable[[str], object],
        on_trouble: Callable[[CameraTrouble], object],
        accepts: Callable[[str], bool] = lambda _text: False,
        room: tuple[int, int] = MAX_PREVIEW,
        clock: Callable[[], float] = time.monotonic,
        source: Source = FrameSource,
    ) -> None:
        self.settings, self.room = settings, room
        self._on_view, self._on_code, self._on_trouble = on_view, on_code, on_trouble
        self._clock, self._start_source = clock, source
        self._presence = Presence(LEAVE_AFTER_S)
        self._telling = threading.Lock()
        self._closing = threading.Event()
        self._source: FrameSource | None = None
        self._closer = _CloserLook(accepts, self._tell_texts)
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Give the camera back; it is off and nothing is told any more when this returns. May be called again."""
        self._closing.set()
        if (source := self._source) is not None:
            source.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()
        self._closer.close()

    def _run(self) -> None:
        try:
            if not has_code_reader():
                raise NoFrames(CameraTrouble.NO_READER)
            self._source = source = self._start_source(self.settings)
        except NoFrames as exc:
            self._tell(partial(self._on_trouble, exc.trouble))
            return
        try:
            self._watch(source)
        except NoFrames as exc:
            self._tell(partial(self._on_trouble, exc.trouble))
        finally:
            source.release()

    def _watch(self, source: FrameSource) -> None:
        frame = bytearray(self.settings.frame_bytes)
        shaped = memoryview(frame).cast("B", (self.settings.height, self.settings.width))
        # A little less than the time between two frames, so that an unsteady camera loses none.
        every_s, due = 0.7 / self.settings.fps, self._clock()
        while not self._closing.is_set():
            begun = self._clock()
            source.fill(frame)
            now = self._clock()
            if now >= due:
                due = now + every_s
                self._look(frame, shaped, now)
            elif (rest_s := begun + 1 / MOST_FRAMES_S - now) > 0:
                self._closing.wait(rest_s)

    def _look(self, frame: bytearray, shaped: memoryview, now: float) -> None:
        codes, unread = codes_and_unread(shaped)
        width, height, gray = shrunk(frame, self.settings.width, self.settings.height, self.room)
        if codes:
            self._tell_texts([code.text for code in codes])
        else:
            self._closer.offer(frame, self.settings.width, self.settings.height, now)
        sight = Sight.READ if codes else _sight(unread, gray)
        self._tell(partial(self._on_view, View(width, height, gray, sight)))

    def _tell_texts(self, texts: list[str]) -> None:
        for text in texts:
            with self._telling:
                is_new = self._presence.arrived(text, self._clock())
            if is_new:
                self._tell(partial(self._on_code, text))

    def _tell(self, news: Callable[[], object]) -> None:
        with self._telling:
            if not self._closing.is_set():
                news()


class _CloserLook:
    """Has a frame looked at in every way that there is, beside the camera's thread and one at a time."""

    def __init__(self, accepts: Callable[[str], bool], tell: Callable[[list[str]], object]) -> None:
        self._accepts, self._tell = accepts, tell
        self._looker: Looker | None = None
        self._thread: threading.Thread | None = None
        self._due = 0.0
        self._is_closed = False

    def offer(self, frame: bytearray, width: int, height: int, now: float) -> None:
        """Look at a copy of the frame, unless one is being looked at, or was a moment ago."""
        if now < self._due or self._is_closed or (self._thread is not None and self._thread.is_alive()):
            return
        self._due = now + SECOND_LOOK_EVERY_S
        if self._looker is None:
            self._looker = Looker(self._accepts, niceness=NICENESS)
        look = (self._looker, bytes(frame), width, height)
        self._thread = threading.Thread(target=self._look, args=look, name="closer look", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the look and its process."""
        self._is_closed = True
        if self._looker is not None:
            self._looker.stop()
        if self._thread is not None and threading.current_thread() is not self._thread:
            self._thread.join()
        if self._looker is not None:
            self._looker.close()

    def _look(self, looker: Looker, gray: bytes, width: int, height: int) -> None:
        # A look that fails is made up for by the next one.
        with suppress(CannotLook):
            self._tell(looker.frame(gray, width, height))


def shrunk(frame: bytes | bytearray, width: int, height: int, room: tuple[int, int]) -> tuple[int, int, bytes]:
    """Return a frame's width, height and bytes so small that it fits a room of so many pixels, at most `MAX_PREVIEW`.

    Each pixel is the mean of four that lie in its square; more would cost more than they show.
    """
    columns, rows = (max(min(wanted, most), 1) for wanted, most in zip(room, MAX_PREVIEW, strict=True))
    step = max(-(-width // columns), -(-height // rows), 1)
    across, down = width // step, height // step
    quarter = step // 4
    lines: list[bytes] = []
    for row in range(down):
        upper, lower = ((row * step + at) * width for at in (quarter, step - 1 - quarter))
        left, right = quarter, step - 1 - quarter
        parts = [
            frame[start + at : start + across * step : step][:across]
            for start in (upper, lower)
            for at in (left, right)
        ]
        lines.append(bytes((a + b + c + d) >> 2 for a, b, c, d in zip(*parts, strict=True)))
    return across, down, b"".join(lines)


def _sight(unread: list[Spot], gray: bytes) -> Sight:
    if unread:
        largest = max(spot.side for spot in unread)
        return Sight.FAR if largest < FAR_PIXELS else Sight.UNREAD
    return Sight.DARK if sum(gray) < DARK_LEVEL * len(gray) else Sight.NOTHING
