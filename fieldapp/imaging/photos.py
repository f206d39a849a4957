"""What a picture becomes, and why one does not: the words between the app and the process that decodes."""

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
]
"""A closed set; `fieldapp.presentation.photos` has a sentence for each."""


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
