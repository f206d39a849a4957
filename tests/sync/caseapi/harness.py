"""What the case API's tests share: a clock that stands, a small district, and a tablet that signs its requests."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Raw

from sync.caseapi.api.guard import Guard
from sync.caseapi.app import make_app
from sync.caseapi.keys import make_keys, read_keys
from sync.caseapi.service.case_api import CaseApi, compose
from sync.caseapi.service.receipts import receipt_signer
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.media_place import in_folder
from sync.caseapi.storage.postgres.opening import create_database as make_postgres
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.store import PostgresOptions, PostgresStorage
from sync.caseapi.storage.sqlite.opening import create_database
from sync.caseapi.storage.sqlite.store import SqliteOptions, SqliteStorage
from sync.caseapi.storage.values import FeedChange
from sync.chain import first_head, head_after
from sync.clock import Stamp, format_time
from sync.ids import uuid7_at
from sync.receipts import Receipt, check_proof, open_receipt
from sync.records import Body, CaseReport, CheckIn, Envelope, Void, encode
from sync.reference import BuildingEntry, EntranceEntry, Entry, GridEntry, MatterEntry
from sync.signing import Message, sign_request
from sync.wire import (
    ENROL_PATH,
    PROTOCOL,
    SYNC_PATH,
    Cursor,
    EnrolReply,
    EnrolRequest,
    Hello,
    SyncReply,
    SyncRequest,
    decode_message,
    encode_message,
)

NOW_MS = 1_795_420_800_000
"""2026-11-23T08:00:00Z: a Monday afternoon in Harbin."""

DISTRICT = "230108"
GRID = "230108001001001"
OTHER_GRID = "230108001001002"
BUILDING = UUID("01900000-0000-7000-8000-000000000001")
ENTRANCE = UUID("01900000-0000-7000-8000-000000000011")
ACTOR = UUID("01900000-0000-7000-8000-0000000000aa")
OTHER_ACTOR = UUID("01900000-0000-7000-8000-0000000000bb")
MATTER = "national:matter:02001"
ORIGIN = "http://127.0.0.1"


@dataclass
class Clock:
    """A clock that stands until it is told; counts what is random, too."""

    now_ms: int = NOW_MS
    drawn: int = 0

    def __call__(self) -> int:
        return self.now_ms

    def bytes(self, count: int) -> bytes:
        self.drawn += 1
        return sha256(self.drawn.to_bytes(8, "big")).digest()[:count]

    def uuid(self) -> UUID:
        return uuid7_at(self.now_ms, self.bytes(10))


def prepare(path: Path, clock: Clock) -> Path:
    """Make an empty database with its keys."""
    create_database(path, district=DISTRICT, incarnation=clock.uuid(), now_ms=clock())
    make_keys(path.with_suffix(".receipt-key.json"), path.with_suffix(".seal-key.json"))
    return path


def open_storage(path: Path, clock: Clock, **options: object) -> SqliteStorage:
    """Open a prepared database for writing."""
    keys = read_keys(path.with_suffix(".receipt-key.json"), path.with_suffix(".seal-key.json"))
    return SqliteStorage(
        SqliteOptions(
            path=path,
            receipt_log=path.with_suffix(".receipts.log"),
            sign=receipt_signer(keys.receipt),
            now_ms=clock,
            **options,  # type: ignore[arg-type]  # a test names what it changes
        )
    )


def prepare_postgres(place: DatabasePlace, folder: Path, clock: Clock) -> DatabasePlace:
    """Make an empty database in PostgreSQL, with its keys in a folder."""
    make_postgres(place, district=DISTRICT, incarnation=clock.uuid(), now_ms=clock())
    make_keys(folder / "case.receipt-key.json", folder / "case.seal-key.json")
    return place


def open_postgres(place: DatabasePlace, folder: Path, clock: Clock, **options: object) -> PostgresStorage:
    """Open a database that `prepare_postgres` made."""
    keys = read_keys(folder / "case.receipt-key.json", folder / "case.seal-key.json")
    return PostgresStorage(
        PostgresOptions(
            place=place,
            receipt_log=folder / "case.receipts.log",
            media=in_folder(folder / "case.media"),
            sign=receipt_signer(keys.receipt),
            now_ms=clock,
            **options,  # type: ignore[arg-type]  # a test names what it changes
        )
    )


def open_case_api(path: Path, clock: Clock, *, oldest_app: tuple[int, ...] = (), **options: object) -> CaseApi:
    """Compose the services over a prepared database."""
    return composed(open_storage(path, clock, **options), path, clock, oldest_app=oldest_app)


def composed(storage: Storage, path: Path, clock: Clock, *, oldest_app: tuple[int, ...] = ()) -> CaseApi:
    """Compose the services over a storage, with the keys beside a path."""
    return compose(
        storage,
        read_keys(path.with_suffix(".receipt-key.json"), path.with_suffix(".seal-key.json")),
        name="Test district",
        origin=ORIGIN,
        zone=ZoneInfo("Asia/Shanghai"),
        now_ms=clock,
        random_bytes=clock.bytes,
        oldest_app=oldest_app,
        hashing_cost="demo",
    )


def entry(scope: str, entry_type: str, entry_id: str, body: Entry) -> FeedChange:
    return FeedChange(scope, entry_type, entry_id, msgspec.json.encode(body))


def small_district() -> list[FeedChange]:
    """Two grids of one community, one building with an entrance, one matter."""
    place = ("230108001001", "社区", "街道", DISTRICT, "平房区")
    scope = f"grid:{GRID}"
    return [
        entry(scope, "grid", GRID, GridEntry("第一网格", *place)),
        entry(f"grid:{OTHER_GRID}", "grid", OTHER_GRID, GridEntry("第二网格", *place)),
        entry(scope, "building", str(BUILDING), BuildingEntry("1号楼", GRID, order=1)),
        entry(scope, "entrance", str(ENTRANCE), EntranceEntry(str(BUILDING), "一单元", order=1)),
        entry("catalogue", "matter", MATTER, MatterEntry("national", "matter", "02001", "暴露垃圾", "Litter", "", "")),
    ]


@dataclass
class Tablet:
    """A tablet that has a stream of records and sends what it is told, signed."""

    clock: Clock
    client: httpx.AsyncClient
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    device: str = ""
    receipt_key: bytes = b""
    stream: UUID = field(init=False)
    records: list[bytes] = field(default_factory=list)
    feeds: dict[str, Cursor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stream = self.clock.uuid()

    def record(self, kind: str, body: Body, **envelope: object) -> UUID:
        """Append a record to the stream and return its id."""
        record_id = self.clock.uuid()
        whole = {
            "id": str(record_id),
            "kind": kind,
            "v": 1,
            "at": format_time(self.clock(), 480),
            "clock": Stamp("b" * 36, 1, 0, offset_boot=True),
            "actor": str(ACTOR),
            "seat": f"{GRID}-1",
            "grid": GRID,
            "body": Raw(msgspec.json.encode(body)),
        } | envelope
        self.records.append(encode(Envelope(**whole)))
        return record_id

    def check_in(self, **body: object) -> UUID:
        return self.record("check_in", CheckIn(building=str(BUILDING), method="list", **body))

    def case(self, description: str = "楼道堆物", **body: object) -> UUID:
        report = CaseReport("national", "matter", "02001", building=str(BUILDING), description=description, **body)
        return self.record("case_report", report)

    def void(self, target: UUID) -> UUID:
        return self.record("void", Void(str(target), "undo"))

    def fill(self, count: int) -> None:
        for _ in range(count):
            self.check_in()

    def request(self, start: int = 1, end: int | None = None, **fields: object) -> SyncRequest:
        """Return the request with records `start` to `end`."""
        end = len(self.records) if end is None else end
        prev = head_after(first_head(self.stream), self.records[: start - 1])
        sent = self.records[start - 1 : end]
        hello = Hello("0.1.0", format_time(self.clock()), 1, "b" * 36, unsettled=len(sent))
        whole = {
            "protocol": PROTOCOL,
            "hello": hello,
            "stream": str(self.stream),
            "start": start,
            "prev": prev.hex(),
            "head": head_after(prev, sent).hex(),
            "records": [Raw(record) for record in sent],
            "feeds": self.feeds,
        } | fields
        return SyncRequest(**whole)

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        """Send a body to the exchange, signed."""
        url = f"{ORIGIN}{SYNC_PATH}"
        return await self.client.post(url, content=body, headers=self.signed("POST", url, body, **headers))

    async def get(self, path: str) -> httpx.Response:
        url = f"{ORIGIN}{path}"
        return await self.client.get(url, headers=self.signed("GET", url, b""))

    def signed(self, method: str, url: str, body: bytes, **headers: str) -> dict[str, str]:
        given = {"content-type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        message = Message(method, url, given)
        sign_request(message, body, device=self.device, key=self.key, now_s=self.clock() // 1000)
        return given

    async def exchange(self, request: SyncRequest) -> SyncReply:
        """Send a request; check status, proof and receipt as a tablet would."""
        body = encode_message(request)
        answer = await self.post(body)
        assert answer.status_code == 200, answer.text
        reply = decode_message(answer.content, SyncReply)
        public = Ed25519PublicKey.from_public_bytes(self.receipt_key)
        check_proof(b64decode(reply.proof), reply.state, body, public)
        self.feeds |= {scope: page.cursor for scope, page in reply.feeds.items()}
        return reply

    async def sync(self, start: int = 1, end: int | None = None, **fields: object) -> SyncReply:
        return await self.exchange(self.request(start, end, **fields))

    def opened_receipt(self, reply: SyncReply) -> Receipt:
        assert reply.receipt is not None
        public = Ed25519PublicKey.from_public_bytes(self.receipt_key)
        return open_receipt(b64decode(reply.receipt.signed), public)


class _Apps:
    """The application, made without its desk until somebody asks for that: its many addresses take most of the time."""

    def __init__(self, case_api: CaseApi) -> None:
        self._case_api = case_api
        self._made: dict[bool, Guard] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        has_desk = scope.get("path", "").startswith(("/desk", "/v1/desk"))
        if has_desk not in self._made:
            self._made[has_desk] = make_app(self._case_api, has_desk=has_desk)
        await self._made[has_desk](scope, receive, send)


@dataclass
class Desk:
    """The server's side of a test: imports, lets tablets in, folds."""

    case_api: CaseApi
    clock: Clock
    client: httpx.AsyncClient = field(init=False)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        transport = httpx.ASGITransport(_Apps(self.case_api), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as self.client:
            yield

    async def import_small_district(self) -> None:
        await self.case_api.storage.feeds.publish(small_district())

    async def publish(self, changes: Iterable[FeedChange]) -> None:
        await self.case_api.storage.feeds.publish(list(changes))

    async def fold(self) -> int:
        """Judge and fold all that waits."""
        return await self.case_api.judging.catch_up()

    async def code(self, grid: str = GRID) -> str:
        return (await self.case_api.enrolment.offer(grid, ORIGIN)).offer.code

    async def present(self, code: str, key: Ed25519PrivateKey) -> httpx.Response:
        public = b64encode(key.public_key().public_bytes_raw()).decode()
        body = encode_message(EnrolRequest(PROTOCOL, code, public))
        return await self.client.post(ENROL_PATH, content=body, headers={"content-type": "application/json"})

    async def tablet(self, grid: str = GRID, *, key: Ed25519PrivateKey | None = None) -> Tablet:
        """Enrol a new tablet, over HTTP, and confirm it."""
        from sync.enrolment import compare_digits

        tablet = Tablet(self.clock, self.client, key or Ed25519PrivateKey.generate())
        code = await self.code(grid)
        pending = decode_message((await self.present(code, tablet.key)).content, EnrolReply)
        tablet.receipt_key = b64decode(pending.receipt_key)
        public = tablet.key.public_key().public_bytes_raw()
        await self.case_api.enrolment.confirm(compare_digits(code, public, tablet.receipt_key))
        reply = decode_message((await self.present(code, tablet.key)).content, EnrolReply)
        assert reply.device is not None
        tablet.device = reply.device
        return tablet
