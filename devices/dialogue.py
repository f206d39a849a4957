"""Talking with readers that must be asked, as data: what to send, what to wait for.

A dialogue is a generator of steps. It touches no port and no clock: the link performs its steps on a port, a test
steps it by hand. Every event of the codec that arrives while it waits is handed to it; reads are delivered by the
link besides, so a dialogue never forwards them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from msgspec import Struct

from devices.codecs.base import CodecEvent


class Send(Struct, frozen=True):
    """Write these bytes; the dialogue goes on at once with None."""

    data: bytes


class Expect(Struct, frozen=True):
    """Wait for the codec's next event; None after so many seconds without one."""

    within_s: float


class Rest(Struct, frozen=True):
    """Leave the line alone for so many seconds; what arrives meanwhile is kept for the next `Expect`."""

    for_s: float


Step = Send | Expect | Rest
"""What a dialogue may ask for."""

Dialogue = Generator[Step, CodecEvent | None, None]
"""A conversation that polls for tags until it is closed; it ends by itself only when the reader does not answer."""

Probe = Generator[Step, CodecEvent | None, bool]
"""A question that does nothing on other devices; returns whether a fully valid answer came."""

MakeDialogue = Callable[[], Dialogue]
MakeProbe = Callable[[], Probe]
