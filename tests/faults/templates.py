"""Files that every world begins with, made once for each process by the program itself and copied from memory."""

import asyncio
import shutil
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.keys import ServerKeys
from sync.caseapi.service.casework.asking import CaseworkService
from sync.caseapi.service.casework.lives import opening_event, shipped_lives
from sync.caseapi.service.receipts import receipt_signer
from sync.caseapi.storage.casework import TaskRow
from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.sqlite.opening import create_database
from sync.caseapi.storage.sqlite.store import SqliteOptions, SqliteStorage
from sync.caseapi.storage.values import CodeUse, EnrolmentOffer, FeedChange
from sync.clock import format_time
from sync.reference import PersonEntry, TagEntry
from sync.tablet.store import open_store
from sync.tablet.store.identity import Membership
from tests.faults.records import PEOPLE
from tests.faults.scratch import scratch
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import DISTRICT, GRID, ORIGIN, OTHER_GRID, entry, small_district

__all__ = ["DISTRICT", "EPOCH_MS", "GRID", "ORIGIN", "SERVER_KEYS", "Templates", "grid_of", "templates"]

EPOCH_MS = 1_795_420_800_000
"""When every world begins: 2026-11-23T08:00:00Z."""

TABLETS = 4
"""Most tablets that are enrolled when a world begins."""


def _secret(name: str) -> bytes:
    return sha256(f"simulated {name}".encode()).digest()


SERVER_KEYS = ServerKeys(
    Ed25519PrivateKey.from_private_bytes(_secret("receipts")), X25519PrivateKey.from_private_bytes(_secret("seal"))
)
"""The server's keys; nothing outside the simulation trusts them."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Database files as bytes: the server's, and one of each enrolled tablet, none with a stream."""

    server: bytes
    tablets: tuple[bytes, ...]


def grid_of(number: int) -> str:
    """Return the grid of a tablet."""
    return OTHER_GRID if number % 2 else GRID


@cache
def templates() -> Templates:
    """Return the files, made before the seams are in."""
    folder = scratch("templates")
    try:
        return Templates(asyncio.run(_server(folder)), tuple(_tablet(folder, number) for number in range(TABLETS)))
    finally:
        shutil.rmtree(folder)


def _key(number: int) -> bytes:
    return _secret(f"device {number}")


def _device(number: int) -> UUID:
    return _id(f"device id {number}")


def _id(name: str) -> UUID:
    return UUID(bytes=_secret(name)[:16], version=4)


async def _server(folder: Path) -> bytes:
    path = folder / "central.db"
    create_database(path, district=DISTRICT, incarnation=_id("incarnation"), now_ms=EPOCH_MS)
    log = path.with_suffix(".receipts.log")
    storage = SqliteStorage(SqliteOptions(path, log, receipt_signer(SERVER_KEYS.receipt), lambda: EPOCH_MS))
    cards = [entry(f"grid:{GRID}", "tag", "0" * 64, TagEntry("qr", "inspector", PEOPLE[0]))]
    await storage.feeds.publish([*small_district(), *cards, *map(_mate, (GRID, OTHER_GRID))])
    asking = CaseworkService(storage.casework, shipped_lives(ZoneInfo("Asia/Shanghai")), lambda: EPOCH_MS, _no_bytes)
    for grid in (GRID, OTHER_GRID):
        await asking.bring(_case(grid), _asked(grid), [_task(grid)])
    for number in range(TABLETS):
        code = f"code {number}"
        await storage.enrolments.offer(EnrolmentOffer(code, grid_of(number), EPOCH_MS, EPOCH_MS + 1))
        key = Ed25519PrivateKey.from_private_bytes(_key(number)).public_key().public_bytes_raw()
        await storage.enrolments.use_code(CodeUse(code, key, _device(number), str(number), (), EPOCH_MS))
        await storage.enrolments.confirm(str(number), EPOCH_MS)
    await storage.close()
    return path.read_bytes()


def _mate(grid: str) -> FeedChange:
    """Return somebody of a grid, whom the others can hand over to."""
    person = PersonEntry("测试", f"{grid}-2", grid, "", "2100-01-01T00:00:00+08:00")
    return entry(f"grid:{grid}", "person", str(_id(f"mate {grid}")), person)


def _case(grid: str) -> CaseRow:
    """Return the case of a grid that the desk asks about from the beginning."""
    return case_row(
        id=_id(f"case {grid}"),
        grid=grid,
        place="路口",
        summary="堆物",
        reported_at=format_time(EPOCH_MS, 480),
        received_ms=EPOCH_MS,
    )


def _asked(grid: str) -> tuple[CaseEvent, ...]:
    """Return what happened to the case of a grid: it was reported, and the desk wants it verified."""
    ask = CaseEvent(id=_id(f"ask {grid}"), action="ask_verify", at_ms=EPOCH_MS, received_ms=EPOCH_MS)
    return opening_event(_case(grid)), ask


def _no_bytes(count: int) -> bytes:
    return bytes(count)


def _task(grid: str) -> TaskRow:
    return TaskRow(_id(f"task {grid}"), _id(f"case {grid}"), "verify", "还在吗？", format_time(EPOCH_MS, 480))


def _tablet(folder: Path, number: int) -> bytes:
    path = folder / f"tablet-{number}.db"
    store = open_store(path)
    store.identity.keep_device_key(_key(number))
    membership = Membership(
        origin=ORIGIN,
        pins=(),
        code="",
        digits="",
        receipt_key=SERVER_KEYS.receipt_public,
        seal_key=SERVER_KEYS.seal_public,
        server="Simulated district",
        device=str(_device(number)),
    )
    store.identity.keep("joined", membership)
    store._database.write("emptying a template", lambda db: db.execute("delete from streams"))
    store.close()
    return path.read_bytes()
