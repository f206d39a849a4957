"""Many cases for one organisation: each told, those that failed stay chosen with the reason; likely duplicates."""

import re

import pytest

from sync.caseapi.desk.casework.call import MOST_LISTED, Listed, found_buildings
from sync.reference import BuildingEntry
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.harness import GRID, Desk, entry
from tests.sync.caseapi.people import did, phoned, walked

BULK = "/desk/queue/dispatch"
MINUTE_MS = 60_000


def boxes(page: Reading, *, checked: bool = True) -> list[str]:
    """Return what the boxes of cases send, the checked ones or all."""
    found = [given for tag, given in page.tags if tag == "input" and given.get("name") == "case"]
    return [given["value"] or "" for given in found if not checked or "checked" in given]


def words(page: Reading) -> str:
    return re.sub(r"\s+", " ", page.words)


async def chosen_page(visitor: Visitor) -> Reading:
    """Choose all filed cases of the queue and go on."""
    queue = await visitor.get("/queue?chosen=all")
    return Reading((await visitor.http.get(BULK, params={"case": boxes(queue)})).text)


async def test_several_cases_go_to_one_organisation_with_one_remark(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    cases = [(await walked(desk, "file")).case.id for _ in range(2)]
    await phoned(desk)
    visitor = await seated(desk, "community")
    assert len(boxes(await visitor.get("/queue"), checked=False)) == 2
    page = await chosen_page(visitor)
    assert {each[:36] for each in boxes(page)} == {str(case) for case in cases}
    form = page.form(BULK)
    answer = await visitor.post(BULK, form.fields | {"case": boxes(page), "to_org": "org-heat", "note": "请今天到场"})
    assert "已派遣 2 件。" in answer.text
    assert boxes(Reading(answer.text)) == []
    heat = await seated(desk, "heat")
    for case in cases:
        assert "请今天到场" in (await heat.get(f"/cases/{case}")).words


async def test_what_failed_stays_chosen_with_its_reason_and_the_rest_went(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    first, second, third = [await walked(desk, "file") for _ in range(3)]
    visitor = await seated(desk, "community")
    page = await chosen_page(visitor)
    await did(desk, second, "dispatch", to_org="org-water")
    await did(desk, third, "transfer_level")
    fields = page.form(BULK).fields | {"case": boxes(page), "to_org": "org-heat", "note": "请<今天>到场"}
    answer = Reading((await visitor.post(BULK, fields)).text)
    assert "已派遣 1 件。" in answer.words
    assert "2 件没有派成" in answer.words
    assert words(answer).count("有人先办了这件案件") == 2
    assert {each[:36] for each in boxes(answer)} == {str(second.case.id), str(third.case.id)}
    assert answer.form(BULK).fields["note"] == "请<今天>到场"
    again = Reading((await visitor.post(BULK, fields | {"case": boxes(answer)})).text)
    assert "案件当前状态下不能办。" in again.words
    assert f"/cases/{first.case.id}" not in again.html


@pytest.mark.parametrize(("said", "sentence"), [({}, "请选单位。"), ({"to_org": "org-over"}, "不能派给该单位")])
async def test_without_an_organisation_that_can_nothing_is_dispatched_and_all_stay_chosen(
    desk: Desk, said: dict[str, str], sentence: str
) -> None:
    await staff(desk, "community")
    case = await walked(desk, "file")
    visitor = await seated(desk, "community")
    page = await chosen_page(visitor)
    answer = await visitor.post(BULK, page.form(BULK).fields | {"case": boxes(page), "note": "请到场"} | said)
    read = Reading(answer.text)
    assert sentence in read.words
    assert (boxes(read), read.form(BULK).fields["note"]) == (boxes(page), "请到场")
    assert "已立案" in (await visitor.get(f"/cases/{case.case.id}")).words


async def test_what_is_no_case_of_theirs_is_not_chosen(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    nobody = f"{'0' * 8}-0000-0000-0000-{'0' * 12}"
    for value in ("", "x", "1.1", "0" * 36 + ".1", "../../etc.1", "汉", f"{nobody}.0", f"{nobody}.1"):
        page = await visitor.get(f"/queue/dispatch?case={value}")
        assert boxes(page, checked=False) == []
        assert "没有选中案件" in page.words


async def test_who_dispatches_nothing_has_no_boxes_and_no_page(desk: Desk) -> None:
    await staff(desk, "heat", "auditor")
    await walked(desk, "file", "dispatch")
    await walked(desk, "file")
    for name in ("heat", "auditor"):
        visitor = await seated(desk, name)
        assert boxes(await visitor.get("/queue?show=open"), checked=False) == []
        await visitor.get("/queue/dispatch", 403)


async def test_a_likely_duplicate_is_joined_by_one_act_from_either_page(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    first = await phoned(desk)
    desk.clock.now_ms += 10 * MINUTE_MS
    second, third = await phoned(desk), await phoned(desk)
    page = await visitor.get(f"/cases/{second.case.id}")
    assert "2 件可能是同一件" in page.words
    form = page.form(f"/desk/cases/{second.case.id}/acts", reason="duplicate", target=str(first.case.id))
    assert (await visitor.post(form.action, form.fields)).status_code == 303
    assert "已作废" in (await visitor.get(f"/cases/{second.case.id}")).words
    filed = f"/cases/{(await did(desk, first, 'file')).case.id}"
    form = (await visitor.get(filed)).form(f"/desk/cases/{third.case.id}/acts", target=str(first.case.id))
    assert (await visitor.post(form.action, form.fields)).status_code == 303
    assert str(first.case.id) in (await visitor.get(f"/cases/{third.case.id}")).html
    assert "2 件可能是同一件" in (await visitor.get(filed)).words
    assert not [each for each in (await visitor.get(filed)).forms if each.fields.get("reason") == "duplicate"]


async def test_in_a_patch_of_many_buildings_what_is_typed_finds_them_without_a_script(desk: Desk) -> None:
    await staff(desk, "community")
    many = [
        entry(
            f"grid:{GRID}", "building", f"01900000-0000-7000-8000-{number:012d}", BuildingEntry(f"{number}号楼", GRID)
        )
        for number in range(1000, 1000 + MOST_LISTED)
    ]
    await desk.publish(many)
    visitor = await seated(desk, "community")
    form = (await visitor.get("/new")).form("/desk/new")
    said = form.fields | {"matter": "02001", "description": "三单元没水", "building": "1004号"}
    page = Reading((await visitor.post("/desk/new", said | {"find": "building"})).text)
    picked = [given["value"] for tag, given in page.tags if given.get("name") == "picked" and given["value"]]
    assert picked == ["01900000-0000-7000-8000-000000001004"]
    assert page.form("/desk/new").fields["description"] == "三单元没水"
    page = Reading((await visitor.post("/desk/new", said | {"building": "第一网格 号楼", "find": "building"})).text)
    assert "还有更多" in page.words
    assert "没有找到" in (await visitor.post("/desk/new", said | {"building": "九千", "find": "building"})).text
    answer = await visitor.post("/desk/new", said | {"building": "号楼"})
    assert (answer.status_code, "是哪一栋" in answer.text) == (422, True)
    assert (await visitor.post("/desk/new", said | {"building": "号楼", "picked": picked[0] or ""})).status_code == 303


@pytest.mark.parametrize("typed", ["", "  ", "汉\x00", "九"])
def test_words_that_no_building_has_find_none(typed: str) -> None:
    assert found_buildings(typed, [Listed("a", "1号楼 第一网格")]) == []
