"""What a camera sees, as the screen shows it: a picture with a frame to aim by, a hint, and why there is none."""

from typing import Protocol

from fieldapp.text import N_, _
from sync.imaging.photos import Pixels

SHADES = 24
"""Steps of gray that are shown: neighbours that look alike are drawn as one, and a terminal is told less."""

FRAME_SHARE = 0.72
"""Share of the picture's height that the frame to aim by takes."""

CORNER_SHARE = 0.25
"""Share of the frame's side that each of its corners is drawn along."""

SEARCHING, READ = (255, 196, 0), (0, 210, 90)
"""Colours of the frame, while nothing is read and when something is."""

HINTS: dict[str, str] = {
    "nothing": N_("Hold the square into the frame"),
    "dark": N_("Too dark: turn on the lamp"),
    "far": N_("Closer"),
    "unread": N_("Wipe the plate, hold still"),
    "read": N_("Read"),
}
"""A sight to what to do about it."""

CLOSER = N_("Closer: fill the frame")
"""Said when nothing was seen for a while: a code that is far away is not even noticed."""

CLOSER_AFTER_MS = 3000
"""How long that while is."""

CODES: dict[str, str] = {
    "absent": "E-CAMERA",
    "busy": "E-CAMBUSY",
    "denied": "E-CAMRIGHTS",
    "no_program": "E-CAMTOOL",
    "no_reader": "E-CAMREADER",
    "silent": "E-CAMSILENT",
    "lost": "E-CAMLOST",
}
"""Why there are no frames, to the code of the sentence that is said."""


class Seen(Protocol):
    """A frame as the camera gives it."""

    @property
    def width(self) -> int:
        """Return the columns of pixels."""

    @property
    def height(self) -> int:
        """Return the rows of pixels."""

    @property
    def gray(self) -> bytes:
        """Return a byte for each pixel, row by row."""

    @property
    def sight(self) -> str:
        """Return what is seen in it."""


class Search:
    """How long something is looked for, and what was seen last; times are monotonic milliseconds."""

    def __init__(self) -> None:
        self._since_ms: int | None = None
        self._seen_ms = 0
        self._sight = "nothing"

    def seen(self, sight: str, now_ms: int) -> None:
        """Note what a frame shows; the time runs from the first one."""
        self._sight, self._seen_ms = sight, now_ms
        self._since_ms = now_ms if self._since_ms is None else self._since_ms

    @property
    def searched_ms(self) -> int:
        """Return for how long nothing has been read, as of the last frame."""
        return 0 if self._since_ms is None else self._seen_ms - self._since_ms

    @property
    def hint(self) -> str:
        """Return what to do, in the language of the moment."""
        is_lost = self._sight == "nothing" and self.searched_ms >= CLOSER_AFTER_MS
        return _(CLOSER) if is_lost else _(HINTS[self._sight])


def trouble_code(trouble: str) -> str:
    """Return the code of what keeps the camera from giving frames."""
    return CODES.get(trouble, CODES["lost"])


def framed(seen: Seen) -> Pixels:
    """Return the picture in few shades, with the corners of the frame to aim by drawn into it."""
    gray = seen.gray.translate(_FEWER)
    colours = bytearray(len(gray) * 3)
    for channel in range(3):
        colours[channel::3] = gray
    side = round(min(seen.height, seen.width) * FRAME_SHARE)
    left, top = (seen.width - side) // 2, (seen.height - side) // 2
    length = max(round(side * CORNER_SHARE), 1)
    ink = bytes(READ if seen.sight == "read" else SEARCHING)
    for row in (top, top + side - 1):
        for column in (left, left + side - length):
            _draw(colours, seen, ink, range(column, column + length), range(row, row + 1))
    for column in (left, left + side - 1):
        for row in (top, top + side - length):
            _draw(colours, seen, ink, range(column, column + 1), range(row, row + length))
    return Pixels(seen.width, seen.height, bytes(colours))


_FEWER = bytes(min(level * SHADES // 256 * 255 // (SHADES - 1), 255) for level in range(256))


def _draw(colours: bytearray, seen: Seen, ink: bytes, columns: range, rows: range) -> None:
    for row in rows:
        for column in columns:
            if 0 <= row < seen.height and 0 <= column < seen.width:
                place = (row * seen.width + column) * 3
                colours[place : place + 3] = ink
