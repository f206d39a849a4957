"""From recorded bytes to what a reader said: every accepted read, or every arrival of a tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from devices.capture import Chunk
from devices.codecs.base import REGISTER, Answer, CodecEvent, Located, Read
from devices.gnss import Dating
from devices.models import Model
from devices.position import Fix
from devices.presence import LEAVE_AFTER_S, Presence
from devices.reading import Fault

SILENCE_MS = 100
"""A longer pause between two chunks ends an open frame, as the link does."""


class Position(msgspec.Struct, frozen=True):
    """A position as it is printed."""

    lat: float
    lon: float
    quality: int
    time: str


class DecodedReading(msgspec.Struct, frozen=True, tag_field="event", tag="reading"):
    """One accepted read; the medium of a setting's value is the reader's name."""

    medium: str
    value: str | Position


class DecodedFault(msgspec.Struct, frozen=True, tag_field="event", tag="fault"):
    """One frame that was refused, and why: a ``FaultReason``."""

    reason: str


Decoded = DecodedReading | DecodedFault


def decode_stream(model: Model, pieces: Iterable[bytes], *, only_taps: bool = False) -> Iterator[Decoded]:
    """Yield what a stream of bytes says; only its end counts as silence.

    Args:
        only_taps: leave out the reads of a tag that is there already. A stream has no times, so each tag arrives once.
    """
    decoder = _Decoder(model, only_taps=only_taps)
    for piece in pieces:
        yield from decoder.feed(piece, 0.0)
    yield from decoder.idle(0.0)


def decode_timed(model: Model, chunks: Iterable[Chunk], *, only_taps: bool = False) -> Iterator[Decoded]:
    """Yield what a capture says; a silence of more than 100 ms, and its end, end an open frame.

    Args:
        only_taps: leave out the reads of a tag that has not been gone for a second by the times of the capture.
    """
    decoder = _Decoder(model, only_taps=only_taps)
    latest_ms: float | None = None
    for chunk in chunks:
        if latest_ms is not None and chunk.t_ms - latest_ms > SILENCE_MS:
            yield from decoder.idle(latest_ms + SILENCE_MS)
        latest_ms = chunk.t_ms
        yield from decoder.feed(chunk.data, latest_ms)
    yield from decoder.idle((latest_ms or 0.0) + SILENCE_MS)


def json_line(decoded: Decoded) -> str:
    """Return one JSON object without a line end: ``{"event": "reading", …}`` or ``{"event": "fault", …}``."""
    return msgspec.json.encode(decoded).decode("utf-8")


class _Decoder:
    """A reader's codec, which of its tags are there, and what day it last named."""

    def __init__(self, model: Model, *, only_taps: bool) -> None:
        self._codec = model.codec()
        self._model = model
        self._dating = Dating()
        self._presence = Presence(LEAVE_AFTER_S * 1000) if only_taps else None

    def feed(self, data: bytes, at_ms: float) -> Iterator[Decoded]:
        return self._decoded(self._codec.feed(data), at_ms)

    def idle(self, at_ms: float) -> Iterator[Decoded]:
        return self._decoded(self._codec.idle(), at_ms)

    def _decoded(self, events: list[CodecEvent], at_ms: float) -> Iterator[Decoded]:
        for event in events:
            match event:
                case Read():
                    if self._presence is None or self._presence.arrived(event.value, at_ms):
                        yield DecodedReading(self._model.medium, event.value)
                case Located():
                    yield DecodedReading(self._model.medium, _printed(self._dating.dated(event.fix)))
                case Answer(name=name) if name == REGISTER:
                    yield DecodedReading(self._model.name, event.data.hex().upper())
                case Fault():
                    yield DecodedFault(event.reason.value)


def _printed(fix: Fix) -> Position:
    return Position(fix.lat, fix.lon, fix.quality, fix.time)
