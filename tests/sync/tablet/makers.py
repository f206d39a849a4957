"""Values for tests of the tablet: records, entries, clocks; everything is counted, nothing is random."""

from itertools import count
from uuid import UUID

import msgspec

from sync.clock import Stamp
from sync.ids import uuid7_at
from sync.records import Envelope
from sync.wire import FeedEntry

AT = "2026-11-23T08:15:03.120+08:00"
AT_MS = 1_795_392_903_120
_numbers = count(1)


def uuid_text(number: int | None = None) -> str:
    """Return a UUIDv7 that no earlier call has returned, or that of a number."""
    place = next(_numbers) if number is None else number
    return str(uuid7_at(AT_MS, place.to_bytes(10, "big")))


PERSON, GRID, BUILDING = uuid_text(900_001), uuid_text(900_002), uuid_text(900_003)


def record(note: str = "", *, record_id: str | None = None, shift: str | None = None) -> Envelope:
    """Return a visit with a note."""
    body = msgspec.json.encode({"building": BUILDING, "purpose": "care", "outcome": "met", "note": note})
    return envelope("visit", body, record_id=record_id, shift=shift)


def envelope(kind: str, body: bytes, *, record_id: str | None = None, shift: str | None = None) -> Envelope:
    """Return a record of a kind with a raw body."""
    return Envelope(
        id=record_id or uuid_text(),
        kind=kind,
        v=1,
        at=AT,
        clock=Stamp(uuid_text(900_004), 1),
        actor=PERSON,
        seat="seat-1",
        grid=GRID,
        body=msgspec.Raw(body),
        shift=shift,
    )


def entry(number: int, entry_type: str, entry_id: str, body: object, *, op: str = "put") -> FeedEntry:
    """Return a feed entry."""
    raw = msgspec.Raw(msgspec.json.encode(body))
    return msgspec.convert(
        {"number": number, "type": entry_type, "id": entry_id, "version": number, "op": op, "body": raw}, FeedEntry
    )


class FixedClock:
    """A clock that stands still until it is moved, and bytes that only count."""

    def __init__(self) -> None:
        self.wall_ms = AT_MS
        self.mono_ms = 1_000
        self.offset_ms: int | None = None
        self.boot = str(UUID(int=7))

    def now_ms(self) -> int:
        return self.wall_ms

    def stamp(self) -> Stamp:
        return Stamp(self.boot, self.mono_ms, self.offset_ms, self.offset_ms is not None)

    def random_bytes(self, size: int) -> bytes:
        return next(_numbers).to_bytes(size, "big")

    def learn(self, server_ms: int) -> str:
        self.offset_ms = server_ms - self.wall_ms
        return str(self.offset_ms)

    def recall(self, text: str) -> None:
        self.offset_ms = int(text)

    def advance(self, seconds: float) -> None:
        self.wall_ms += round(seconds * 1000)
        self.mono_ms += round(seconds * 1000)
