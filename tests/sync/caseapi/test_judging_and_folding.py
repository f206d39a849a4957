"""What becomes of records after they are held: verdicts, read rows, feeds."""

import asyncio

import pytest
from msgspec import Raw

from sync.records import KINDS, CheckIn, ShiftEnd, ShiftStart
from sync.records.base import Kind
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, OTHER_ACTOR, Clock, Desk

TODAY = "2026-11-23"


async def test_a_case_report_becomes_a_case_on_the_desk_and_in_the_grids_feed(desk: Desk) -> None:
    tablet = await desk.tablet()
    case = tablet.case("楼道堆放杂物")
    await tablet.sync()
    await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert (row.id, row.state, row.matter_name, row.building_name) == (case, "reported", "暴露垃圾", "1号楼")
    reply = await tablet.sync(start=2)
    assert [entry.id for entry in reply.feeds[f"grid:{GRID}"].entries] == [str(case)]


async def test_a_check_in_fills_the_round_of_its_building(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.check_in(entrance=str(ENTRANCE), result="normal")
    tablet.check_in(round=2)
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY, grid=GRID)
    first, second = building.rounds
    assert (first.round, first.entrances, first.normal) == (1, (ENTRANCE,), 1)
    assert (second.round, second.entrances, second.not_stated) == (2, (), 1)
    assert building.entrances == ((ENTRANCE, "一单元"),)


async def test_a_void_in_the_same_request_takes_the_check_in_back(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.void(tablet.check_in())
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert building.rounds == ()


async def test_an_amendment_supersedes_and_its_void_brings_the_original_back(desk: Desk) -> None:
    tablet = await desk.tablet()
    arrived = tablet.check_in()
    normal = tablet.record(
        "check_in", CheckIn(building=str(BUILDING), method="list", result="normal"), amends=str(arrived)
    )
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert (building.rounds[0].check_ins, building.rounds[0].normal) == (1, 1)
    tablet.void(normal)
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert (building.rounds[0].normal, building.rounds[0].not_stated) == (0, 1)


async def test_what_was_taken_back_stays_so_whatever_is_said_of_it_later(desk: Desk) -> None:
    tablet = await desk.tablet()
    arrived = tablet.check_in()
    amendments = []
    for result in ("normal", "issue", "no_access"):
        body = CheckIn(building=str(BUILDING), method="list", result=result)  # type: ignore[arg-type]  # a word of the list
        amendments.append(tablet.record("check_in", body, amends=str(arrived)))
        await tablet.sync()
        await desk.fold()
    # The last is taken back, then the first one; each in a batch of its own.
    for target, left in ((amendments[2], "issue"), (amendments[0], "issue"), (amendments[1], "not_stated")):
        tablet.void(target)
        await tablet.sync()
        await desk.fold()
        (building,) = await desk.case_api.desk.rounds(TODAY)
        assert [getattr(done, left) for done in building.rounds] == [1]
    tablet.void(arrived)
    await tablet.sync()
    await desk.fold()
    late = CheckIn(building=str(BUILDING), method="list", result="normal")
    tablet.record("check_in", late, amends=str(arrived))
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert building.rounds == ()


async def test_a_stranger_may_not_amend_or_withdraw(desk: Desk) -> None:
    tablet = await desk.tablet()
    arrived = tablet.check_in()
    body = CheckIn(building=str(BUILDING), method="list", result="normal")
    amendment = tablet.record("check_in", body, amends=str(arrived), actor=str(OTHER_ACTOR))
    await tablet.sync()
    await desk.fold()
    reply = await tablet.sync(start=3)
    (entry,) = reply.feeds[f"device:{tablet.device}"].entries
    assert entry.id == str(amendment)
    assert b'"not_allowed"' in bytes(entry.body)


async def test_a_record_of_bad_shape_is_kept_apart_and_blocks_nothing(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.check_in()
    tablet.records.append(b'{"id":"nonsense"}')
    tablet.record("no_such_kind", CheckIn(building=str(BUILDING), method="list"))
    tablet.check_in(result="normal", checks={"stair": "issue"})
    tablet.check_in()
    reply = await tablet.sync()
    assert reply.watermark == 5
    await desk.fold()
    again = await tablet.sync()
    assert [(v.n, v.verdict, v.reason) for v in again.verdicts] == [
        (1, "duplicate", None),
        (2, "quarantined", "bad_shape"),
        (3, "parked", "unknown_kind"),
        (4, "quarantined", "bad_shape"),
        (5, "duplicate", None),
    ]


async def test_an_id_held_already_is_a_duplicate_or_reused(desk: Desk) -> None:
    tablet = await desk.tablet()
    first = tablet.check_in()
    tablet.records.append(tablet.records[0])
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list", round=2), id=str(first))
    await tablet.sync()
    await desk.fold()
    again = await tablet.sync()
    assert [(v.verdict, v.reason) for v in again.verdicts[1:]] == [("duplicate", None), ("quarantined", "id_reused")]
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert [done.round for done in building.rounds] == [1]


async def test_a_quarantined_record_that_comes_again_elsewhere_is_still_told_as_quarantined(desk: Desk) -> None:
    tablet, clone = await desk.tablet(), await desk.tablet()
    tablet.void(desk.clock.uuid())
    await tablet.sync()
    await desk.fold()
    again = desk.clock.uuid()
    tablet.stream, clone.records = again, list(tablet.records)
    await tablet.sync()
    await clone.sync()
    await desk.fold()
    for each in (tablet, clone):
        entries = (await each.sync(feeds={})).feeds[f"device:{each.device}"].entries
        assert [b'"unknown_ref"' in bytes(entry.body) for entry in entries] == [True]


async def test_a_record_held_twice_in_one_batch_keeps_the_first_verdict(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.void(desk.clock.uuid())
    tablet.records.append(tablet.records[0])
    await tablet.sync()
    await desk.fold()
    entries = (await tablet.sync(feeds={})).feeds[f"device:{tablet.device}"].entries
    assert [b'"unknown_ref"' in bytes(entry.body) for entry in entries] == [True]


async def test_damaged_bytes_are_stored_as_they_are_and_quarantined(desk: Desk) -> None:
    from base64 import b64encode

    from sync.chain import first_head, head_after

    tablet = await desk.tablet()
    damaged = b'{"id": \x00broken'
    tablet.records.append(damaged)
    wrapped = Raw(b'{"damaged":"' + b64encode(damaged) + b'"}')
    reply = await tablet.sync(records=[wrapped])
    assert reply.head == head_after(first_head(tablet.stream), [damaged]).hex()
    await desk.fold()
    again = await tablet.sync(records=[wrapped])
    assert [(v.verdict, v.reason) for v in again.verdicts] == [("quarantined", "damaged")]


async def test_a_tablets_wrong_clock_does_not_move_a_check_in_to_another_age(desk: Desk, clock: Clock) -> None:
    tablet = await desk.tablet()
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list"), at="1970-01-02T00:00:00.000+08:00")
    await tablet.sync()
    await desk.fold()
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert building.rounds[0].check_ins == 1


async def test_a_parked_record_is_judged_once_the_server_learns_its_kind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await desk.tablet()
    later = tablet.record("later_kind", CheckIn(building=str(BUILDING), method="list"))
    tablet.check_in()
    await tablet.sync()
    await desk.fold()
    monkeypatch.setitem(KINDS, "later_kind", Kind("later_kind", 1, CheckIn))
    assert await desk.case_api.storage.judging.learn("later_kind:1") == 1
    await desk.fold()
    again = await tablet.sync()
    assert {verdict.verdict for verdict in again.verdicts} == {"duplicate"}
    (entry,) = again.feeds[f"device:{tablet.device}"].entries
    assert (entry.id, bytes(entry.body)) == (str(later), b'{"verdict":"stored"}')
    (building,) = await desk.case_api.desk.rounds(TODAY)
    assert building.rounds[0].check_ins == 2


async def test_withdrawing_what_is_not_held_is_quarantined(desk: Desk, clock: Clock) -> None:
    tablet = await desk.tablet()
    tablet.void(clock.uuid())
    await tablet.sync()
    await desk.fold()
    assert [verdict.reason for verdict in (await tablet.sync()).verdicts] == ["unknown_ref"]


async def test_a_shift_is_open_until_it_ends_and_again_when_the_end_is_withdrawn(desk: Desk) -> None:
    tablet = await desk.tablet()
    open_shifts: list[int] = []

    async def sent() -> None:
        await tablet.sync()
        await desk.fold()
        (row,) = await desk.case_api.desk.tablets()
        open_shifts.append(row.open_shifts)

    shift = tablet.record("shift_start", ShiftStart())
    await sent()
    end = tablet.record("shift_end", ShiftEnd(), shift=str(shift))
    await sent()
    tablet.void(end)
    await sent()
    assert open_shifts == [1, 0, 1]


async def test_a_withdrawn_case_leaves_the_grids_feed_and_the_desk(desk: Desk) -> None:
    tablet = await desk.tablet()
    case = tablet.case()
    await tablet.sync()
    await desk.fold()
    tablet.void(case)
    await tablet.sync()
    await desk.fold()
    (entry,) = (await tablet.sync()).feeds[f"grid:{GRID}"].entries
    assert (entry.op, entry.id) == ("delete", str(case))
    assert await desk.case_api.desk.cases() == []


async def test_a_restricted_case_shows_neither_words_nor_place(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case("住户的事", restricted=True, place="三楼")
    await tablet.sync()
    await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert (row.summary, row.place, row.is_restricted) == ("", "", True)


async def test_a_problem_solved_on_the_spot_is_a_closed_case(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(self_resolved=True, action="已清理")
    await tablet.sync()
    await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert row.state == "closed"


async def test_hostile_words_reach_the_desk_clean(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case("\x1b]0;owned\x07<script>\u202e" + "长" * 500)
    await tablet.sync()
    await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert "\x1b" not in row.summary
    assert "\u202e" not in row.summary
    assert len(row.summary) <= 60


async def test_the_loop_judges_what_arrives_without_being_asked(desk: Desk) -> None:
    running = asyncio.create_task(desk.case_api.judging.run())
    tablet = await desk.tablet()
    tablet.case()
    await tablet.sync()
    async with asyncio.timeout(10):
        while not await desk.case_api.desk.cases():
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
