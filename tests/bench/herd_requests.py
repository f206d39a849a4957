"""Enrolled tablets with their feeds up to date, and the signed requests that each will send."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw

from sync.caseapi.config import ServerConfig
from sync.caseapi.opening import initialise, open_case_api
from sync.caseapi.service.administration import run_command
from sync.caseapi.service.case_api import CaseApi, wall_ms
from sync.chain import first_head, head_after
from sync.clock import Stamp, format_time
from sync.enrolment import compare_digits
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.records import Envelope, encode
from sync.signing import Message, sign_request
from sync.wire import PROTOCOL, SYNC_PATH, Cursor, EnrolRequest, Hello, SyncRequest, encode_message, gzip_body

SEED = 7
RECORDS = 34
"""A day's records of one inspector: 24 check-ins, 4 problems, 4 visits, start and end of the shift."""

DAY = ("shift_start", *["check_in"] * 24, *["case_report"] * 4, *["visit"] * 4, "shift_end")


@dataclass(frozen=True, slots=True)
class HerdTablet:
    """A tablet as far as it sends one request."""

    device: str
    key: Ed25519PrivateKey
    grid: str
    person: str
    building: str
    feeds: dict[str, Cursor]


async def prepare(folder: Path) -> list[HerdTablet]:
    """Make a server with the synthetic district and enrol one tablet for each of its seats."""
    config = ServerConfig(db=f"sqlite:///{folder / 'case.db'}", pin_cost="demo")
    initialise(config)
    case_api = open_case_api(config)
    try:
        await run_command(case_api, "demo-data", {"seed": SEED, "pin_cost": "demo"})
        standing = await case_api.storage.feeds.standing(["person", "building"])
        buildings = {scope: entry_id for scope, kind, entry_id in standing if kind == "building"}
        seats = [(scope, entry_id) for scope, kind, entry_id in sorted(standing) if kind == "person"]
        return [await _enrolled(case_api, scope, person, buildings[scope]) for scope, person in seats]
    finally:
        await case_api.storage.close()


def requests_of(herd: list[HerdTablet]) -> list[bytes]:
    """Return one whole HTTP request for each tablet, signed now."""
    return [_request(tablet) for tablet in herd]


async def _enrolled(case_api: CaseApi, scope: str, person: str, building: str) -> HerdTablet:
    grid = scope.partition(":")[2]
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    code = (await case_api.enrolment.offer(grid, "http://127.0.0.1")).offer.code
    await case_api.enrolment.use(EnrolRequest(PROTOCOL, code, b64encode(public).decode()))
    state = await case_api.enrolment.confirm(compare_digits(code, public, case_api.keys.receipt_public))
    feeds: dict[str, Cursor] = {}
    is_more = True
    device = await case_api.exchange.device(state.device)
    while is_more:
        pages = await case_api.feeds.pages(device, feeds)
        feeds |= {scope: page.cursor for scope, page in pages.items()}
        is_more = any(page.more for page in pages.values())
    return HerdTablet(str(state.device), key, grid, person, building, feeds)


def _request(tablet: HerdTablet) -> bytes:
    stream = uuid4()
    records = _day(tablet)
    prev = first_head(stream)
    now_ms = wall_ms()
    message = SyncRequest(
        protocol=PROTOCOL,
        hello=Hello("herd", format_time(now_ms), 1, str(UUID(int=1)), unsettled=RECORDS),
        stream=str(stream),
        start=1,
        prev=prev.hex(),
        head=head_after(prev, records).hex(),
        records=[Raw(record) for record in records],
        feeds=tablet.feeds,
    )
    body = gzip_body(encode_message(message))
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    url = f"http://127.0.0.1{SYNC_PATH}"
    sign_request(Message("POST", url, headers), body, device=tablet.device, key=tablet.key, now_s=now_ms // 1000)
    headers |= {"host": "127.0.0.1", "content-length": str(len(body)), "accept-encoding": "gzip", "connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {SYNC_PATH} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _day(tablet: HerdTablet) -> list[bytes]:
    shift = _new_id()
    bodies: dict[str, dict[str, object]] = {
        "shift_start": {},
        "check_in": {"building": tablet.building, "method": "list", "result": "normal"},
        "case_report": {
            "standard": "national",
            "matter_kind": "matter",
            "matter_code": "02001",
            "building": tablet.building,
            "description": "单元门前堆放杂物,影响通行",
        },
        "visit": {"building": tablet.building, "purpose": "care", "outcome": "met"},
        "shift_end": {},
    }
    return [
        encode(
            Envelope(
                id=shift if kind == "shift_start" else _new_id(),
                kind=kind,
                v=1,
                at=format_time(wall_ms(), 480),
                clock=Stamp(str(UUID(int=1)), 1),
                actor=tablet.person,
                seat=f"{tablet.grid}-1",
                grid=tablet.grid,
                body=Raw(msgspec.json.encode(bodies[kind])),
                shift=None if kind == "shift_start" else shift,
            )
        )
        for kind in DAY
    ]


def _new_id() -> str:
    return str(uuid7_at(wall_ms(), uuid4().bytes[:RANDOM_BYTES]))
