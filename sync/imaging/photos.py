"""What a picture becomes, and why one does not: the words between the app and the process that decodes."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

Reason = Literal[
    "empty",
    "not_a_picture",
    "damaged",
    "too_many_pixels",
    "file_too_large",
    "gone",
    "not_a_file",
    "too_slow",
    "disk_low",
    "enough",
    "same",
    "no_camera",
    "nothing_new",
    "camera_missing",
    "camera_failed",
    "camera_slow",
]
"""A closed set; `fieldapp.presentation.photos` has a sentence for each."""

SIDE = 1600
"""Longest side of a photo when nothing else is configured, pixels: a door's number can be read across a yard."""

AIM_BYTES = 250_000
"""What a photo is to weigh at most when nothing else is configured: eight a day are two megabytes."""


class Refused(Exception):
    """A picture was not used; nothing was changed.

    Attributes:
        reason: why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Developed(Struct, frozen=True):
    """A photo as it is kept.

    Attributes:
        data: a JPEG.
        taken: the camera's local time, ``YYYY:MM:DD hh:mm:ss``, empty when the picture does not say.
    """

    data: bytes
    width: int
    height: int
    taken: str


class Pixels(Struct, frozen=True):
    """A picture as rows of red, green and blue, one byte each, from the top left."""

    width: int
    height: int
    data: bytes


class Picture(Struct, frozen=True):
    """A picture file that may become a photo.

    Attributes:
        key: tells it from every other file, also from a later one of the same name.
        name: the file's name, as it is.
        at_ms: when the file was last written, Unix milliseconds of the machine that wrote it.
    """

    key: str
    name: str
    path: Path
    at_ms: int
    size_bytes: int
