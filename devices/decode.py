"""From recorded bytes to what a reader said: every accepted read, before a held card is counted once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from devices.capture import Chunk
from devices.codecs.base import CodecEvent, Located, Read
from devices.models import Model
from devices.position import Fix
from devices.reading import Fault

SILENCE_MS = 100
"""A longer pause between two chunks ends an open frame, as the link does."""


class DecodedReading(msgspec.Struct, frozen=True, tag_field="event", tag="reading"):
    """One accepted read."""

    medium: str
    value: str | Fix


class DecodedFault(msgspec.Struct, frozen=True, tag_field="event", tag="fault"):
    """One frame that was refused, and why: a ``FaultReason``."""

    reason: str


Decoded = DecodedReading | DecodedFault


def decode_stream(model: Model, pieces: Iterable[bytes]) -> Iterator[Decoded]:
    """Yield what a stream of bytes says; only its end counts as silence."""
    codec = model.codec()
    for piece in pieces:
        yield from _decoded(model, codec.feed(piece))
    yield from _decoded(model, codec.idle())


def decode_timed(model: Model, chunks: Iterable[Chunk]) -> Iterator[Decoded]:
    """Yield what a capture says; a silence of more than 100 ms, and its end, end an open frame."""
    codec = model.codec()
    latest_ms: float | None = None
    for chunk in chunks:
        if latest_ms is not None and chunk.t_ms - latest_ms > SILENCE_MS:
            yield from _decoded(model, codec.idle())
        latest_ms = chunk.t_ms
        yield from _decoded(model, codec.feed(chunk.data))
    yield from _decoded(model, codec.idle())


def json_line(decoded: Decoded) -> str:
    """Return one JSON object without a line end: ``{"event": "reading", …}`` or ``{"event": "fault", …}``."""
    return msgspec.json.encode(decoded).decode("utf-8")


def _decoded(model: Model, events: list[CodecEvent]) -> Iterator[Decoded]:
    for event in events:
        match event:
            case Read():
                yield DecodedReading(model.medium, event.value)
            case Located():
                yield DecodedReading(model.medium, event.fix)
            case Fault():
                yield DecodedFault(event.reason.value)
