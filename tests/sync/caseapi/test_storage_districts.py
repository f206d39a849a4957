"""Every statement keeps to its district: rows of another one in the same tables are neither seen nor changed."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.caseapi.service.feeds import device_scope, grid_scope
from sync.caseapi.storage.base import PageLimits, Wanted
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.values import FeedChange
from sync.clock import format_time
from sync.enrolment import compare_digits
from sync.records import CaseReport, ShiftEnd, ShiftStart, TagBind, TagRef, TagReplace, Visit
from sync.records.base import Body
from sync.reference import BuildingEntry, TagEntry
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, NOW_MS, OTHER_ACTOR, OTHER_GRID, Desk, Tablet, entry

OTHER = "999999"
TODAY = "2026-11-23"
OF_THE_DISTRICT = {"database_identity", "schema_step"}


class Tomorrow(Body, frozen=True):
    """A kind that this server does not know yet."""

    more: int = 1


def tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    named = sorted(name for (name,) in rows if name not in OF_THE_DISTRICT)
    return [name for name in named if any(column[1] == "district_id" for column in columns(connection, name))]


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"pragma table_info({table})").fetchall()


def mirror(database: Path) -> int:
    """Write every row a second time as another district's, and return how many there are."""
    written = 0
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in tables(connection):
            # A counter of the database gives itself the next number.
            names = [name for _, name, *_ in columns(connection, table) if name != "given"]
            into, values = ", ".join(names), ", ".join(f"'{OTHER}'" if n == "district_id" else n for n in names)
            statement = f"insert or replace into {table} ({into}) select {values} from {table} where district_id <> ?"  # noqa: S608
            written += connection.execute(statement, (OTHER,)).rowcount
    return written


def mirrored(database: Path) -> str:
    """Return a digest of the other district's rows."""
    digest = sha256()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for table in tables(connection):
            order = ", ".join(name for _, name, *_ in columns(connection, table))
            statement = f"select * from {table} where district_id = ? order by {order}"  # noqa: S608
            rows = connection.execute(statement, (OTHER,))
            digest.update(repr((table, rows.fetchall())).encode())
    return digest.hexdigest()


async def busy(desk: Desk, *tablets: Tablet) -> None:
    """Let tablets hand in something of every sort, judged and folded."""
    for tablet in tablets:
        shift = tablet.record("shift_start", ShiftStart())
        tablet.check_in(entrance=str(ENTRANCE))
        tablet.record("visit", Visit(str(BUILDING), "care", "met", entrance=str(ENTRANCE)), shift=str(shift))
        tablet.record("visit", Visit(str(BUILDING), "safety", "absent"))
        first = tablet.case("堆物", entrance=str(ENTRANCE))
        tablet.case("second")
        tablet.record("case_report", msgspec.convert(body_of(tablet, first), CaseReport), amends=str(first))
        tablet.record("of_tomorrow", Tomorrow())
        tablet.record("check_in", Tomorrow())
        tablet.void(tablet.check_in())
        tablet.record("check_in", Tomorrow(), actor=str(OTHER_ACTOR))
        old, new, gone = (TagRef("qr", f"{tablet.device}{n}".encode().hex()[-64:]) for n in range(3))
        tablet.record("tag_bind", TagBind(old, str(BUILDING), "qr", str(ENTRANCE)))
        tablet.record("tag_replace", TagReplace(old, new, str(BUILDING), "qr", "lost", str(ENTRANCE)))
        tablet.void(tablet.record("tag_bind", TagBind(gone, str(BUILDING), "qr")))
        tablet.record("shift_end", ShiftEnd(), shift=str(shift))
        tablet.fill(1)
        await tablet.sync()
    await desk.fold()


def tablet_case() -> CaseReport:
    return CaseReport("national", "matter", "02001", building=str(BUILDING))


def body_of(tablet: Tablet, record: UUID) -> Any:
    (found,) = [raw for raw in tablet.records if str(record).encode() in raw[:60]]
    return msgspec.json.decode(found)["body"] | {"description": "corrected"}


async def seen(desk: Desk, tablets: list[Tablet], database: Path) -> dict[str, Any]:
    """Return all that desk, feeds, media and inspection show of the district."""
    storage = desk.case_api.storage
    reads = storage.desk
    scopes = [grid_scope(GRID), grid_scope(OTHER_GRID), "catalogue", *(device_scope(UUID(t.device)) for t in tablets)]
    with SqliteInspection(database) as inspection:
        inspected = (
            inspection.streams(),
            [list(inspection.held(row.stream)) for row in inspection.streams()],
            list(inspection.receipts()),
            list(inspection.media()),
            inspection.totals(),
            inspection.integrity(),
        )
    return {
        "cases": list(await reads.cases()),
        "rounds": list(await reads.rounds(TODAY)),
        "rounds of a grid": list(await reads.rounds(TODAY, grid=GRID)),
        "receipts": list(await reads.receipts()),
        "tablets": list(await reads.tablets()),
        "grids": list(await reads.grids()),
        "lag": await reads.lag(),
        "quarantined": list(await reads.quarantined()),
        "gaps": list(await reads.gaps()),
        "forks": list(await reads.forks()),
        "waiting": list(await reads.waiting(NOW_MS)),
        "devices": [await storage.exchanges.device(UUID(tablet.device)) for tablet in tablets],
        "place": [await storage.feeds.place_of(grid) for grid in (GRID, OTHER_GRID, "nowhere")],
        "pages": list(await storage.feeds.pages([Wanted(s, None) for s in scopes], PageLimits(500, 10**6))),
        "current": [await storage.feeds.current(scope) for scope in scopes],
        "standing": dict(await storage.feeds.standing(["building", "entrance", "case", "matter", "grid", "tag"])),
        "inspected": inspected,
    }


async def test_another_districts_rows_are_not_seen(desk: Desk, database: Path) -> None:
    tablets = [await desk.tablet(), await desk.tablet(OTHER_GRID)]
    await busy(desk, *tablets)
    tablets[0].fill(2)
    await tablets[0].sync()
    before = await seen(desk, tablets, database)
    assert before["cases"]
    assert before["quarantined"]
    assert mirror(database) > 100
    after = await seen(desk, tablets, database)
    for name, value in before.items():
        assert after[name] == value, name


async def test_another_districts_rows_are_not_changed(desk: Desk, database: Path) -> None:
    tablets = [await desk.tablet(), await desk.tablet(OTHER_GRID)]
    await busy(desk, *tablets)
    mirror(database)
    before = mirrored(database)
    await busy(desk, *tablets)
    storage = desk.case_api.storage
    new_name = entry(f"grid:{GRID}", "building", str(BUILDING), BuildingEntry("1号楼 (新)", GRID, order=1))
    badge = entry(f"grid:{GRID}", "tag", "4" * 64, TagEntry("em", "inspector", str(OTHER_ACTOR)))
    await desk.publish([new_name, badge])
    await desk.publish([FeedChange(badge.scope, "tag", badge.id, b"null", is_deleted=True)])
    await storage.judging.learn("another knowledge")
    await desk.fold()
    third = await desk.tablet()
    await busy(desk, third)
    assert await storage.enrolments.set_status(UUID(third.device), "revoked")
    assert not await storage.enrolments.set_status(UUID(int=1), "revoked")
    third.fill(1)
    await third.sync()
    await desk.fold()
    assert mirrored(database) == before


async def test_only_the_named_tablet_changes_its_status(desk: Desk) -> None:
    tablets = [await desk.tablet(), await desk.tablet()]
    await desk.case_api.storage.enrolments.set_status(UUID(tablets[0].device), "revoked")
    found = [await desk.case_api.storage.exchanges.device(UUID(tablet.device)) for tablet in tablets]
    assert [device.status for device in found if device] == ["revoked", "active"]


async def test_a_second_hello_replaces_every_word_of_the_first(desk: Desk) -> None:
    tablet = await desk.tablet()
    hello = tablet.request().hello
    first = msgspec.structs.replace(
        hello, app="one", unsettled=9, oldest_unsettled="2026-11-01", free_bytes=1, quarantined=2, last_fault="E-ONE"
    )
    await tablet.sync(hello=first)
    (row,) = await desk.case_api.desk.tablets()
    assert (row.app, row.unsettled, row.oldest_unsettled) == ("one", 9, "2026-11-01")
    assert (row.free_bytes, row.quarantined, row.last_fault, row.last_exchange_ms) == (1, 2, "E-ONE", NOW_MS)
    desk.clock.now_ms += 1_000
    second = msgspec.structs.replace(
        hello, app="two", unsettled=4, oldest_unsettled="2026-11-02", free_bytes=3, quarantined=5, last_fault="E-TWO"
    )
    await tablet.sync(hello=second)
    (row,) = await desk.case_api.desk.tablets()
    assert (row.app, row.unsettled, row.oldest_unsettled) == ("two", 4, "2026-11-02")
    assert (row.free_bytes, row.quarantined, row.last_fault, row.last_exchange_ms) == (3, 5, "E-TWO", NOW_MS + 1_000)


async def test_counts_beside_a_receipt_add_up_from_one_exchange_to_the_next(desk: Desk) -> None:
    tablet = await desk.tablet()
    shift = str(tablet.record("shift_start", ShiftStart()))
    for size in (1, 3, 2):
        for _ in range(size):
            tablet.record("visit", Visit(str(BUILDING), "care", "met"), shift=shift)
        reply = await tablet.sync(len(tablet.records) - size + 1 if size != 1 else 1)
    assert reply.receipt is not None
    assert {(count.shift, count.records) for count in reply.receipt.counts} == {(None, 1), (shift, 6)}


async def test_a_corrected_case_shows_every_corrected_word(desk: Desk) -> None:
    tablet = await desk.tablet()
    first = tablet.case("falsch")
    await tablet.sync()
    await desk.fold()
    (before,) = await desk.case_api.desk.cases()
    changed = msgspec.structs.replace(tablet_case(), description="richtig", entrance=str(ENTRANCE))
    tablet.record("case_report", changed, amends=str(first), grid=OTHER_GRID, at=format_time(NOW_MS + 60_000, 480))
    await tablet.sync(2)
    await desk.fold()
    (after,) = await desk.case_api.desk.cases()
    assert (before.id, before.entrance, after.id, after.entrance) == (first, None, first, ENTRANCE)
    assert (before.version, before.grid, before.summary) == (1, GRID, "falsch")
    assert (after.version, after.grid, after.summary) == (2, OTHER_GRID, "richtig")


async def test_the_lag_tells_the_oldest_that_waits(desk: Desk) -> None:
    tablets = [await desk.tablet() for _ in range(2)]
    for place, tablet in enumerate(tablets):
        desk.clock.now_ms = NOW_MS + 1_000 * (2 - place)
        tablet.fill(2)
        await tablet.sync()
    lag = await desk.case_api.desk.lag()
    assert (lag.records, lag.oldest_ms) == (4, NOW_MS + 1_000)
    await desk.fold()
    assert await desk.case_api.desk.lag() == type(lag)(0)


async def test_a_tablet_shows_its_own_newest_receipt(desk: Desk) -> None:
    tablets = [await desk.tablet() for _ in range(2)]
    codes = {}
    for _ in range(2):
        for tablet in tablets:
            tablet.fill(1)
            await tablet.sync(len(tablet.records))
            codes[tablet.device] = (await desk.case_api.desk.receipts(limit=1))[0].code
    rows = await desk.case_api.desk.tablets()
    assert {str(row.device): row.receipt_code for row in rows} == codes
    assert [row.held for row in rows] == [2, 2]


async def test_what_does_not_fit_a_reply_follows_scope_by_scope(desk: Desk) -> None:
    storage = desk.case_api.storage
    scopes = [Wanted(f"grid:{GRID}", None), Wanted("catalogue", None), Wanted("nowhere", None)]
    whole = await storage.feeds.pages(scopes, PageLimits(500, 10**6))
    assert [len(page.entries) for page in whole] == [3, 1, 0]
    (first, second, third) = await storage.feeds.pages(scopes, PageLimits(500, 1))
    assert (len(first.entries), first.more, second.entries, second.more, third.more) == (1, True, (), True, True)
    assert (first.number, second.number) == (first.entries[0].number, 0)
    (first, second, _) = await storage.feeds.pages(scopes, PageLimits(2, 10**6))
    assert (len(first.entries), first.more, len(second.entries), second.more) == (2, True, 1, False)
    on = await storage.feeds.pages([Wanted(scopes[0].scope, (first.number, first.check))], PageLimits(500, 10**6))
    assert [(page.number, page.check, len(page.entries), page.more) for page in on] == [
        (whole[0].number, whole[0].check, 1, False)
    ]


@pytest.mark.parametrize("waited_ms", [3_599_999, 3_600_000])
async def test_a_tablet_waits_an_hour_for_its_confirmation_and_no_longer(desk: Desk, waited_ms: int) -> None:
    key = Ed25519PrivateKey.generate()
    code = await desk.code()
    await desk.present(code, key)
    public = key.public_key().public_bytes_raw()
    digits = compare_digits(code, public, desk.case_api.keys.receipt_public)
    found = await desk.case_api.storage.enrolments.confirm(digits, NOW_MS + waited_ms)
    assert [state.is_confirmed for state in found] == ([True] if waited_ms < 3_600_000 else [])
