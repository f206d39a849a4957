"""A recording of what a reader sent: one JSON object per line, ``{"t_ms": 12.5, "hex": "02…03"}``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from devices.errors import CaptureDamaged


class Chunk(msgspec.Struct, frozen=True):
    """Bytes that arrived together, ``t_ms`` milliseconds after the recording began."""

    t_ms: float
    hex: str

    @property
    def data(self) -> bytes:
        """The bytes themselves."""
        return bytes.fromhex(self.hex)


def chunk_line(t_ms: float, data: bytes) -> str:
    """Return the line of a capture, without its line end, that keeps these bytes."""
    return msgspec.json.encode(Chunk(t_ms=round(t_ms, 3), hex=data.hex())).decode("ascii")


def read_capture(lines: Iterable[str | bytes]) -> Iterator[Chunk]:
    """Yield the chunks of a capture in order; blank lines are skipped.

    Raises:
        CaptureDamaged: a line is no chunk, or its time is before that of the line above; names the line.
    """
    latest_ms = float("-inf")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        chunk = _chunk(line, number)
        if chunk.t_ms < latest_ms:
            raise CaptureDamaged(f"line {number}: t_ms {chunk.t_ms:g} is before {latest_ms:g} of the line above")
        latest_ms = chunk.t_ms
        yield chunk


def replay(chunks: Iterable[Chunk], send: Callable[[bytes], object], wait: Callable[[float], object]) -> None:
    """Send chunks with the pauses they were recorded with; ``wait`` is given seconds."""
    latest_ms: float | None = None
    for chunk in chunks:
        if latest_ms is not None and chunk.t_ms > latest_ms:
            wait((chunk.t_ms - latest_ms) / 1000)
        latest_ms = chunk.t_ms
        send(chunk.data)


def _chunk(line: str | bytes, number: int) -> Chunk:
    try:
        chunk = msgspec.json.decode(line, type=Chunk)
        bytes.fromhex(chunk.hex)
    except ValueError as exc:
        raise CaptureDamaged(f'line {number}: not {{"t_ms": number, "hex": digits}} ({exc})') from exc
    return chunk
