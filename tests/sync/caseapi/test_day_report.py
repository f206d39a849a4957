"""A day's report: buildings, cases, what is late and what was supervised, in an area and its parts."""

from datetime import date

from sync.caseapi.service.casework.asides import AsideWanted
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.exports.day_report import DayReport, report_of
from sync.caseapi.storage.rows import LookedAt
from tests.sync.caseapi.harness import ACTOR, BUILDING, ENTRANCE, GRID, MATTER, OTHER_GRID, Desk
from tests.sync.caseapi.people import COMMUNITY, STREET, did, phoned, walked

DAY = date(2026, 11, 23)
DAY_MS = 86_400_000


def made(desk: Desk, area: str = GRID[:12], day: date = DAY) -> DayReport:
    with desk.case_api.storage.exports.day_view() as view:
        return report_of(view, area, day, desk.case_api.casework.zone, desk.clock())


async def test_a_day_counts_what_happened_on_it_and_what_is_open_now(desk: Desk) -> None:
    closed = await walked(desk, "file", "dispatch", "accept", "done", "close")
    await walked(desk, "file", "dispatch")
    await walked(desk, "void")
    report = made(desk)
    assert (report.received_in_all, report.happened["close"], report.happened["void"]) == (3, 1, 1)
    assert (report.happened["dispatch"], report.open, report.late) == (2, 1, 0)
    assert report.received == (("暴露垃圾", 3),)
    desk.clock.now_ms += DAY_MS
    await did(desk, closed, "reopen")
    tomorrow = made(desk, day=date(2026, 11, 24))
    assert (tomorrow.received_in_all, tomorrow.happened, tomorrow.open) == (0, {"reopen": 1}, 2)
    assert [(each.id, each.why) for each in tomorrow.notable] == [(closed.case.id, ("reopened",))]
    assert made(desk).happened["close"] == 1


async def test_what_is_grave_supervised_or_late_is_named_with_its_reasons(desk: Desk) -> None:
    danger = await phoned(desk, report=DeskReport(matter=MATTER, building=BUILDING, description="煤气味", severity=3))
    late = await walked(desk, "file", "dispatch")
    desk.clock.now_ms += 20 * DAY_MS
    asked = AsideWanted(kind="supervision", type="timeout", text="请速办")
    await desk.case_api.cases.beside(late.case.id, asked, STREET)
    report = made(desk, day=date(2026, 12, 13))
    assert [(each.id, each.why) for each in report.notable] == [(late.case.id, ("supervised", "late"))]
    assert (report.asides, report.late, report.late_steps) == ({"supervision": 1}, 1, 2)
    assert made(desk, OTHER_GRID, day=date(2026, 12, 13)).asides == {}
    assert [each.why for each in made(desk).notable if each.id == danger.case.id] == [("danger",)]


async def test_rounds_count_buildings_and_name_those_that_nobody_looked_at(desk: Desk) -> None:
    assert (made(desk).missed, made(desk).missed_in_all) == (("1号楼",), 1)
    tablet = await desk.tablet()
    tablet.check_in(entrance=str(ENTRANCE), result="issue")
    await tablet.sync()
    await desk.fold()
    report = made(desk)
    assert (report.buildings, report.entrances, report.missed) == (1, 1, ())
    assert [(each.number, each.buildings, each.entrances, each.issues) for each in report.rounds] == [
        (1, 1, 1, 1), (2, 0, 0, 0),
    ]  # fmt: skip
    assert str(ACTOR) not in repr(report)
    looked_at = await desk.case_api.storage.desk.looked_at("2026-11-21", "2026-11-23", within=GRID[:12])
    assert looked_at == [LookedAt("2026-11-23", BUILDING, ENTRANCE)]
    assert await desk.case_api.storage.desk.looked_at("2026-11-21", "2026-11-22", within=GRID[:12]) == []
    assert await desk.case_api.storage.desk.looked_at("2026-11-21", "2026-11-23", within=OTHER_GRID) == []


async def test_an_area_counts_its_own_and_names_its_parts(desk: Desk) -> None:
    await walked(desk, "file")
    report = made(desk)
    assert (report.name, [(part.code, part.open, part.buildings) for part in report.parts]) == (
        "社区", [(GRID, 1, 1), (OTHER_GRID, 0, 0)],
    )  # fmt: skip
    assert [part.name for part in made(desk, GRID[:6]).parts] == ["街道"]
    elsewhere = made(desk, OTHER_GRID)
    assert (elsewhere.open, elsewhere.received_in_all, elsewhere.buildings, elsewhere.parts) == (0, 0, 0, ())


async def test_of_a_restricted_case_only_its_category_and_building_are_named(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case("独居老人求助", restricted=True, severity=3, place="三单元五楼")
    await tablet.sync()
    await desk.fold()
    (case,) = made(desk).notable
    assert (case.where, case.is_restricted) == ("1号楼", True)
    assert "独居" not in repr(made(desk))
    assert "五楼" not in repr(made(desk))
    assert COMMUNITY.id not in repr(made(desk))
