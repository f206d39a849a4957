"""Enrolled tablets with their feeds up to date, and the signed requests that each will send."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw

from sync.caseapi.config import ServerConfig
from sync.caseapi.opening import initialise, open_case_api
from sync.caseapi.service.administration.commands import run_command
from sync.caseapi.service.case_api import CaseApi, wall_ms
from sync.chain import first_head, head_after
from sync.clock import format_time
from sync.coding import XUNGE_1, xunge_body
from sync.enrolment import compare_digits
from sync.records import encode
from sync.records.shared import MediaRef
from sync.reference import EntranceEntry, decode_entry
from sync.signing import Message, sign_request
from sync.wire import CONTENT_TYPE, PROTOCOL, SYNC_PATH, Cursor, EnrolRequest, Hello, SyncRequest, encode_message
from tests.bench.days import BOOT, Seat, day_of, with_photos
from tests.bench.served import DATABASE

SEED = 7
RECORDS = 40
"""Records of each tablet: a full day."""


@dataclass(frozen=True, slots=True)
class HerdTablet:
    """A tablet as far as it sends one request."""

    device: str
    key: Ed25519PrivateKey
    seat: Seat
    feeds: dict[str, Cursor]


async def prepare(folder: Path) -> list[HerdTablet]:
    """Make a server with the synthetic district and enrol one tablet for each of its seats."""
    config = ServerConfig(db=f"sqlite:///{folder / DATABASE}", pin_cost="demo")
    initialise(config)
    case_api = open_case_api(config)
    try:
        await run_command(case_api, "demo-data", {"seed": SEED, "pin_cost": "demo"})
        standing = await case_api.storage.feeds.standing(["person", "entrance"])
        doors: dict[str, list[tuple[str, str]]] = {}
        for (scope, kind, entry_id), body in sorted(standing.items()):
            entry = decode_entry(kind, body) if kind == "entrance" else None
            if isinstance(entry, EntranceEntry):
                doors.setdefault(scope, []).append((entry.building, entry_id))
        people = [(scope, entry_id) for scope, kind, entry_id in sorted(standing) if kind == "person"]
        seats = [Seat(scope.partition(":")[2], person, tuple(doors[scope])) for scope, person in people]
        return [await _enrolled(case_api, seat) for seat in seats]
    finally:
        await case_api.storage.close()


@dataclass(frozen=True, slots=True)
class Handover:
    """A tablet's whole day in one request.

    Attributes:
        request: over HTTP, signed; of a stream that nobody has seen.
        head: of the stream after the last record.
    """

    tablet: HerdTablet
    stream: UUID
    head: bytes
    request: bytes


def requests_of(herd: list[HerdTablet]) -> list[bytes]:
    """Return one whole HTTP request for each tablet, signed now, of a stream that nobody has seen."""
    return [handover_of(tablet).request for tablet in herd]


def handover_of(tablet: HerdTablet, photos: Sequence[MediaRef] = ()) -> Handover:
    """Return the day of a tablet, made and signed now.

    Args:
        photos: dealt out to its problems in turn.
    """
    stream = uuid4()
    now_ms = wall_ms()
    day = day_of(tablet.seat, RECORDS, now_ms)
    if photos:
        problems = [place for place, record in enumerate(day) if record.kind == "case_report"]
        for first, place in enumerate(problems):
            day[place] = with_photos(day[place], photos[first :: len(problems)])
    records = [encode(record) for record in day]
    prev = first_head(stream)
    head = head_after(prev, records)
    message = SyncRequest(
        protocol=PROTOCOL,
        hello=Hello("herd", format_time(now_ms), 1, BOOT, unsettled=RECORDS),
        stream=str(stream),
        start=1,
        prev=prev.hex(),
        head=head.hex(),
        records=[Raw(record) for record in records],
        feeds=tablet.feeds,
    )
    return Handover(tablet, stream, head, _closing_request(tablet, message))


def signed_head(tablet: HerdTablet, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the first lines of a request up to the one left empty, signed now; its body follows."""
    signed = dict(headers)
    message = Message(method, f"http://127.0.0.1{path}", signed)
    sign_request(message, body, device=tablet.device, key=tablet.key, now_s=wall_ms() // 1000)
    signed |= {"host": "127.0.0.1", "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


def _closing_request(tablet: HerdTablet, message: SyncRequest) -> bytes:
    body = xunge_body(encode_message(message))
    headers = {
        "content-type": CONTENT_TYPE,
        "content-encoding": XUNGE_1,
        "accept-encoding": f"{XUNGE_1}, gzip",
        "connection": "close",
    }
    return signed_head(tablet, "POST", SYNC_PATH, headers, body) + body


async def _enrolled(case_api: CaseApi, seat: Seat) -> HerdTablet:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    code = (await case_api.enrolment.offer(seat.grid, "http://127.0.0.1")).offer.code
    await case_api.enrolment.use(EnrolRequest(PROTOCOL, code, b64encode(public).decode()))
    state = await case_api.enrolment.confirm(compare_digits(code, public, case_api.keys.receipt_public))
    feeds: dict[str, Cursor] = {}
    is_more = True
    device = await case_api.exchange.device(state.device)
    while is_more:
        pages = await case_api.feeds.pages(device, feeds)
        feeds |= {scope: page.cursor for scope, page in pages.items()}
        is_more = any(page.more for page in pages.values())
    return HerdTablet(str(state.device), key, seat, feeds)
