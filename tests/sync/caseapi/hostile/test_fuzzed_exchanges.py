"""Good requests with bytes turned, cut, doubled and moved, signed anew: what is accepted is held, all else refused."""

import os
import random
from collections import Counter

from sync.coding import XUNGE_1, xunge_body
from sync.wire import encode_message, gzip_body
from tests.sync.caseapi.harness import Desk, Tablet
from tests.sync.caseapi.hostile.hostility import refused, works_on

FUZZ = int(os.environ.get("FUZZ", "400"))
"""Spoilt requests; more by hand: FUZZ=100000."""

SEED = int(os.environ.get("SEED", "1"))
KNOWN_AFTER = 100
"""Requests after which work must still go on and everything be judged."""

PIECES = (
    b"null", b"-1", b"0", b"{}", b"[]", b"[[", b'"', b"\\", b"\x00", b"\xff", b"1e999", b"9" * 30, b"true",
    b'"start":1,', b'"records":[', b'{"damaged":"AAAA"}', b'{"damaged":"', b"\\u0000", b"\\ud800", b"4294967295",
)  # fmt: skip
"""What requests are made of, and what they should not be."""


def spoilt(body: bytes, chance: random.Random) -> bytes:
    """Return a body with a few pieces turned, cut, doubled, put in or put elsewhere."""
    data = bytearray(body)
    for _ in range(chance.randint(1, 5)):
        first, last = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        last = min(last, first + chance.choice((1, 4, 40, 400)))
        match chance.randrange(6):
            case 0:
                data[first : first + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[first:last]
            case 2:
                data[first:first] = data[first:last]
            case 3:
                data[first:first] = chance.choice(PIECES)
            case 4:
                data[first:last] = chance.choice(PIECES)
            case _:
                piece = data[first:last]
                del data[first:last]
                place = chance.randrange(len(data) + 1)
                data[place:place] = piece
    return bytes(data)


async def sent(tablet: Tablet, body: bytes, chance: random.Random) -> tuple[int, str]:
    """Send a spoilt body, plain or packed, before or after being spoilt; return status and state."""
    match chance.randrange(4):
        case 0:
            answer = await tablet.post(gzip_body(spoilt(body, chance)), content_encoding="gzip")
        case 1:
            answer = await tablet.post(xunge_body(spoilt(body, chance)), content_encoding=XUNGE_1)
        case 2:
            answer = await tablet.post(spoilt(gzip_body(body), chance), content_encoding="gzip")
        case _:
            answer = await tablet.post(spoilt(body, chance))
    if answer.status_code == 200:
        return 200, answer.json()["state"]
    return answer.status_code, refused(answer, 413, 422, 426)["code"]


async def test_spoilt_requests_are_refused_or_held_and_work_goes_on(desk: Desk) -> None:
    chance = random.Random(SEED)
    tablet = await desk.tablet()
    seen: Counter[tuple[int, str]] = Counter()
    for number in range(1, FUZZ + 1):
        if number % KNOWN_AFTER == 0:
            tablet = await desk.tablet()
        tablet.fill(1)
        body = encode_message(tablet.request(len(tablet.records), feeds={"catalogue": (0, "")}))
        seen[await sent(tablet, body, chance)] += 1
        # A spoilt record may have been held under its own head: the honest one then forks, so it is not kept.
        tablet.records.pop()
        if number % KNOWN_AFTER == 0:
            await works_on(await desk.tablet())
            await desk.fold()
            assert (await desk.case_api.desk.lag()).records == 0
    assert sum(seen.values()) == FUZZ
    assert seen[422, "E-WIRE"] > FUZZ // 4
