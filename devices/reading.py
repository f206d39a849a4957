"""What readers hand out: a reading, a fault, and the state of the link they came through."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct

SAMPLE_BYTES = 64
"""Most bytes of a damaged frame that are kept to show; enough to recognise a framing."""


class FaultReason(StrEnum):
    """Why bytes did not become a reading."""

    CUT = "cut"
    """A frame stopped before its end: silence, or the start of the next one."""
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    WRONG_CHECK = "wrong_check"
    NOT_HEX = "not_hex"
    NOT_TEXT = "not_text"
    CONTROL_CHARACTER = "control_character"
    BAD_FRAMES = "bad_frames"
    """Said once by the link when damaged frames pile up: the reader or its cable is faulty."""


class LinkState(StrEnum):
    """How a port stands, as its link last found it."""

    ABSENT = "absent"
    """There is no such port."""
    BUSY = "busy"
    """Another program holds the port."""
    DENIED = "denied"
    """This user may not open the port, or it is no serial port at all."""
    OPENING = "opening"
    READY = "ready"
    SILENT = "silent"
    """Open, but a reader that is asked does not answer; readers that only talk are never silent."""
    LOST = "lost"
    """Was open and is gone; the link is trying to get it back."""
    FAULTY = "faulty"
    """Open, but what arrives is damaged; the next good frame makes it ready."""


Quality = Literal["checked", "unchecked", "repeated"]
"""How sure a reading is: its framing has a check; it has none; it has none and said the same a second time."""


class Reading(Struct, frozen=True):
    """One accepted arrival of a tag or a text, once for each tap however often the reader repeats it.

    ``medium`` and ``value`` together are the identity: ``em`` has ten upper-case hex digits in the order sent,
    ``line`` has the decoded text. ``monotonic_s`` is the time of the link's clock.

    A tag of a reader without a check is told as ``unchecked`` when it arrives, which is enough for one that is known,
    and once more as ``repeated`` when it was read a second time, which is enough for any.
    """

    medium: str
    value: str
    raw: bytes
    model: str
    port: str
    monotonic_s: float
    quality: Quality = "checked"


class Fault(Struct, frozen=True):
    """Bytes that were meant as a frame and are not one; ``sample`` is their beginning, at most 64 bytes."""

    reason: FaultReason
    sample: bytes
