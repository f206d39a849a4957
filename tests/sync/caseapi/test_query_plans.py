"""No statement reads a whole table: what a day's work asks of the database is looked up, however large it has grown."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.cases.states import FINAL_STATES, OPEN_STATES
from sync.caseapi.service.grid_notices import NoticeWanted
from sync.caseapi.storage.casework import QueueWanted
from sync.caseapi.storage.sqlite import readers
from sync.caseapi.storage.sqlite.case_queues import page_of
from sync.caseapi.storage.sqlite.connection import connect_reading, connect_writing
from sync.records import CheckIn, ShiftEnd, ShiftStart, TagBind, TagRef, TagReplace
from tests.sync.caseapi.desk_client import staffed
from tests.sync.caseapi.harness import BUILDING, GRID, Clock, Desk, open_case_api, prepare
from tests.sync.caseapi.media_desk import head, name_of, patch, picture, ref
from tests.sync.caseapi.people import COMMUNITY, HANDLER, walked

PHOTO = picture(300)
WHOLE = re.compile(r"SCAN \w+|SEARCH \w+ USING (?:COVERING )?(?:PRIMARY KEY|INDEX \w+) \(district_id=\?\)")

MEANT = {
    # A queue, and partial indexes that hold only what waits, and rows read newest first up to a limit.
    "SEARCH stream USING INDEX stream_waiting (district_id=?)",
    "SEARCH judge_again USING PRIMARY KEY (district_id=?)",
    "SEARCH place_verdict USING COVERING INDEX place_waiting (district_id=?)",
    "SEARCH place_verdict USING INDEX place_apart (district_id=?)",
    "SEARCH enrolment USING INDEX enrolment_waiting (district_id=?)",
    "SEARCH stream USING INDEX stream_forked (district_id=?)",
    "SEARCH stream_gap USING PRIMARY KEY (district_id=?)",
    "SEARCH cases USING INDEX cases_newest (district_id=?)",
    # Everybody who signs in, and everybody who is given cases: some hundreds.
    "SEARCH account USING PRIMARY KEY (district_id=?)",
    "SEARCH account USING INDEX sqlite_autoindex_account_2 (district_id=?)",
    "SEARCH org USING PRIMARY KEY (district_id=?)",
    # The versions of the catalogue, one or two a year, and the draft of the next.
    "SEARCH catalogue_version USING PRIMARY KEY (district_id=?)",
    "SEARCH catalogue_draft USING PRIMARY KEY (district_id=?)",
    "SCAN receipt",
    # A page of a queue, already looked up.
    "SCAN page",
    # One row.
    "SCAN database_identity",
    "SEARCH judging_state USING PRIMARY KEY (district_id=?)",
    "SEARCH case_filling USING PRIMARY KEY (district_id=?)",
    # One row for each scope, once after each judging, in place of reads in every exchange.
    "SEARCH feed_scope USING PRIMARY KEY (district_id=?)",
    # The key of every tablet, once after a start.
    "SEARCH device USING PRIMARY KEY (district_id=?)",
    # What inspectors put up, when buildings are imported: some thousands, once in weeks.
    "SEARCH tag_saying USING PRIMARY KEY (district_id=?)",
    # The last visit of every place, when buildings are imported: once in weeks.
    "SEARCH place_seen USING PRIMARY KEY (district_id=?)",
    # Every tablet, at the desk.
    "SEARCH device USING INDEX sqlite_autoindex_device_2 (district_id=?)",
}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that a connection runs from now on."""
    seen: set[str] = set()

    def traced(connect: Callable[[Path], sqlite3.Connection]) -> Callable[[Path], sqlite3.Connection]:
        def connecting(path: Path) -> sqlite3.Connection:
            connection = connect(path)
            connection.set_trace_callback(seen.add)
            return connection

        return connecting

    monkeypatch.setattr(readers, "connect_reading", traced(connect_reading))
    seen_by_writer = traced(connect_writing)
    monkeypatch.setattr(f"{__name__}.connect_writing", seen_by_writer)
    return seen


async def a_days_work(desk: Desk) -> None:
    """Everything that tablets, desk and administration ask, once."""
    tablet = await desk.tablet()
    arrived = tablet.check_in()
    tablet.case()
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list", result="normal"), amends=str(arrived))
    tablet.record("no_such_kind", CheckIn(building=str(BUILDING), method="list"))
    tablet.void(arrived)
    tablet.void(desk.clock.uuid())
    shift = tablet.record("shift_start", ShiftStart())
    tablet.void(tablet.record("shift_end", ShiftEnd(), shift=str(shift)))
    tablet.case(media=(ref(PHOTO),))
    plates = [TagRef("qr", digit * 64) for digit in "12"]
    tablet.record("tag_bind", TagBind(plates[0], str(BUILDING), "qr"))
    tablet.void(tablet.record("tag_replace", TagReplace(*plates, str(BUILDING), "qr", "lost")))
    await tablet.sync()
    await desk.fold()
    await head(tablet, name_of(PHOTO))
    await patch(tablet, name_of(PHOTO), 0, PHOTO)
    await desk.client.get(f"/desk/media/{name_of(PHOTO)}", headers={"host": "127.0.0.1"})
    await desk.case_api.storage.judging.learn("no_such_kind")
    await desk.fold()
    tablet.feeds["catalogue"] = (9, "0" * 16)
    await tablet.sync()
    await tablet.sync(feeds={})
    reads = desk.case_api.desk
    for read in (reads.cases, reads.receipts, reads.tablets, reads.lag, reads.quarantined, reads.gaps, reads.forks):
        await read()
    await reads.waiting(desk.clock())
    await reads.rounds("2026-11-23", grid=GRID)
    await a_desks_work(desk)


async def a_desks_work(desk: Desk) -> None:
    """Everything that desks, handlers, leaders and auditors ask of cases and accounts, once."""
    who = await staffed(desk)
    case = await walked(desk, "ask_verify", "answer_verify", "file", "dispatch", "accept", "suspend")
    for name, client in who.items():
        if name in ("system", "security"):  # administer, and read no case
            continue
        for query in ("", "?reach=all", "?late=1", "?state=suspended", "?state=closed", "?reach=all&state=closed"):
            assert (await client.get(f"cases{query}")).status_code == 200, name
    community = who["community"]
    for path in (f"cases/{case.case.id}", f"cases/{case.case.id}/duplicates", "orgs", "me"):
        assert (await community.get(path)).status_code == 200
    await who["auditor"].page(case.case.id)
    await who["leader"].get("figures")
    await community.post(f"cases/{case.case.id}/contact")
    await who["street"].post(f"cases/{case.case.id}/asides", kind="supervision", type="leader", text="盯紧")
    desk.clock.now_ms += 2 * 86_400_000
    assert await desk.case_api.cases.wake() == 1
    for by in (COMMUNITY, HANDLER):
        assert (await desk.case_api.search.find("没水", by, desk.clock())).cases
    await desk.case_api.storage.desk.figures([GRID[:6]], ("2026-11", "2026-11"), by_matter=True)
    assert await desk.case_api.storage.desk.open_places(GRID[:12])
    assert await desk.case_api.desk.looked_at("2026-11-22", "2026-11-23", within=GRID[:12]) == []
    store, accounts = desk.case_api.storage.casework, desk.case_api.accounts
    await store.all_cases(None, 10)
    await desk.case_api.storage.looks.of_case(case.case.id)
    await accounts.all()
    await accounts.set_password("water", "another password")
    await accounts.revoke("water")
    await an_administrators_day(desk)


async def an_administrators_day(desk: Desk) -> None:
    """What the pages of administration and of the catalogue read, once."""
    storage = desk.case_api.storage
    await storage.casework.arrived([QueueWanted(desk=GRID[:12]), QueueWanted(org="org-heat")])
    await storage.administration.newest(before=9, limit=5)
    await storage.media.held_of(UUID(int=1), 0)
    await storage.accounts.end_sessions("nobody")
    await desk.case_api.catalogue.versions()
    await desk.case_api.catalogue.draft()
    notices, wanted = desk.case_api.grid_notices, NoticeWanted(area=GRID[:12], text="停水", last_day="2026-11-30")
    sent = await notices.send(wanted, COMMUNITY)
    await notices.listed(COMMUNITY)
    await notices.withdraw(sent.row.id, COMMUNITY)
    await notices.end_in_time()


async def test_no_statement_of_a_days_work_reads_a_whole_table(tmp_path: Path, statements: set[str]) -> None:
    clock = Clock()
    path = prepare(tmp_path / "case.db", clock)
    case_api = open_case_api(path, clock, connect=connect_writing)
    desk = Desk(case_api, clock)
    await desk.import_small_district()
    async with desk.serving():
        await a_days_work(desk)
    await case_api.storage.close()
    asked = sqlite3.connect(path)
    read = [one for one in statements if re.match(r"select|update|insert|delete", one) and "schema_step" not in one]
    found = {(line, one) for one in read for *_, line in asked.execute(f"explain query plan {one}")}
    asked.close()
    assert len(read) > 60
    whole = sorted((line, one) for line, one in found if WHOLE.fullmatch(line) and line not in MEANT)
    assert whole == []


WANTED = [
    QueueWanted(state=state, late_ms=late_ms, after=after, **place)  # type: ignore[arg-type]  # by name
    for place in (
        {},
        *({"within": GRID[:digits]} for digits in (6, 9, 12, 15)),
        *({"desk": GRID[:digits]} for digits in (6, 9, 12, 15)),
        {"org": "org-heat"},
    )
    for state in ("", *sorted(OPEN_STATES | FINAL_STATES))
    for late_ms in (None, 1)
    for after in (None, (1, UUID(int=1)))
]


def test_a_page_of_any_queue_is_one_look_up_in_its_own_order(tmp_path: Path) -> None:
    connection = sqlite3.connect(prepare(tmp_path / "case.db", Clock()))
    plans = {(wanted.late_ms, *_plan(connection, wanted)) for wanted in WANTED}
    connection.close()
    begins = "SEARCH case_queue USING PRIMARY KEY (district_id=? AND queue=? AND state=? AND "
    place = "(rank_ms,case_id)>(?,?)"
    assert plans == {(None, f"{begins}{place})"), (1, f"{begins}{place} AND rank_ms<?)")}


def _plan(connection: sqlite3.Connection, wanted: QueueWanted) -> tuple[str, ...]:
    page, given = page_of("230108", wanted)
    return tuple(line for *_, line in connection.execute(f"explain query plan {page}", given))
