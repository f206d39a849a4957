"""When something happened: corrected by what is known of the clocks, with its quality; nothing is refused."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from sync.caseapi.service.judged_time import JudgedTime, judged_time
from sync.caseapi.storage.exporting import ExportSpan
from sync.caseapi.storage.judged import ClockSeen
from sync.clock import NO_BOOT, Stamp, format_time
from sync.records import CaseNote, CaseReport, CheckIn, ShiftStart, Visit
from sync.wire import Hello
from tests.sync.caseapi.desk.work_desk import seated, staff
from tests.sync.caseapi.harness import BUILDING, NOW_MS, Desk

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BOOT, OTHER_BOOT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ARRIVED = CheckIn(building=str(BUILDING), method="list")
REPORT = CaseReport("national", "matter", "02001", building=str(BUILDING), description="楼道堆物")
WOKE_MS = 60_000
"""A minute past 1970: where a clock stands whose battery is empty."""


def hello(mono_ms: int, *, boot: str = BOOT, wall_ms: int = NOW_MS) -> Hello:
    return Hello("0.1.0", format_time(wall_ms), mono_ms, boot, unsettled=1)


@pytest.mark.parametrize(
    ("stamp", "seen", "expected"),
    [
        (Stamp(BOOT, 5, -HOUR_MS, offset_boot=True), ClockSeen(NOW_MS, 7), JudgedTime(NOW_MS - HOUR_MS, "good")),
        (Stamp(BOOT, 5, -HOUR_MS), ClockSeen(NOW_MS - DAY_MS, 7), JudgedTime(NOW_MS - DAY_MS + 5, "good")),
        (Stamp(BOOT, 5), ClockSeen(NOW_MS - DAY_MS, 7), JudgedTime(NOW_MS - DAY_MS + 5, "good")),
        (Stamp(BOOT, 5, -HOUR_MS), ClockSeen(None, 7), JudgedTime(NOW_MS - HOUR_MS, "estimated")),
        (Stamp(BOOT, 5), ClockSeen(None, -7), JudgedTime(NOW_MS - 7, "estimated")),
        (Stamp(BOOT, 5), ClockSeen(), JudgedTime(NOW_MS, "unknown")),
    ],
)
def test_the_best_that_is_known_corrects_the_time(stamp: Stamp, seen: ClockSeen, expected: JudgedTime) -> None:
    assert judged_time(format_time(NOW_MS, 480), stamp, received_ms=NOW_MS, seen=seen) == expected


@pytest.mark.parametrize("told_ms", [WOKE_MS, NOW_MS + 2 * DAY_MS, NOW_MS - 61 * DAY_MS])
@pytest.mark.parametrize("stamp", [Stamp(BOOT, 5), Stamp(BOOT, 5, 0), Stamp(BOOT, 5, 0, offset_boot=True)])
def test_what_cannot_be_is_the_moment_of_receipt_and_unproven(told_ms: int, stamp: Stamp) -> None:
    time = judged_time(format_time(told_ms), stamp, received_ms=NOW_MS, seen=ClockSeen())
    assert time == JudgedTime(NOW_MS, "unknown")


def woke(**stamp: Any) -> dict[str, object]:
    return {"at": format_time(WOKE_MS, 480), "clock": Stamp(BOOT, WOKE_MS, **stamp)}


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
async def test_what_was_recorded_before_the_first_exchange_of_a_boot_gets_its_time_by_the_boot_clock(
    desk: Desk,
) -> None:
    tablet = await desk.tablet()
    case = tablet.record("case_report", REPORT, **woke(offset_ms=-3_000))
    await tablet.sync(hello=hello(WOKE_MS + 2 * HOUR_MS, wall_ms=WOKE_MS + 2 * HOUR_MS))
    await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert (row.id, row.clock, row.reported_at) == (case, "good", "2026-11-23T14:00:00+08:00")
    reply = await tablet.sync(start=2)
    assert (reply.watermark, reply.verdicts) == (1, [])


@pytest.mark.parametrize(("known", "words"), [({"offset_ms": 0}, "时间推算"), ({}, "时间未核")])
async def test_the_desk_says_in_words_where_a_time_is_not_sure(desk: Desk, known: dict[str, int], words: str) -> None:
    await staff(desk, "community")
    tablet = await desk.tablet()
    sure, unsure = tablet.case(), tablet.record("case_report", REPORT, clock=Stamp(BOOT, WOKE_MS, **known))
    tablet.record("case_note", CaseNote(str(sure), "又漏了"), clock=Stamp(BOOT, WOKE_MS, **known))
    await tablet.sync(hello=hello(5, boot=NO_BOOT))
    await desk.fold()
    community = await seated(desk, "community")
    assert (await community.get(f"/cases/{unsure}")).words.count(words) == len(("the facts", "its report"))
    assert (await community.get(f"/cases/{sure}")).words.count(words) == len(("the note", "the case that is like it"))


async def days(desk: Desk, kind: str) -> Sequence[tuple[str, str]]:
    with desk.case_api.storage.exports.view() as view:
        found = view.check_ins(ExportSpan()) if kind == "check_in" else view.visits(ExportSpan())
        return [(each.day, each.clock) for each in found]


@pytest.mark.parametrize(
    ("known", "sent_in", "expected"),
    [
        ({}, BOOT, ("2026-11-22", "good")),
        ({"offset_ms": NOW_MS - DAY_MS - WOKE_MS}, OTHER_BOOT, ("2026-11-22", "estimated")),
        ({"offset_ms": NOW_MS - DAY_MS - WOKE_MS, "offset_boot": True}, OTHER_BOOT, ("2026-11-22", "good")),
        ({}, NO_BOOT, ("2026-11-23", "unknown")),
    ],
)
async def test_check_ins_and_visits_lie_on_the_corrected_day_with_its_quality(
    desk: Desk, known: dict[str, Any], sent_in: str, expected: tuple[str, str]
) -> None:
    tablet = await desk.tablet()
    visit = Visit(building=str(BUILDING), purpose="care", outcome="met")
    for kind, body in (("visit", visit), ("shift_start", ShiftStart())):
        tablet.record(kind, body, **woke(**known))
    tablet.record("check_in", ARRIVED, **woke(**known))
    await tablet.sync(hello=hello(WOKE_MS + DAY_MS, boot=sent_in, wall_ms=WOKE_MS + DAY_MS))
    await desk.fold()
    assert await days(desk, "check_in") == [expected]
    assert await days(desk, "visit") == [expected]
    reply = await tablet.sync(start=4)
    assert not [entry for entry in reply.feeds[f"device:{tablet.device}"].entries if entry.type == "verdict"]


async def test_the_first_exchange_of_a_boot_decides_so_that_a_time_never_moves(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.record("check_in", ARRIVED, **woke())
    await tablet.sync(hello=hello(WOKE_MS + HOUR_MS))
    await tablet.sync(start=2, hello=hello(WOKE_MS + HOUR_MS + 3 * DAY_MS))
    await desk.fold()
    assert await days(desk, "check_in") == [("2026-11-23", "good")]


async def test_another_tablets_boot_of_the_same_name_says_nothing(desk: Desk) -> None:
    tablet, other = await desk.tablet(), await desk.tablet()
    await other.sync(hello=hello(WOKE_MS + DAY_MS))
    tablet.record("check_in", ARRIVED, **woke())
    await tablet.sync(hello=hello(5, boot=OTHER_BOOT, wall_ms=5))
    await desk.fold()
    assert await days(desk, "check_in") == [("2026-11-23", "estimated")]


def test_nothing_happens_after_it_was_received() -> None:
    stamp = Stamp(BOOT, 5, HOUR_MS, offset_boot=True)
    time = judged_time(format_time(NOW_MS), stamp, received_ms=NOW_MS, seen=ClockSeen())
    assert time == JudgedTime(NOW_MS, "good")


@pytest.mark.parametrize("boot", ["", "a" * 65, "a\nb", "\u202e"])
async def test_a_boot_that_cannot_be_kept_is_no_boot(desk: Desk, boot: str) -> None:
    tablet = await desk.tablet()
    tablet.record("check_in", ARRIVED, **woke())
    reply = await tablet.sync(hello=replaced(hello(WOKE_MS), boot=boot))
    assert (reply.state, reply.watermark) == ("ok", 1)


def replaced(told: Hello, **fields: str) -> Hello:
    return msgspec.structs.replace(told, **fields)
