"""A case's page: facts, history, what may be done now and why not the rest; two desks at once lose no word."""

import re

import msgspec
import pytest

from sync.caseapi.desk.casework.call import Listed, chosen
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.harness import Desk
from tests.sync.caseapi.people import CALL, COMMUNITY, HANDLER, did, phoned, walked

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><form action=//x>",
]
WHOLE_CALL = {
    "matter": "暴露垃圾 02001",
    "building": "1号楼 社区 第一网格",
    "description": "三单元没水",
    "contact": "合成来电",
}
MOST_INPUTS = 12
DAY_MS = 86_400_000


class Typist:
    """Counts what somebody puts in: a field filled, a choice made, a button pressed."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.inputs = 0

    async def sends(self, page: str, action: str, held: dict[str, str], **said: str) -> str:
        """Fill in a form and press its button; return where that leads."""
        self.inputs += len(said) + 1
        answer = await self.visitor.send(page, action, held, **said)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).removeprefix("/desk")


async def acts(visitor: Visitor, case: str, action: str, **said: str) -> Reading:
    """Take an action by its form; return the page as it answers."""
    answer = await visitor.send(case, f"/desk{case}/acts", {"action": action}, **said)
    if answer.status_code == 303:
        return await visitor.get(case)
    return Reading(answer.text)


async def test_from_a_phone_call_to_a_dispatched_case_are_at_most_twelve_inputs(desk: Desk) -> None:
    await staff(desk, "community")
    typist = Typist(await seated(desk, "community"))
    typist.inputs += 1  # the link to the form
    case = await typist.sends("/new", "/desk/new", {}, **WHOLE_CALL)
    await typist.sends(case, f"/desk{case}/acts", {"action": "file"})
    await typist.sends(case, f"/desk{case}/acts", {"action": "dispatch"}, to_org="org-heat")
    page = await typist.visitor.get(case)
    assert "已派遣" in page.words
    assert "合成供热站" in page.words
    assert typist.inputs <= MOST_INPUTS, typist.inputs


async def test_a_case_goes_from_the_call_to_closed_and_answered_by_forms_alone(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    community, heat = await seated(desk, "community"), await seated(desk, "heat")
    case = await Typist(community).sends("/new", "/desk/new", {}, **WHOLE_CALL)
    await acts(community, case, "file")
    await acts(community, case, "dispatch", to_org="org-heat", note="请到场")
    await acts(heat, case, "accept")
    await acts(heat, case, "done", note="换了阀门")
    page = await acts(community, case, "close", note="已回复来电人")
    assert "已办结" in page.words or "已结案" in page.words
    answer = await community.send(case, f"/desk{case}/asides", {"kind": "satisfaction"}, score="3")
    assert answer.status_code == 303
    page = await community.get(case)
    for words in ("换了阀门", "已回复来电人", "很满意", "办理经过"):
        assert words in page.words
    assert not [form for form in page.forms if form.fields.get("action") == "close"]


async def test_what_is_not_possible_is_named_with_its_reason_and_who_could(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    case = f"/cases/{(await walked(desk, 'file', 'dispatch')).case.id}"
    page = await (await seated(desk, "community")).get(case)
    assert {form.fields.get("action") for form in page.forms} >= {"transfer_level"}
    assert not [form for form in page.forms if form.fields.get("action") in ("accept", "close")]
    assert "案件当前状态下不能办。" in page.words
    assert "不属于您岗位的权限。" in page.words
    assert "可办理的岗位：处置单位" in page.words


async def test_of_two_desks_at_once_neither_loses_a_word(desk: Desk) -> None:
    await staff(desk, "community", "street")
    case = f"/cases/{(await walked(desk, 'file')).case.id}"
    first, second = await seated(desk, "community"), await seated(desk, "street")
    held = (await second.get(case)).form(f"/desk{case}/acts", action="dispatch")
    await acts(first, case, "dispatch", to_org="org-heat", note="先派供热站")
    answer = await second.post(held.action, held.fields | {"to_org": "org-water", "note": "我想派<水站>"})
    page = Reading(answer.text)
    assert answer.status_code == 409
    assert "先派供热站" in page.words
    assert "我想派<水站>" in page.words
    assert "合成供热站" in (await second.get(case)).words


async def test_a_reason_and_a_remark_both_stay_where_the_action_itself_is_gone(desk: Desk) -> None:
    await staff(desk, "community", "street")
    case = f"/cases/{(await walked(desk, 'file', 'dispatch', 'accept', 'done')).case.id}"
    first, second = await seated(desk, "community"), await seated(desk, "street")
    held = (await second.get(case)).form(f"/desk{case}/acts", action="rework")
    await acts(first, case, "close", note="已回访")
    answer = await second.post(held.action, held.fields | {"reason": "还漏", "note": "明天再看"})
    words = Reading(answer.text).words
    assert answer.status_code == 409
    assert all(text in words for text in ("已回访", "还漏", "明天再看"))


async def test_a_form_that_lacks_something_keeps_what_it_says(desk: Desk) -> None:
    await staff(desk, "community")
    case = f"/cases/{(await walked(desk, 'file')).case.id}"
    visitor = await seated(desk, "community")
    for said, sentence in (({"to_org": ""}, "请选单位。"), ({"to_org": "org-over"}, "不能派给该单位")):
        page = await acts(visitor, case, "dispatch", note="请尽快", **said)
        assert sentence in page.words
        assert page.form(f"/desk{case}/acts", action="dispatch").fields["note"] == "请尽快"
    assert "已立案" in (await visitor.get(case)).words


async def test_a_form_sent_twice_acts_once(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    form = (await visitor.get("/new")).form("/desk/new")
    answers = [await visitor.post(form.action, form.fields | WHOLE_CALL) for _ in range(2)]
    case = answers[0].headers["location"]
    assert answers[1].headers["location"] == case
    form = (await visitor.get(case.removeprefix("/desk"))).form(f"{case}/acts", action="file")
    assert [(await visitor.post(form.action, form.fields)).status_code for _ in range(2)] == [303, 303]


async def test_the_contact_is_shown_to_who_asks_for_it_and_the_look_is_written_down(desk: Desk) -> None:
    await staff(desk, "community")
    case = f"/cases/{(await phoned(desk)).case.id}"
    visitor = await seated(desk, "community")
    assert "0451-00000000" not in (await visitor.get(case)).html
    answer = await visitor.send(case, f"/desk{case}/contact", {})
    assert (answer.status_code, "合成来电 0451-00000000" in answer.text) == (200, True)


async def test_a_case_of_others_is_no_case(desk: Desk) -> None:
    await staff(desk, "community", "water")
    case = f"/cases/{(await walked(desk, 'file', 'dispatch')).case.id}"
    visitor = await seated(desk, "water")
    for path in (case, "/cases/x", "/cases/01900000-0000-7000-8000-0000000000ff", f"{case}/media/{'0' * 64}"):
        assert "没有这件案件" in (await visitor.get(path, 404)).words
    token = (await visitor.get("/me")).form("/desk/sign-out").fields["token"]
    answer = await visitor.post(f"/desk{case}/acts", {"token": token, "action": "accept", "expected_version": "3"})
    assert answer.status_code == 404
    assert (await visitor.get("/new", 403)).words


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_stay_words_on_the_page_and_in_its_forms(desk: Desk, text: str) -> None:
    await staff(desk, "community")
    opened = await phoned(desk, COMMUNITY, msgspec.structs.replace(CALL, description=text, place=text))
    filed = await did(desk, opened, "file", note=text)
    visitor = await seated(desk, "community")
    case = f"/cases/{filed.case.id}"
    refused = await acts(visitor, case, "dispatch", to_org="", note=text)
    assert refused.form(f"/desk{case}/acts", action="dispatch").fields["note"] == text
    for page in (await visitor.get(case), refused):
        assert text in page.words
        scripts = [given["src"] or "" for tag, given in page.tags if tag in ("script", "iframe")]
        assert all(address.startswith("/desk/static/") for address in scripts)
        assert not [name for _, given in page.tags for name in given if name.startswith("on")]
        assert all(form.action.startswith("/desk/") for form in page.forms)
        assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]", page.html)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("matter", "请选目录中的事项。"), ("building", "请选楼栋"), ("description", "请用一句话写明情况。")],
)
async def test_a_call_that_lacks_something_is_told_what_and_keeps_the_rest(
    desk: Desk, missing: str, sentence: str
) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    answer = await visitor.send("/new", "/desk/new", {}, **(WHOLE_CALL | {missing: ""}))
    page = Reading(answer.text)
    assert answer.status_code == 422
    assert sentence in page.words or "请选网格" in page.words
    assert page.form("/desk/new").fields["contact"] == "合成来电"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("暴露垃圾 02001", "a"),
        ("02001", "a"),
        ("blлj", ""),
        ("bllj", "a"),
        ("垃圾", ""),
        ("暴露", "a"),
        ("", ""),
        ("无", ""),
    ],
)
def test_what_is_typed_means_one_thing_or_nothing(typed: str, found: str) -> None:
    listed = [Listed("a", "暴露垃圾 02001"), Listed("b", "积存垃圾 02002")]
    assert chosen(typed, listed, {"bllj": "a"}) == found


async def beside(visitor: Visitor, case: str, kind: str, **said: str) -> Reading:
    """Put something beside a case by its form; return the page then."""
    answer = await visitor.send(case, f"/desk{case}/asides", {"kind": kind}, **said)
    assert answer.status_code == 303, answer.text
    return await visitor.get(case)


async def decides(visitor: Visitor, case: str, grant: str, text: str = "") -> Reading:
    """Say a word on what waits beside a case."""
    answer = await visitor.send(case, f"/desk{case}/decisions", {}, grant=grant, text=text)
    assert answer.status_code == 303, answer.text
    return await visitor.get(case)


async def test_an_extension_is_asked_for_and_granted_and_a_case_rests_and_goes_on_by_forms(desk: Desk) -> None:
    await staff(desk, "community", "heat", "street")
    case = f"/cases/{(await walked(desk, 'file', 'dispatch', 'accept')).case.id}"
    heat, street = await seated(desk, "heat"), await seated(desk, "street")
    assert not [form for form in (await street.get(case)).forms if form.fields.get("kind") == "extension"]
    await beside(heat, case, "extension", extra_amount="2", extra_type="work_day", text="等配件")
    assert not [form for form in (await heat.get(case)).forms if form.action.endswith("/decisions")]
    assert "已同意" in (await decides(street, case, "yes")).words
    assert "等配件" in (await heat.get(case)).words
    rests = await acts(street, case, "suspend", reason="等供货", until="2026-12-01")
    assert rests.form(f"/desk{case}/acts", action="resume")
    assert not [form for form in (await heat.get(case)).forms if form.fields.get("action") == "done"]
    await acts(street, case, "resume")
    assert (await heat.get(case)).form(f"/desk{case}/acts", action="done")


async def test_a_late_case_is_exempt_when_two_reviewers_grant_the_appeal(desk: Desk) -> None:
    await staff(desk, "heat", "street", "district")
    opened = await walked(desk, "file", "dispatch", "accept")
    case = f"/cases/{opened.case.id}"
    desk.clock.now_ms += 15 * DAY_MS
    done = await did(desk, await desk.case_api.cases.page(opened.case.id, COMMUNITY), "done", HANDLER)
    heat = await seated(desk, "heat")
    assert "只限超时且已结案的案件。" in (await heat.get(case)).words
    await did(desk, done, "close")
    await beside(heat, case, "appeal", text="厂家停产")
    street, district = await seated(desk, "street"), await seated(desk, "district")
    assert "免责" not in (await decides(street, case, "yes")).words
    assert "免责" in (await decides(district, case, "yes")).words
