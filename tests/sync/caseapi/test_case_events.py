"""Where a case stands is the fold of its events, also after what tablets say late, again, or take back."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.service.casework.asking import CaseworkService
from sync.caseapi.service.casework.lives import opening_event
from sync.caseapi.service.verifying.cases import verify_cases
from sync.caseapi.storage.casework import CaseChange, CaseFile, QueueWanted, TaskRow
from sync.caseapi.storage.sqlite.case_queues import astray_in_queues, put_places
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.migrating import migrate, shipped_steps
from sync.records import CaseReport, TaskResult
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import BUILDING, GRID, Clock, Desk, Tablet, prepare

TASK = UUID("01900000-0000-7000-8000-0000000000c1")


async def handed_in(desk: Desk, tablet: Tablet) -> None:
    await tablet.sync()
    await desk.fold()
    desk.clock.now_ms += 1000


async def file_of(desk: Desk, case: UUID) -> CaseFile:
    found = await desk.case_api.storage.casework.file(case)
    assert found is not None
    return found


def happened(kept: CaseFile) -> list[tuple[str, str]]:
    return [(event.action, event.why) for event in kept.events]


def standing(kept: CaseFile) -> tuple[str, int, bool]:
    assert kept.standing is not None
    return kept.standing.state, kept.standing.misfits, kept.standing.is_open


async def act(desk: Desk, case: UUID, *events: CaseEvent, task: TaskRow | None = None) -> None:
    """Let a desk do things to a case, whoever may."""
    lives = desk.case_api.casework.lives

    def decide(kept: CaseFile | None) -> CaseChange:
        assert kept is not None
        read = lives.read(kept)
        for event in events:
            read.add(event)
        return replace(lives.written(read, now_ms=desk.clock()), tasks=(task,) if task else ())

    await desk.case_api.storage.casework.change(case, decide)
    desk.clock.now_ms += 1000


def done(desk: Desk, action: str, **said: object) -> CaseEvent:
    fields = {"id": desk.clock.uuid(), "at_ms": desk.clock(), "received_ms": desk.clock()} | said
    return CaseEvent(action=action, **fields)  # type: ignore[arg-type]  # fields by name


async def asked(desk: Desk, case: UUID, task_type: str = "verify") -> None:
    task = TaskRow(TASK, case, task_type, "在吗？", "2026-11-23T16:00:00+08:00")  # type: ignore[arg-type]  # of two
    await act(desk, case, done(desk, f"ask_{task_type}", task=TASK), task=task)


def answer(tablet: Tablet, said: str = "yes", **envelope: object) -> UUID:
    return tablet.record("task_result", TaskResult(str(TASK), "verify", said), **envelope)  # type: ignore[arg-type]  # a word of three


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()


async def test_a_report_is_a_cases_first_event(desk: Desk, tablet: Tablet) -> None:
    case, solved = tablet.case("楼道灯不亮"), tablet.case("清理了", self_resolved=True, action="清掉")
    await handed_in(desk, tablet)
    kept = await file_of(desk, case)
    assert (happened(kept), standing(kept)) == ([("report", "")], ("reported", 0, True))
    assert kept.standing is not None
    assert (kept.standing.level, kept.standing.desk) == ("community", GRID[:12])
    assert kept.row.words is not None
    assert kept.row.words.description == "楼道灯不亮"
    kept = await file_of(desk, solved)
    assert (happened(kept), standing(kept)) == ([("self_resolve", "")], ("closed", 0, False))


async def test_an_answer_of_a_tablet_moves_the_case(desk: Desk, tablet: Tablet) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    await asked(desk, case)
    assert standing(await file_of(desk, case))[0] == "verifying"
    answer(tablet)
    await handed_in(desk, tablet)
    kept = await file_of(desk, case)
    assert happened(kept) == [("report", ""), ("ask_verify", ""), ("answer_verify", "")]
    assert standing(kept) == ("reported", 0, True)
    assert [task.id for task in kept.tasks] == [TASK]


async def test_a_late_answer_is_kept_and_flagged(desk: Desk, tablet: Tablet) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    await asked(desk, case)
    answer(tablet)
    answer(tablet, "no")
    await handed_in(desk, tablet)
    kept = await file_of(desk, case)
    assert happened(kept)[-1] == ("answer_verify", "state")
    assert standing(kept) == ("reported", 1, True)


async def test_an_answer_taken_back_or_corrected_is_said_again(desk: Desk, tablet: Tablet) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    await asked(desk, case)
    said = answer(tablet)
    await handed_in(desk, tablet)
    answer(tablet, "no", amends=str(said))
    await handed_in(desk, tablet)
    tablet.void(said)
    await handed_in(desk, tablet)
    kept = await file_of(desk, case)
    assert happened(kept)[2:] == [("answer_verify", ""), ("correct", ""), ("take_back", "")]
    assert standing(kept) == ("verifying", 0, True)


async def test_a_report_amended_is_restated_once_however_often_it_is_folded(desk: Desk, tablet: Tablet) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    report = CaseReport("national", "matter", "02001", building=str(BUILDING), description="另一处", severity=3)
    tablet.record("case_report", report, amends=str(case))
    await handed_in(desk, tablet)
    tablet.record("case_report", report, amends=str(case), grid=GRID)
    await handed_in(desk, tablet)
    kept = await file_of(desk, case)
    assert happened(kept) == [("report", ""), ("restate", ""), ("restate", "")]
    lives = desk.case_api.casework.lives
    assert lives.moved(kept, [replace(kept.row)]).events == ()


async def test_a_report_withdrawn_is_gone_unless_the_desk_has_filed_it(desk: Desk, tablet: Tablet) -> None:
    gone, filed = tablet.case(), tablet.case()
    await handed_in(desk, tablet)
    await act(desk, filed, done(desk, "file", condition="usual"))
    tablet.void(gone)
    tablet.void(filed)
    await handed_in(desk, tablet)
    assert await desk.case_api.storage.casework.file(gone) is None
    kept = await file_of(desk, filed)
    assert (happened(kept)[-1], standing(kept)) == (("withdraw", "moved_on"), ("filed", 1, True))
    assert [row.id for row in await desk.case_api.desk.cases()] == [filed]


async def test_an_event_of_two_cases_is_refused_by_a_constraint(desk: Desk, tablet: Tablet) -> None:
    one, other = tablet.case(), tablet.case()
    await handed_in(desk, tablet)
    event = done(desk, "file", condition="usual")
    await act(desk, one, event)
    with pytest.raises(Exception, match="UNIQUE"):
        await act(desk, other, event)
    assert standing(await file_of(desk, other))[0] == "reported"


async def test_folding_every_case_again_gives_the_rows_and_a_changed_row_is_found(
    desk: Desk, tablet: Tablet, database: Path
) -> None:
    case, withdrawn = tablet.case(), tablet.case()
    await handed_in(desk, tablet)
    await asked(desk, case)
    answer(tablet)
    answer(tablet, "no")
    tablet.void(withdrawn)
    await handed_in(desk, tablet)
    await act(desk, case, done(desk, "file", condition="usual"), done(desk, "dispatch", to_org="a", assisting=("b",)))
    with SqliteInspection(database) as inspection:
        files = list(inspection.case_files())
        assert inspection.queues_astray() == ()
    found = verify_cases(files)
    assert (found.cases, found.findings) == (2, ())
    (kept,) = [each for each in files if each.row.id == case]
    assert kept.standing is not None
    astray = [
        replace(kept, standing=replace(kept.standing, state="closed")),
        replace(kept, standing=None),
        replace(kept, events=kept.events[:-1]),
        replace(kept, events=(replace(kept.events[0], id=TASK), *kept.events[1:])),
        replace(kept, events=(replace(kept.events[0], why="state"), *kept.events[1:])),
        replace(kept, events=(replace(kept.events[0], body=b"{"), *kept.events[1:])),
    ]
    assert len(verify_cases(astray).findings) == len(astray)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("delete from case_queue where queue = 'org:b' and state = 'open'", "missing in queue org:b under open"),
        ("update case_queue set rank_ms = rank_ms + 1 where queue like 'desk:%'", "missing in queue desk:"),
        ("insert into case_queue values ('230108', 'org:c', 'closed', 1, zeroblob(16))", "hold 15 places"),
    ],
)
async def test_a_queue_that_is_not_what_its_cases_say_is_found(
    desk: Desk, tablet: Tablet, database: Path, change: str, finding: str
) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    await act(desk, case, done(desk, "file", condition="usual"), done(desk, "dispatch", to_org="a", assisting=("b",)))
    with sqlite3.connect(database) as changed:
        changed.execute(change)
    changed.close()
    with SqliteInspection(database) as inspection:
        (found,) = inspection.queues_astray()
    assert finding in found


@pytest.mark.parametrize(("state", "is_void", "places"), [("handling", 0, 14), ("closed", 0, 7), ("void", 1, 0)])
def test_queues_of_an_older_database_are_written_down(tmp_path: Path, state: str, is_void: int, places: int) -> None:
    path = tmp_path / "old.db"
    connection = connect_writing(path)
    migrate(connection, shipped_steps()[:10], 0)
    case, is_open = UUID(int=1).bytes, state == "handling"
    connection.execute(
        "insert into cases (district_id, id, grid, state, matter, matter_name, severity, place, summary, is_restricted,"
        " reported_at, received_ms, version, is_void) values ('230108', ?, ?, ?, 'm', '', 2, '', '', 0, '', 0, 1, ?)",
        (case, GRID, state, is_void),
    )
    connection.execute(
        "insert into case_handling (district_id, case_id, grid, state, level, desk, version, orgs, is_open, due_ms,"
        " case_ms, wakes_ms, misfits) values ('230108', ?, ?, ?, 'street', ?, 3, 'a b', ?, 7, 0, 0, 0)",
        (case, GRID, state, GRID[:9], is_open),
    )
    for place, org in enumerate("ab"):
        connection.execute(
            "insert into case_org (district_id, org, case_id, place, is_open, due_ms) values ('230108', ?, ?, ?, ?, 7)",
            (org, case, place, is_open),
        )
    migrate(connection, shipped_steps(), 0)
    assert connection.execute("select count(*) from case_queue").fetchone() == (places,)
    assert astray_in_queues(connection, "230108") == ()
    connection.close()


async def test_queues_are_by_desk_grid_organisation_and_state_and_go_on_after_the_last_seen(
    desk: Desk, tablet: Tablet
) -> None:
    cases = [tablet.case(f"第 {number} 件") for number in range(4)]
    await handed_in(desk, tablet)
    await act(
        desk, cases[0], done(desk, "file", condition="usual"), done(desk, "dispatch", to_org="a", assisting=("b",))
    )
    store = desk.case_api.storage.casework

    async def shown(**wanted: object) -> list[UUID]:
        return [each.row.id for each in await store.queue(QueueWanted(**wanted))]  # type: ignore[arg-type]  # by name

    assert set(await shown(desk=GRID[:12])) == set(await shown(within=GRID)) == set(await shown()) == set(cases)
    assert await shown(desk=GRID[:9]) == await shown(within="2301090") == []
    assert await shown(org="a") == await shown(org="b") == await shown(state="dispatched") == [cases[0]]
    assert await shown(org="a", state="closed") == await shown(within=GRID[:9], state="void") == []
    for code in (GRID[:6], GRID[:9], GRID[:12]):
        assert set(await shown(within=code)) == set(cases)
    first = await store.queue(QueueWanted(limit=3))
    rest = await store.queue(QueueWanted(after=(first[-1].standing.rank_ms, first[-1].row.id)))
    assert [each.row.id for each in (*first, *rest)] == await shown()
    assert await shown(late_ms=desk.clock()) == []
    assert len(await shown(late_ms=desk.clock() + 40 * 3_600_000)) == 4
    # Late is what is due before a moment, not what is due in it.
    assert rest[-1].row.id not in await shown(late_ms=rest[-1].standing.rank_ms)
    assert rest[-1].row.id in await shown(late_ms=rest[-1].standing.rank_ms + 1)


def test_a_case_leaves_the_queue_of_its_former_state_also_where_its_rank_stays(tmp_path: Path) -> None:
    connection = connect_writing(tmp_path / "central.db")
    migrate(connection, shipped_steps(), 0)
    case, rank_ms = UUID(int=1).bytes, 7
    before, after = (
        frozenset({("org:a", "open", rank_ms), ("org:a", state, rank_ms)}) for state in ("dispatched", "handling")
    )
    put_places(connection, "230108", case, frozenset(), before)
    put_places(connection, "230108", case, before, after)
    held = connection.execute("select queue, state, rank_ms from case_queue where case_id = ?", (case,))
    assert frozenset(held) == after
    connection.close()


async def test_cases_of_an_older_database_begin_with_their_report(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "old.db"
    connection = connect_writing(path)
    migrate(connection, shipped_steps()[:7], 0)
    for number, (state, is_void) in enumerate((("reported", 0), ("closed", 0), ("reported", 1))):
        connection.execute(
            "insert into cases (district_id, id, grid, state, matter, matter_name, severity, place, summary,"
            " is_restricted, reported_at, received_ms, version, is_void) values ('230108', ?, ?, ?, 'm', '', 2, '', '',"
            " 0, '2026-11-23T16:00:00+08:00', 1795420800000, 1, ?)",
            (UUID(int=number + 1).bytes, GRID, state, is_void),
        )
    migrate(connection, shipped_steps(), 0)
    connection.execute(
        "insert into database_identity (district_id, incarnation, created_ms) values ('230108', ?, 0)", (b"\1" * 16,)
    )
    connection.close()
    with SqliteInspection(path) as inspection:
        files = list(inspection.case_files())
        assert inspection.queues_astray() == ()
    found = verify_cases(files)
    assert (found.cases, found.findings) == (3, ())
    (event,) = [msgspec.json.decode(each.body, type=CaseEvent) for each in files[0].events]
    assert (event.id, event.action, event.at_ms) == (UUID(int=1), "report", 1_795_420_800_000)


async def test_a_case_that_is_brought_twice_stays_as_it_is(desk: Desk, tablet: Tablet) -> None:
    case = tablet.case()
    await handed_in(desk, tablet)
    row = (await file_of(desk, case)).row
    service: CaseworkService = desk.case_api.casework
    await service.bring(replace(row, summary="别的"), [opening_event(row), done(desk, "file", condition="usual")])
    assert (await file_of(desk, case)).row.summary == row.summary
    assert standing(await file_of(desk, case))[0] == "reported"


def test_a_new_database_has_no_cases(tmp_path: Path, clock: Clock) -> None:
    path = prepare(tmp_path / "new.db", clock)
    with SqliteInspection(path) as inspection:
        assert verify_cases(inspection.case_files()).cases == 0
    assert sqlite3.connect(path).execute("select count(*) from case_event").fetchone() == (0,)


def test_verifying_says_how_far_it_is_and_counts_all_that_is_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.caseapi.service.verifying.cases.TOLD_EVERY", 2)
    told: list[str] = []
    files = [CaseFile(case_row(id=UUID(int=number))) for number in range(5)]
    found = verify_cases(files, told.append, most=3)
    assert (found.cases, found.astray, len(found.findings)) == (5, 5, 3)
    assert told == ["2 cases folded again …", "4 cases folded again …"]
