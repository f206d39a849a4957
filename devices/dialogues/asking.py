"""What every dialogue does: ask, and wait for the answer that is meant."""

from __future__ import annotations

from collections.abc import Container, Generator

from devices.codecs.base import Answer, CodecEvent, Read
from devices.dialogue import Expect, Send, Step
from devices.reading import Fault

Asking = Generator[Step, CodecEvent | None, CodecEvent | None]
"""Steps that come to the answer, or to None when there was none."""

PATIENCE = 16
"""Most events that are passed over while one answer is awaited; a reader that chatters is not waited for in vain."""

POLL_PAUSE_S = 0.12
"""Between two questions for a tag: longer than the silence that ends a frame, short enough for a quick tap."""

MISSES = 3
"""Questions in a row without any answer after which a reader counts as silent."""


def awaited(names: Container[str], within_s: float, *, or_tag: bool = False) -> Asking:
    """Wait for an answer of one of these names; damage counts for nothing.

    Args:
        or_tag: whether a read will do as well.
    """
    for _ in range(PATIENCE):
        event = yield Expect(within_s)
        if event is None or (isinstance(event, Answer) and event.name in names) or (or_tag and isinstance(event, Read)):
            return event
    return None


def asked(question: bytes, names: Container[str], within_s: float, *, or_tag: bool = False) -> Asking:
    """Ask and wait for an answer of one of these names."""
    yield Send(question)
    return (yield from awaited(names, within_s, or_tag=or_tag))


def drained() -> Generator[Step, CodecEvent | None, None]:
    """Pass over what has arrived already, so that the next answer is that to the next question."""
    for _ in range(4 * PATIENCE):
        if (yield Expect(0.0)) is None:
            return


def said_anything(event: CodecEvent | None) -> bool:
    """Say whether a good frame came."""
    return event is not None and not isinstance(event, Fault)
