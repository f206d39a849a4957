"""Tasks, notes and hand-overs: judged, folded, told to the grid's tablets, and taken back again."""

from uuid import UUID

import pytest

from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import CaseChange, TaskRow
from sync.records import CaseNote, Handoff, TaskResult
from sync.records.task_result import Answer
from sync.reference import CaseEntry, HandoffEntry, PersonEntry, TaskEntry, decode_entry
from tests.sync.caseapi.harness import ACTOR, GRID, OTHER_ACTOR, OTHER_GRID, Desk, Tablet, entry

SEAT, VALID = f"{GRID}-2", "2027-01-01T00:00:00Z"


@pytest.fixture
async def team(desk: Desk) -> Desk:
    """A grid with two people."""
    people = ((ACTOR, f"{GRID}-1"), (OTHER_ACTOR, SEAT))
    await desk.publish(
        [
            entry(f"grid:{GRID}", "person", str(person), PersonEntry("合成人员", seat, GRID, "x", VALID))
            for person, seat in people
        ]
    )
    return desk


async def handed_in(desk: Desk, *tablets: Tablet) -> None:
    for tablet in tablets:
        await tablet.sync()
        await desk.fold()
        desk.clock.now_ms += 1000


async def told(desk: Desk, entry_type: str, grid: str = GRID) -> dict[str, object]:
    """Return what the tablets of a grid are told, by id."""
    current = await desk.case_api.storage.feeds.current(f"grid:{grid}")
    return {each.id: decode_entry(entry_type, bytes(each.body)) for each in current.entries if each.type == entry_type}


async def case_of(desk: Desk, case: UUID) -> CaseEntry:
    found = (await told(desk, "case"))[str(case)]
    assert isinstance(found, CaseEntry)
    return found


async def task_of(desk: Desk, task: UUID) -> TaskEntry:
    found = (await told(desk, "task"))[str(task)]
    assert isinstance(found, TaskEntry)
    return found


async def reasons(tablet: Tablet) -> list[tuple[int, str | None]]:
    return [(verdict.n, verdict.reason) for verdict in (await tablet.sync()).verdicts if verdict.reason]


def answer(tablet: Tablet, task: UUID, said: Answer, **more: object) -> UUID:
    return tablet.record("task_result", TaskResult(str(task), "recheck", said, note="看过了"), **more)


async def asked(desk: Desk, tablet: Tablet) -> tuple[UUID, UUID]:
    """A case that was reported, and the recheck that the desk wants of it."""
    case = tablet.case("楼道漏水")
    await handed_in(desk, tablet)
    return case, await desk.case_api.casework.ask(case, "recheck", "还漏水吗？", due_ms=desk.clock() + 3_600_000)


async def test_what_the_desk_asks_reaches_every_tablet_of_the_grid(team: Desk) -> None:
    tablet, colleague = await team.tablet(), await team.tablet()
    case, task = await asked(team, tablet)
    found = await task_of(team, task)
    assert (found.type, found.case, found.ask, found.state) == ("recheck", str(case), "还漏水吗？", "open")
    assert found.due_at == moment(team.clock() + 3_600_000, team.case_api.casework.zone)
    page = (await colleague.sync()).feeds[f"grid:{GRID}"]
    assert [each.type for each in page.entries if each.id == str(task)] == ["task"]


async def test_an_answer_closes_its_task_and_joins_the_history(team: Desk) -> None:
    tablet = await team.tablet()
    case, task = await asked(team, tablet)
    said = answer(tablet, task, "no")
    await handed_in(team, tablet)
    found = await task_of(team, task)
    assert (found.state, found.answer) == ("answered", "no")
    assert [(line.what, line.text, line.answer, line.record) for line in (await case_of(team, case)).history] == [
        ("reported", "楼道漏水", "", str(case)),
        ("recheck", "看过了", "no", str(said)),
    ]
    assert await reasons(tablet) == []


async def test_of_two_answers_both_are_kept_the_first_closes_and_the_second_is_marked(team: Desk) -> None:
    tablet, colleague = await team.tablet(), await team.tablet()
    case, task = await asked(team, tablet)
    answer(tablet, task, "yes")
    answer(colleague, task, "no", actor=str(OTHER_ACTOR))
    await handed_in(team, tablet, colleague)
    assert (await task_of(team, task)).answer == "yes"
    lines = (await case_of(team, case)).history[1:]
    assert [(line.answer, line.is_late) for line in lines] == [("yes", False), ("no", True)]
    assert await reasons(tablet) == await reasons(colleague) == []


async def test_what_was_received_first_closes_whatever_is_judged_first(team: Desk) -> None:
    tablet, colleague = await team.tablet(), await team.tablet()
    _, task = await asked(team, tablet)
    answer(colleague, task, "no", actor=str(OTHER_ACTOR))
    await colleague.sync()
    team.clock.now_ms += 1000
    answer(tablet, task, "yes")
    await tablet.sync()
    # The stream that was opened first is judged first.
    await team.fold()
    assert (await task_of(team, task)).answer == "no"


async def test_an_answer_taken_back_opens_the_task_again(team: Desk) -> None:
    tablet = await team.tablet()
    case, task = await asked(team, tablet)
    said = answer(tablet, task, "yes")
    await handed_in(team, tablet)
    tablet.void(said)
    await handed_in(team, tablet)
    assert (await task_of(team, task)).state == "open"
    assert len((await case_of(team, case)).history) == 1


async def test_a_corrected_answer_keeps_its_place(team: Desk) -> None:
    tablet, colleague = await team.tablet(), await team.tablet()
    case, task = await asked(team, tablet)
    said = answer(tablet, task, "yes")
    answer(colleague, task, "no", actor=str(OTHER_ACTOR))
    await handed_in(team, tablet, colleague)
    answer(tablet, task, "cannot_tell", amends=str(said))
    await handed_in(team, tablet)
    assert (await task_of(team, task)).answer == "cannot_tell"
    lines = (await case_of(team, case)).history[1:]
    assert [(line.answer, line.is_late) for line in lines] == [("cannot_tell", False), ("no", True)]


async def test_a_note_joins_the_history_also_with_the_report_in_one_batch(team: Desk) -> None:
    tablet = await team.tablet()
    case = tablet.case()
    tablet.record("case_note", CaseNote(str(case), "物业明天来"))
    await handed_in(team, tablet)
    assert [(line.what, line.text) for line in (await case_of(team, case)).history[1:]] == [("note", "物业明天来")]
    assert await reasons(tablet) == []


async def test_a_note_that_comes_before_its_case_is_taken_up_when_the_case_comes(team: Desk) -> None:
    tablet, colleague = await team.tablet(), await team.tablet()
    case = tablet.case()
    colleague.record("case_note", CaseNote(str(case), "我也看见了"), actor=str(OTHER_ACTOR))
    await handed_in(team, colleague)
    assert await reasons(colleague) == [(1, "unknown_ref")]
    await handed_in(team, tablet)
    assert [line.text for line in (await case_of(team, case)).history[1:]] == ["我也看见了"]
    assert await reasons(colleague) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("task_result", TaskResult(str(OTHER_ACTOR), "recheck", "yes")),
        ("case_note", CaseNote(str(OTHER_ACTOR), "没有这个案件")),
        ("handoff", Handoff(SEAT, cases=(str(OTHER_ACTOR),))),
        ("handoff", Handoff("no_such_seat")),
        ("handoff", Handoff(SEAT, str(ACTOR))),
    ],
)
async def test_what_the_grid_does_not_have_is_kept_apart(team: Desk, kind: str, body: TaskResult) -> None:
    tablet = await team.tablet()
    tablet.record(kind, body)
    await handed_in(team, tablet)
    assert await reasons(tablet) == [(1, "unknown_ref")]
    assert await told(team, "handoff") == {}


async def test_another_grid_and_another_type_answer_no_task(team: Desk) -> None:
    tablet = await team.tablet()
    _, task = await asked(team, tablet)
    answer(tablet, task, "yes", grid=OTHER_GRID)
    tablet.record("task_result", TaskResult(str(task), "verify", "yes"))
    await handed_in(team, tablet)
    assert await reasons(tablet) == [(2, "unknown_ref"), (3, "unknown_ref")]
    assert (await task_of(team, task)).state == "open"


async def test_an_answer_that_came_before_its_task_is_taken_up(team: Desk) -> None:
    tablet = await team.tablet()
    case = tablet.case()
    await handed_in(team, tablet)
    task = TaskRow(OTHER_ACTOR, case, "recheck", "好了吗？", "2026-11-23T16:00:00+08:00")
    answer(tablet, task.id, "yes")
    await handed_in(team, tablet)
    assert await reasons(tablet) == [(2, "unknown_ref")]
    await team.case_api.storage.casework.change(case, lambda _: CaseChange(tasks=(task,)))
    await team.fold()
    assert (await task_of(team, task.id)).state == "answered"
    assert await reasons(tablet) == []


async def test_a_case_withdrawn_takes_its_tasks_along(team: Desk) -> None:
    tablet = await team.tablet()
    case, _ = await asked(team, tablet)
    tablet.void(case)
    await handed_in(team, tablet)
    assert await told(team, "case") == await told(team, "task") == {}


async def test_of_a_case_for_the_handling_chain_no_words_are_told(team: Desk) -> None:
    tablet = await team.tablet()
    case = tablet.case("谁家的事", restricted=True)
    tablet.record("case_note", CaseNote(str(case), "不该看见"))
    await handed_in(team, tablet)
    assert [(line.what, line.text) for line in (await case_of(team, case)).history] == [("reported", ""), ("note", "")]


async def test_a_hand_over_is_told_until_it_is_taken_back(team: Desk) -> None:
    tablet = await team.tablet()
    case = tablet.case()
    said = tablet.record("handoff", Handoff(SEAT, str(OTHER_ACTOR), (str(case),), "盯一下"))
    await handed_in(team, tablet)
    (found,) = (await told(team, "handoff")).values()
    assert isinstance(found, HandoffEntry)
    assert (found.from_seat, found.seat, found.cases, found.note) == (f"{GRID}-1", SEAT, (str(case),), "盯一下")
    tablet.void(said)
    await handed_in(team, tablet)
    assert await told(team, "handoff") == {}


async def test_only_the_newest_hand_overs_of_a_grid_are_told(team: Desk) -> None:
    tablet = await team.tablet()
    for number in range(14):
        tablet.record("handoff", Handoff(SEAT, note=f"第 {number} 次"))
        await handed_in(team, tablet)
    found = [each.note for each in (await told(team, "handoff")).values() if isinstance(each, HandoffEntry)]
    assert sorted(found) == sorted(f"第 {number} 次" for number in range(2, 14))


async def test_a_long_history_keeps_its_beginning_and_its_end(team: Desk) -> None:
    tablet = await team.tablet()
    case = tablet.case("开头")
    for number in range(30):
        tablet.record("case_note", CaseNote(str(case), f"第 {number} 句"))
    await handed_in(team, tablet)
    texts = [line.text for line in (await case_of(team, case)).history]
    assert texts == ["开头", *(f"第 {number} 句" for number in range(11, 30))]
