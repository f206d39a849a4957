"""The photos of a herd, and the signed requests that bring them.

All photos share their bytes but the last few, so that the sender of a whole district's holds one of them in memory.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sync.caseapi.service.case_api import wall_ms
from sync.clock import format_time
from sync.media import MEDIA_PATH, OFFSET_HEADER, PART_TYPE, TUS_HEADER, TUS_VERSION
from sync.records.shared import MediaRef
from sync.wire import CONTENT_TYPE, PROTOCOL, SYNC_PATH, Cursor, Hello, SyncRequest, encode_message
from tests.bench.days import BOOT
from tests.bench.herd_requests import RECORDS, Handover, signed_head
from tests.bench.pair import photo

OWN_BYTES = 32
"""Last bytes of a photo, which no other has."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file that begins as a photo does and shrinks as little.

    Attributes:
        shared: what all of them begin with.
        own: how it ends.
    """

    shared: bytes
    own: bytes
    sha256: str

    @property
    def size_bytes(self) -> int:
        """Return how many bytes it has."""
        return len(self.shared) + len(self.own)

    def pieces(self, start: int, stop: int) -> tuple[memoryview, memoryview]:
        """Return the bytes of a part, uncopied."""
        begins = len(self.shared)
        own = memoryview(self.own)[max(0, start - begins) : max(0, stop - begins)]
        return memoryview(self.shared)[start:stop], own

    def named(self) -> MediaRef:
        """Return how a record names it."""
        return MediaRef(self.sha256, self.size_bytes, "image/jpeg", "before")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes over a line: its first lines, then its body in pieces."""

    method: str
    head: bytes
    body: Sequence[bytes | memoryview] = ()


def photos_of(count: int, size_bytes: int) -> list[Photo]:
    """Return so many photos of a size, no two alike, nor like those of another call."""
    shared = photo(0, size_bytes - OWN_BYTES)
    running = sha256(shared)
    made = []
    for own in (os.urandom(OWN_BYTES) for _ in range(count)):
        whole = running.copy()
        whole.update(own)
        made.append(Photo(shared, own, whole.hexdigest()))
    return made


def part_request(day: Handover, photo: Photo, offset: int, size_bytes: int) -> Request:
    """Return a part of a photo from an offset, signed now."""
    pieces = photo.pieces(offset, min(offset + size_bytes, photo.size_bytes))
    headers = {"content-type": PART_TYPE, OFFSET_HEADER.lower(): str(offset), TUS_HEADER.lower(): TUS_VERSION}
    path = f"{MEDIA_PATH}/{photo.sha256}"
    return Request("PATCH", signed_head(day.tablet, "PATCH", path, headers, b"".join(pieces)), pieces)


def state_request(day: Handover, photo: Photo) -> Request:
    """Return the question how much of a photo the server holds, signed now."""
    path = f"{MEDIA_PATH}/{photo.sha256}"
    return Request("HEAD", signed_head(day.tablet, "HEAD", path, {"content-type": CONTENT_TYPE}, b""))


def exchange_request(day: Handover, feeds: dict[str, Cursor]) -> Request:
    """Return the exchange with which a tablet comes back that has no new record, signed now."""
    message = SyncRequest(
        protocol=PROTOCOL,
        hello=Hello("herd", format_time(wall_ms()), 1, BOOT, unsettled=0),
        stream=str(day.stream),
        start=RECORDS + 1,
        prev=day.head.hex(),
        head=day.head.hex(),
        feeds=feeds,
    )
    body = encode_message(message)
    return Request("POST", signed_head(day.tablet, "POST", SYNC_PATH, {"content-type": CONTENT_TYPE}, body), (body,))
