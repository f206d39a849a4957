"""A day of synthetic check-ins as one request, for what sizes and codings are measured by."""

from random import Random
from uuid import UUID

import msgspec
from msgspec import Raw

from sync.clock import Stamp, format_time
from sync.ids import uuid7_at
from sync.records import CheckIn, Envelope, encode
from sync.records.shared import TagSeen
from sync.wire import PROTOCOL, Cursor, Hello, SyncRequest, encode_message

MORNING_MS = 1_795_420_800_000
MINUTE_MS = 60_000


def request_of_a_day(records: int, seed: int = 1) -> bytes:
    """Return the JSON of a request with so many check-ins by scan, each at another entrance, ten minutes apart."""
    random = Random(seed)
    boot, actor, stream, shift = (str(_id(random, 0)) for _ in range(4))
    made = [_check_in(random, place, boot=boot, actor=actor, shift=shift) for place in range(records)]
    hello = Hello("fieldapp 0.1.0", format_time(MORNING_MS, 480), 81234, boot, records, format_time(MORNING_MS, 480), 1)
    head, check = random.randbytes(32).hex(), random.randbytes(8).hex()
    scopes = ("catalogue", "community:230108001001", f"device:{actor}", "district:230108", "grid:230108001001001")
    feeds: dict[str, Cursor] = dict.fromkeys(scopes, (0, check))
    return encode_message(SyncRequest(PROTOCOL, hello, stream, 1, head, head, [Raw(each) for each in made], feeds))


def _check_in(random: Random, place: int, *, boot: str, actor: str, shift: str) -> bytes:
    at_ms = MORNING_MS + place * 10 * MINUTE_MS + random.randrange(5 * MINUTE_MS)
    building = str(_id(Random(place // 3), MORNING_MS))
    tag = TagSeen("qr", random.randbytes(32).hex(), "verified")
    body = CheckIn(building=building, method="qr", entrance=str(_id(random, MORNING_MS)), tag=tag)
    return encode(
        Envelope(
            id=str(_id(random, at_ms)),
            kind="check_in",
            v=1,
            at=format_time(at_ms, 480),
            clock=Stamp(boot, at_ms - MORNING_MS + 81234, -random.randrange(20), offset_boot=True),
            actor=actor,
            seat="230108001001001-1",
            grid="230108001001001",
            body=Raw(msgspec.json.encode(body)),
            shift=shift,
        )
    )


def _id(random: Random, at_ms: int) -> UUID:
    return uuid7_at(at_ms, random.randbytes(10))
