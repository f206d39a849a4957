"""The last visit of a place, as the grid's tablets hear of it: where, when and what was found, and nobody's name."""

from uuid import UUID

import msgspec
import pytest

from sync.clock import Stamp, format_time
from sync.records import CheckIn, Visit
from sync.reference import SeenEntry, decode_entry
from sync.wire import Hello
from tests.sync.caseapi.harness import ACTOR, BUILDING, ENTRANCE, GRID, NOW_MS, OTHER_GRID, Clock, Desk, Tablet

MINUTE_MS = 60_000
HERE = str(BUILDING)


def normal(tablet: Tablet, arrived: UUID, **envelope: object) -> UUID:
    body = CheckIn(building=HERE, method="list", result="normal")
    return tablet.record("check_in", body, amends=str(arrived), **envelope)


async def handed_in(desk: Desk, *tablets: Tablet) -> None:
    for tablet in tablets:
        await tablet.sync()
        await desk.fold()


async def told(desk: Desk, grid: str = GRID) -> dict[str, tuple[str, str]]:
    """Return what the tablets of a grid are told, by place."""
    current = await desk.case_api.storage.feeds.current(f"grid:{grid}")
    found = {each.id: decode_entry("seen", bytes(each.body)) for each in current.entries if each.type == "seen"}
    return {place: (each.at, each.result) for place, each in found.items() if isinstance(each, SeenEntry)}


async def test_the_others_of_the_grid_hear_where_when_and_what_and_nothing_of_who(desk: Desk) -> None:
    one, other, stranger = await desk.tablet(), await desk.tablet(), await desk.tablet(OTHER_GRID)
    record = one.check_in(entrance=str(ENTRANCE), result="no_access")
    await handed_in(desk, one)
    (entry,) = [each for each in (await other.sync()).feeds[f"grid:{GRID}"].entries if each.type == "seen"]
    assert (entry.id, bytes(entry.body)) == (str(ENTRANCE), b'{"at":"2026-11-23T08:00:00Z","result":"no_access"}')
    whole = msgspec.json.encode(entry)
    assert not any(str(each).encode() in whole for each in (record, ACTOR, one.device, one.stream, f"{GRID}-1"))
    assert await told(desk, OTHER_GRID) == {}
    assert all(not page.entries for scope, page in (await stranger.sync()).feeds.items() if scope == f"grid:{GRID}")


async def test_neither_visits_to_households_nor_reports_are_shared(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.record("visit", Visit(building=HERE, purpose="care", outcome="met"))
    tablet.case()
    await handed_in(desk, tablet)
    assert [verdict.reason for verdict in (await tablet.sync()).verdicts] == [None, None]
    assert await told(desk) == {}


async def test_a_check_in_that_is_kept_apart_is_no_last_visit(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.check_in(entrance=str(desk.clock.uuid()))
    await handed_in(desk, tablet)
    assert await told(desk) == {}


async def test_an_undone_one_leaves_the_one_of_a_colleague_standing(desk: Desk, clock: Clock) -> None:
    one, other = await desk.tablet(), await desk.tablet()
    one.check_in(result="normal")
    clock.now_ms += 5 * MINUTE_MS
    undone = other.check_in()
    await handed_in(desk, one, other)
    assert await told(desk) == {HERE: ("2026-11-23T08:05:00Z", "not_stated")}
    other.void(undone)
    await handed_in(desk, other)
    assert await told(desk) == {HERE: ("2026-11-23T08:00:00Z", "normal")}


async def test_what_is_said_later_is_told_with_the_moment_of_the_arrival(desk: Desk, clock: Clock) -> None:
    one, other = await desk.tablet(), await desk.tablet()
    arrived = one.check_in()
    clock.now_ms += 5 * MINUTE_MS
    other.check_in(result="issue")
    clock.now_ms += 5 * MINUTE_MS
    normal(one, arrived)
    await handed_in(desk, other, one)
    assert await told(desk) == {HERE: ("2026-11-23T08:05:00Z", "issue")}


async def test_an_amendment_that_is_withdrawn_brings_back_what_was_said_before(desk: Desk, clock: Clock) -> None:
    tablet = await desk.tablet()
    said = normal(tablet, tablet.check_in())
    await handed_in(desk, tablet)
    assert await told(desk) == {HERE: ("2026-11-23T08:00:00Z", "normal")}
    tablet.void(said)
    await handed_in(desk, tablet)
    assert await told(desk) == {HERE: ("2026-11-23T08:00:00Z", "not_stated")}


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (Stamp("b" * 36, 1, 90_000, offset_boot=True), "2026-11-23T07:51:00Z"),
        (Stamp("c" * 36, 1, 0), "2026-11-23T07:50:00Z"),
        (Stamp("b" * 36, 60_001), "2026-11-23T07:59:00Z"),
    ],
)
async def test_the_moment_is_the_one_that_the_server_judges_by_the_tablets_clocks(
    desk: Desk, stamp: Stamp, at: str
) -> None:
    tablet = await desk.tablet()
    body = CheckIn(building=HERE, method="list")
    tablet.record("check_in", body, at=format_time(NOW_MS - 10 * MINUTE_MS, 480), clock=stamp)
    woken = Hello("0.1.0", format_time(NOW_MS), 120_001, "b" * 36, unsettled=1)
    await tablet.sync(hello=woken)
    await desk.fold()
    assert await told(desk) == {HERE: (at, "not_stated")}


async def test_an_unbelievable_clock_is_told_as_the_moment_in_which_it_was_received(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.record("check_in", CheckIn(building=HERE, method="list"), at="1970-01-02T00:00:00.000+08:00")
    await handed_in(desk, tablet)
    assert await told(desk) == {HERE: ("2026-11-23T08:00:00Z", "not_stated")}


async def test_records_that_come_a_second_time_are_no_news(desk: Desk) -> None:
    one, clone = await desk.tablet(), await desk.tablet()
    normal(one, one.check_in())
    await handed_in(desk, one)
    number = (await desk.case_api.storage.feeds.current(f"grid:{GRID}")).number
    clone.records = list(one.records)
    await handed_in(desk, one, clone)
    assert (await desk.case_api.storage.feeds.current(f"grid:{GRID}")).number == number


async def test_a_check_in_counts_for_the_day_of_the_arrival_when_it_is_said_after_midnight_what_was_found(
    desk: Desk, clock: Clock
) -> None:
    clock.now_ms = NOW_MS + 8 * 60 * MINUTE_MS - MINUTE_MS  # 23:59 in Harbin
    tablet = await desk.tablet()
    arrived = tablet.check_in()
    clock.now_ms += 2 * MINUTE_MS
    normal(tablet, arrived)
    await handed_in(desk, tablet)
    (building,) = await desk.case_api.desk.rounds("2026-11-23", grid=GRID)
    assert [done.normal for done in building.rounds] == [1]
