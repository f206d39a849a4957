"""Cases are found by what is written in them, as far as the seeker may read it."""

import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.errors import NotAllowed
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.filling import fill
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.storage.figures import FigureRow, summed
from sync.records import CaseNote
from sync.reference import MatterEntry
from tests.sync.caseapi.harness import BUILDING, DISTRICT, MATTER, OTHER_GRID, Clock, Desk, entry, open_case_api
from tests.sync.caseapi.people import (
    COMMUNITY,
    HANDLER,
    HANDLERS,
    INSPECTOR,
    LEADER_OF_GRID,
    STREET,
    WATER,
    caller,
    did,
    phoned,
    walked,
)
from tests.sync.caseapi.people import (
    DISTRICT as DISTRICT_DESK,
)

QUARREL = "local:matter:10986"
AUDITOR, LEADER = caller("auditor"), caller("leader")


async def found(desk: Desk, query: str, by: Caller = COMMUNITY) -> list[UUID]:
    page = await desk.case_api.search.find(query, by, desk.clock())
    return [each.case.id for each in page.cases]


async def test_everybody_finds_the_cases_that_he_may_read_and_nobody_else(desk: Desk) -> None:
    case = await walked(desk, "file", "dispatch")
    for by in (COMMUNITY, STREET, DISTRICT_DESK, INSPECTOR, LEADER_OF_GRID, HANDLER, LEADER, AUDITOR):
        assert await found(desk, "没水", by) == [case.case.id], by
    elsewhere = (caller("community_desk", "230108001002"), caller("street_desk", "230108002"), WATER)
    for by in (*elsewhere, caller("inspector", OTHER_GRID, "other")):
        assert await found(desk, "没水", by) == [], by
    for role in ("system_admin", "security_admin"):
        with pytest.raises(NotAllowed):
            await found(desk, "没水", caller(role))


async def test_restricted_words_are_found_along_the_handling_chain_alone(desk: Desk) -> None:
    quarrel = MatterEntry("local", "matter", "10986", "邻里纠纷", "Dispute", "", "", restricted=True)
    await desk.publish([entry("catalogue", "matter", QUARREL, quarrel)])
    await desk.case_api.storage.orgs.put(HANDLERS)
    report = DeskReport(matter=QUARREL, building=BUILDING, description="两家争吵", contact="合成来电 0451-00000000")
    case = await phoned(desk, report=report)
    case = await did(desk, await did(desk, case, "file"), "dispatch")
    for by in (COMMUNITY, STREET, DISTRICT_DESK, LEADER_OF_GRID, HANDLER):
        assert await found(desk, "争吵", by) == [case.case.id], by
    for by in (LEADER, AUDITOR, INSPECTOR):
        assert await found(desk, "争吵", by) == [], by
        (told,) = (await desk.case_api.search.find("邻里纠纷", by, desk.clock())).cases
        assert [each.name for each in told.texts] == ["matter", "place"]
    assert await found(desk, "来电", DISTRICT_DESK) == await found(desk, "0451", DISTRICT_DESK) == []


async def test_a_note_from_a_tablet_is_found_and_a_withdrawn_report_is_not(desk: Desk) -> None:
    tablet = await desk.tablet()
    report = tablet.case("楼道堆物")
    await tablet.sync()
    await desk.fold()
    assert await found(desk, "堆物") == [report]
    tablet.record("case_note", CaseNote(case=str(report), text="自行车挪走了"))
    await tablet.sync(2)
    await desk.fold()
    assert await found(desk, "自行车 堆物") == [report]
    tablet.void(report)
    await tablet.sync(3)
    await desk.fold()
    assert await found(desk, "堆物") == []


async def test_why_somebody_refused_is_found_and_the_code_of_a_reason_is_not(desk: Desk) -> None:
    case = await walked(desk, "file", "dispatch", "decline")
    assert await found(desk, "不归我们") == [case.case.id]
    await walked(desk, "void")
    assert await found(desk, "not_found") == []


async def test_pages_join_and_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.caseapi.service.casework.search.PAGE_HITS", 2)
    for _ in range(3):
        desk.clock.now_ms += 60_000
        await phoned(desk)
    first = await desk.case_api.search.find("没水", COMMUNITY, desk.clock())
    assert first.before is not None
    rest = await desk.case_api.search.find("没水", COMMUNITY, desk.clock(), before=first.before)
    assert (len(first.cases), len(rest.cases), rest.before) == (2, 1, None)
    assert len({each.case.id for each in (*first.cases, *rest.cases)}) == 3


async def test_what_an_auditor_looks_for_is_written_down(desk: Desk, database: Path) -> None:
    await found(desk, "没水", AUDITOR)
    connection = sqlite3.connect(database)
    assert connection.execute("select account, what from case_look").fetchall() == [(AUDITOR.id, "search")]
    connection.close()


async def test_a_case_is_told_by_its_number_to_those_who_may_read_it(desk: Desk) -> None:
    case = await phoned(desk)
    told = await desk.case_api.search.numbered(case.case.id, COMMUNITY, desk.clock())
    assert told is not None
    assert told.case.id == case.case.id
    assert await desk.case_api.search.numbered(case.case.id, WATER, desk.clock()) is None
    assert await desk.case_api.search.numbered(UUID(int=5), COMMUNITY, desk.clock()) is None


async def test_cases_of_before_are_taken_at_start_and_come_to_the_same(desk: Desk, database: Path) -> None:
    case = await walked(desk, "file", "dispatch", "accept", "done", "close")
    await phoned(desk)
    figures = await _figures(desk.case_api)
    assert {each.matter: summed([each.counts])["received"] for each in figures} == {"": 2, MATTER: 2}
    await desk.case_api.storage.close()
    _as_before(database)
    opened = open_case_api(database, Clock(desk.clock.now_ms))
    assert (await opened.search.find("修好", COMMUNITY, desk.clock())).is_filled is False
    assert await fill(opened.storage.search, opened.casework.lives, rest_s=0) == 2
    page = await opened.search.find("修好", COMMUNITY, desk.clock())
    assert ([each.case.id for each in page.cases], page.is_filled) == ([case.case.id], True)
    assert await _figures(opened) == figures
    await opened.storage.close()


async def test_a_case_that_a_disk_has_spoilt_holds_up_no_other(desk: Desk, database: Path) -> None:
    spoilt = await phoned(desk)
    desk.clock.now_ms += 60_000
    whole = await phoned(desk)
    await desk.case_api.storage.close()
    _as_before(database, spoilt.case.id)
    opened = open_case_api(database, Clock(desk.clock.now_ms))
    assert await fill(opened.storage.search, opened.casework.lives, rest_s=0) == 2
    page = await opened.search.find("没水", COMMUNITY, desk.clock())
    assert [each.case.id for each in page.cases] == [whole.case.id, spoilt.case.id]
    assert {summed([each.counts])["received"] for each in await _figures(opened)} == {1}
    await opened.storage.close()


def _as_before(database: Path, spoilt: UUID | None = None) -> None:
    """Leave a database as the step that makes these tables leaves one that has cases."""
    connection = sqlite3.connect(database)
    if spoilt is not None:
        connection.execute("update case_event set body = x'ff' where case_id = ?", (spoilt.bytes,))
        connection.commit()
    connection.executescript(
        "delete from case_text; delete from case_figure; delete from figure_month;"
        "insert into case_index (case_index) values ('delete-all');"
        "insert into case_index_restricted (case_index_restricted) values ('delete-all');"
        "insert into case_filling select district_id, x'' from database_identity;"
    )
    connection.close()


async def _figures(case_api: CaseApi) -> list[FigureRow]:
    months = ("2026-11", "2026-11")
    return list(await case_api.storage.desk.figures([DISTRICT], months, by_matter=True))
