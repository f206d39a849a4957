"""What looking at a picture comes to, and the words in which the app and the limited process speak of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Reason = Literal[
    "gone", "not_a_file", "empty", "not_a_picture", "damaged", "too_many_pixels", "file_too_large", "too_slow"
]
"""Why a picture was not looked at to the end; a closed set."""

MAX_FILE_BYTES = 48 * 1024 * 1024
"""Largest file that is read; the largest that tablets and phones write is about 30 MB."""

MAX_PIXELS = 64_000_000
"""Most pixels of a picture that is read; tablets and phones take 8 to 50 million. A larger JPEG is read smaller."""

MAX_SIDE = 20_000
"""Longest side that is read, pixels; a longer one is no photo."""


class CannotLook(Exception):
    """A picture cannot be looked at.

    Attributes:
        reason: why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Task(Struct, frozen=True):
    """What the process is asked: the bytes come beside it, as a file that is open.

    Attributes:
        width: pixels of a row of gray bytes, 0 for a picture file.
        height: rows of them.
        patience_pixels: most pixels of further looks, 0 for the usual.
    """

    size: int
    width: int = 0
    height: int = 0
    patience_pixels: int = 0


class Looked(Struct, frozen=True):
    """What the process answers.

    Attributes:
        texts: one for each code, in the order in which zxing-cpp found them, then what further looks added.
        doubtful: texts that somebody must judge, for their reader guesses.
        refused: a `Reason`, empty when it was looked at.
    """

    texts: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    refused: str = ""
