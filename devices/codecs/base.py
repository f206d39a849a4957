"""What every framing must do."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from devices.position import Fix
from devices.reading import Fault


class Read(Struct, frozen=True):
    """One frame that passed every check its framing has: the value it says, and its bytes as sent."""

    value: str
    raw: bytes


class Answer(Struct, frozen=True):
    """One good frame that is no tag: a reader's word about itself, or "nothing near".

    Attributes:
        name: what it is, a word of its framing: ``ack``, ``firmware``, ``no_tag``.
        data: what it carries, without the framing.
        raw: its bytes as sent.
    """

    name: str
    data: bytes
    raw: bytes


REGISTER = "register"
"""Name of the answer that is the value of a reader's setting; `devices.decode` prints it as hex."""


class Located(Struct, frozen=True):
    """One good sentence that says where the receiver is."""

    fix: Fix
    raw: bytes


CodecEvent = Read | Answer | Located | Fault


class Codec(Protocol):
    """A framing as a machine: any chunking of the same bytes gives the same events.

    It keeps a bounded number of bytes whatever arrives, does work in proportion to the bytes it is fed, and
    never raises: damaged input is a fault, or nothing when no frame had begun.
    """

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete, in order, or an empty list."""

    def idle(self) -> list[CodecEvent]:
        """Say that the line fell silent: a frame still open ends here, whole or cut."""

    def reset(self) -> None:
        """Forget everything, as after a new connection."""
