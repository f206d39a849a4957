"""A text of which nothing is left once it is cleaned says nothing: such a record is kept apart and stops nobody."""

import pytest

from sync.records import KINDS, CaseNote, CaseReport
from sync.records.base import Kind
from tests.sync.caseapi.desk_client import staffed, taken
from tests.sync.caseapi.harness import BUILDING, GRID, MATTER, Desk, Tablet

BLANK = "\u200b"


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()


async def test_solved_without_a_word_is_kept_apart_and_what_comes_after_it_is_judged(
    desk: Desk, tablet: Tablet
) -> None:
    tablet.case(self_resolved=True, action=BLANK)
    after = tablet.case()
    await tablet.sync()
    assert await desk.fold() == 2
    first, second = (await tablet.sync()).verdicts
    assert (first.verdict, first.reason, second.verdict) == ("quarantined", "bad_shape", "duplicate")
    assert first.sentence == "solved on the spot: say what was done ($.body.action)"
    assert [row.id for row in await desk.case_api.desk.cases()] == [after]


async def test_what_was_stored_before_such_a_rule_can_still_be_withdrawn(
    desk: Desk, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setitem(KINDS, "case_report", Kind("case_report", 1, CaseReport))
        before.setitem(KINDS, "case_note", Kind("case_note", 1, CaseNote))
        case = tablet.record("case_report", CaseReport("national", "matter", "02001", building=str(BUILDING)))
        tablet.record("case_note", CaseNote(str(case), BLANK))
        await tablet.sync()
        await desk.fold()
    (row,) = await desk.case_api.desk.cases()
    assert (row.id, row.summary) == (case, "")
    tablet.void(case)
    await tablet.sync()
    await desk.fold()
    assert {verdict.verdict for verdict in (await tablet.sync()).verdicts} == {"duplicate"}
    assert await desk.case_api.desk.cases() == []


CALL = {"matter": MATTER, "building": str(BUILDING), "description": "没水"}


@pytest.mark.parametrize("blank", [BLANK, " ", "\u3000\n", "\u202e"], ids=ascii)
@pytest.mark.parametrize(
    ("field", "beside"),
    [("action", {}), ("description", {}), ("place", {"building": None, "grid": GRID})],
)
async def test_a_call_that_says_nothing_where_it_must_is_refused_with_the_fields_name(
    desk: Desk, field: str, beside: dict[str, object], blank: str
) -> None:
    community = (await staffed(desk, ["community"]))["community"]
    refused = await community.post("cases", **CALL | beside | {field: blank})
    assert refused.status_code == 422, refused.text
    problem = refused.json()
    assert (problem["code"], problem["path"]) == ("E-INPUT", f"$.{field}")
    assert await community.queue() == []
    taken(await community.post("cases", **CALL | beside | {field: f"{blank}修好了{blank}"}))


@pytest.mark.parametrize("blank", [BLANK, " ", "\u3000\n"], ids=ascii)
async def test_an_act_that_says_nothing_where_it_must_is_refused(desk: Desk, blank: str) -> None:
    who = await staffed(desk, ["community", "heat"])
    case = taken(await who["community"].post("cases", **CALL))["case"]["id"]
    await who["community"].act(case, "file", condition="usual")
    await who["community"].act(case, "dispatch", to_org="org-heat")
    await who["heat"].act(case, "accept")
    version = (await who["heat"].page(case))["case"]["version"]
    refused = await who["heat"].post(f"cases/{case}/acts", action="done", expected_version=version, note=blank)
    assert (refused.status_code, refused.json()["missing"]) == (409, ["note"])
