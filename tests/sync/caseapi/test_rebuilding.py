"""Cases are folded again: what stands elsewhere than its events lead is named, put right, and told to the tablets."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sync.caseapi.cases.limits import StageLimits
from sync.caseapi.cases.timers import Limit
from sync.caseapi.cli import main
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.casework.rebuilding import rebuild
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from tests.sync.caseapi.harness import Desk
from tests.sync.caseapi.people import phoned, walked


async def folded(desk: Desk, lives: Lives | None = None, *, is_dry: bool = False) -> tuple[int, int, int]:
    store = desk.case_api.storage.casework
    done = await rebuild(store, lives or desk.case_api.casework.lives, None, limit=100, is_dry=is_dry)
    return done.cases, done.differ, done.astray


async def test_cases_that_stand_where_their_events_lead_are_left_alone(desk: Desk) -> None:
    for actions in (("file", "dispatch"), ("ask_verify",), ("file", "dispatch", "accept", "suspend"), ("void",)):
        await walked(desk, *actions)
    desk.clock.now_ms += 3_600_000
    assert await folded(desk) == (4, 0, 0)


async def test_new_limits_move_the_terms_of_cases_and_a_dry_run_moves_none(desk: Desk) -> None:
    await phoned(desk)
    lives = desk.case_api.casework.lives
    first = lives.timings.first
    longer = Lives(type(lives.timings)(replace(first, stages=StageLimits(intake=Limit("work_day", 3)))), lives.zone)
    changes = await desk.case_api.desk.changes()
    assert await folded(desk, longer, is_dry=True) == (1, 1, 0)
    assert await desk.case_api.desk.changes() == changes
    assert await folded(desk, longer) == (1, 1, 0)
    assert await folded(desk, longer) == (1, 0, 0)
    (case,) = await desk.case_api.storage.casework.all_cases(None, 1)
    kept = await desk.case_api.storage.casework.file(case)
    assert kept is not None
    assert kept.standing is not None
    assert kept.standing.due_at == "2026-11-26T16:00:00+08:00"


async def test_what_was_spoilt_by_hand_is_put_right_in_pieces_and_verifies_again(
    desk: Desk, database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await walked(desk, "file", "dispatch")
    await desk.case_api.storage.close()
    connection = connect_writing(database)
    connection.execute(
        "update case_handling set state = 'closed', due_ms = 1"
        " where case_id in (select case_id from case_handling limit 2)"
    )
    connection.close()
    monkeypatch.setattr("sync.caseapi.cli.upkeep.AT_ONCE", 2)
    db = f"sqlite:///{database}"
    assert await asyncio.to_thread(main, ["cases", "rebuild", "--dry-run", "--json", "--db", db]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"cases": 5, "differ": 2, "astray": 0}
    assert "state closed is dispatched; due_ms 1 is" in said.err
    assert await asyncio.to_thread(main, ["cases", "rebuild", "--json", "--db", db]) == 0
    assert json.loads(capsys.readouterr().out)["differ"] == 2
    assert await asyncio.to_thread(main, ["cases", "rebuild", "--json", "--db", db]) == 0
    assert json.loads(capsys.readouterr().out)["differ"] == 0
    with SqliteInspection(database) as inspection:
        assert list(inspection.queues_astray()) == []


async def test_a_case_whose_events_cannot_be_read_is_named_and_stops_nothing(
    desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        await walked(desk, "file")
    await desk.case_api.storage.close()
    connection = connect_writing(database)
    connection.execute(
        "update case_event set body = 'x' where place = 2 and case_id = (select min(case_id) from case_event)"
    )
    connection.close()
    assert await asyncio.to_thread(main, ["cases", "rebuild", "--db", f"sqlite:///{database}"]) == 1
    said = capsys.readouterr()
    assert said.out == "cases: 2\ndiffer: 0\nastray: 1\n"
    assert "its events cannot be folded" in said.err
