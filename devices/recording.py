"""Writing down for a while what one line carries, for those who look into a reader that does not do as it should.

A recording is a capture of JSON lines (``devices/capture.py``). By default it tells no badge and no code: bytes are
kept only of frames that by their kind carry none, such as acknowledgements. Of all others stands when they came, how
many bytes they were, and what became of them; a tag is named by a word that is the same within this recording and
means nothing outside it. A damaged frame, or bytes that are no frame, may hold a whole badge: they are not kept either.

    {"t_ms": 12.5, "hex": "", "bytes": 14, "events": ["read 3f9a0c"]}
    {"t_ms": 80.1, "hex": "", "bytes": 25, "events": ["answer ack 0000ff00ff00", "fault cut"]}

With everybody's agreement the bytes themselves are kept, and ``fieldapp devices decode --timed`` reads them again.
"""

from __future__ import annotations

from hashlib import blake2s

import msgspec

from devices.capture import chunk_line
from devices.codecs.base import Answer, CodecEvent, Located, Read
from devices.reading import Fault

RECORD_S = 30.0
"""How long a recording lasts."""

MAX_BYTES = 2 * 1024 * 1024
"""Most that a recording holds; at 115,200 baud 30 seconds carry a sixth of it, so only a flood is cut off."""

_WORD_DIGITS = 6
_PLACES = b"$"
"""Beginning of the sentences of a receiver: others than those that are read as positions tell where it is, too."""


class Recording:
    """One recording; bytes and events are given in the order in which they come.

    Args:
        began_s: now, on the link's clock.
        model: name of the reader's model, written into the first line.
        with_values: keep the bytes themselves.
        salt: random bytes that are thrown away with this object.
    """

    def __init__(self, began_s: float, *, model: str, with_values: bool, salt: bytes) -> None:
        self._began_s = began_s
        self.with_values = with_values
        self._salt = salt
        self._size = 0
        self._arrived = b""
        self._lines = [_line({"t_ms": 0.0, "hex": "", "model": model, "values": "kept" if with_values else "masked"})]

    def is_over(self, now: float) -> bool:
        """Return whether it has ended: by time, or because it is full."""
        return now - self._began_s >= RECORD_S or self._size >= MAX_BYTES

    def left_s(self, now: float) -> float:
        """Return how many seconds it goes on, 0 when it is over."""
        return 0.0 if self.is_over(now) else RECORD_S - (now - self._began_s)

    def saw(self, data: bytes) -> None:
        """Take the bytes of an arrival; their events follow."""
        self._arrived = data

    def heard(self, events: list[CodecEvent], now: float) -> None:
        """Write down an arrival, or a silence, with what it completed."""
        data, self._arrived = self._arrived, b""
        if self.is_over(now) or not (data or events):
            return
        t_ms = round((now - self._began_s) * 1000, 3)
        if self.with_values:
            line = chunk_line(t_ms, data)
        else:
            told = [self._told(event) for event in events]
            line = _line({"t_ms": t_ms, "hex": "", "bytes": len(data), "events": told})
        self._size += len(line)
        self._lines.append(line)

    def text(self) -> str:
        """Return the capture as it is to be written."""
        return "".join(f"{line}\n" for line in self._lines)

    def _told(self, event: CodecEvent) -> str:
        match event:
            case Read():
                word = blake2s(event.value.encode(), key=self._salt).hexdigest()[:_WORD_DIGITS]
                return f"read {word}"
            case Answer() if event.raw.startswith(_PLACES):
                return f"answer {event.name}"
            case Answer():
                return f"answer {event.name} {event.raw.hex()}"
            case Located():
                return "position"
            case Fault():
                return f"fault {event.reason.value}"


def _line(facts: dict[str, object]) -> str:
    return msgspec.json.encode(facts).decode("ascii")
