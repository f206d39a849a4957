"""The catalogue at the desk: found by words and initials, edited as a draft, published; faults at their fields."""

from importlib import metadata

from sync.caseapi.cases.catalogue import MOST_CONDITIONS
from tests.sync.caseapi.desk.work_desk import Reading, seated, staff
from tests.sync.caseapi.harness import MATTER, Desk

EDIT = f"/catalogue/matters/{MATTER}/edit"
NEW = "/catalogue/matters/new/edit"
ACTION = "/desk/catalogue/matters"
ROW = {"name-1": "破", "name_en-1": "Broken", "amount-1": "1", "type-1": "work_day"}
UNREAD = ("is_danger", "timer_type", "type-1", "type-2")
"""Ticks and choices, which the reading of a page does not see."""

SOUND = {"group": "居民小区", "group_en": "Buildings", "timer_type": "urgent_hour", "timer_amount": "4"}
WHOLE = {"name": "<i>冰</i>", "name_en": "Ice", "initials": "b"} | SOUND


async def test_a_category_is_found_by_name_code_and_initials(desk: Desk) -> None:
    await staff(desk, "community")
    community = await seated(desk, "community", "en")
    for typed in ("暴露", "02001", "litter"):
        assert "Litter" in (await community.get(f"/catalogue?find={typed}")).words
    page = await community.get("/catalogue?find=nothing")
    assert "No category fits." in page.words
    assert not [form for form in page.forms if form.action.startswith(ACTION)]
    assert "Litter" in (await community.get(f"/catalogue/matters/{MATTER}")).words


async def test_a_change_is_drafted_shown_against_what_holds_and_published(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system", "en")
    row = {"name-1": "满溢", "name_en-1": "Overflowing", "type-1": "work_hour", "amount-1": "2"}
    said = {"name_en": "Litter lies about", "initials": "bllj", "alias_codes": "01-10 01-11", "is_common": "on"}
    answer = await system.send(EDIT, ACTION, {}, **(said | row | SOUND))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/catalogue/draft")

    draft = await system.get("/catalogue/draft")
    for words in ("Litter lies about", "Overflowing · 2 working hours", "4 hours, nights too", "01-10 01-11"):
        assert words in draft.words
    assert "Group in Chinese" not in draft.words
    again = (await system.get(EDIT)).form(ACTION).fields
    assert (again["name_en-1"], again["id-1"], again["timer_amount"]) == ("Overflowing", "c1", "4")

    published = await system.send("/catalogue/draft", "/desk/catalogue/publish", {}, day="2026-11-23", note="会议纪要")
    assert published.headers["location"] == "/desk/catalogue/versions/2"
    assert "会议纪要" in (await system.get("/catalogue/versions/2")).words
    assert "4 hours, nights too" in (await system.get(f"/catalogue/matters/{MATTER}")).words
    assert "holds now" in (await system.get("/catalogue/versions")).words
    assert "Nothing is changed." in (await system.get("/catalogue/draft")).words
    for path in ("/catalogue", "/catalogue/versions/2", "/catalogue/versions", "/catalogue/draft"):
        foot = (await system.get(path)).words.rpartition("times are those")[0].rsplit("\n", maxsplit=1)[-1]
        assert foot.strip() == f"Xunge {metadata.version('xunge')} ·", path


async def test_a_new_category_takes_the_next_free_local_code(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    form = (await system.get(NEW)).form(ACTION)
    assert form.fields["code"] == "10999"
    said = {"name": "房檐冰溜", "name_en": "Icicles"} | SOUND
    assert (await system.post(form.action, form.fields | said)).status_code == 303
    assert (await system.get(NEW)).form(ACTION).fields["code"] == "10998"
    assert (
        (await system.get("/catalogue/matters/local:matter:10999/edit"))
        .form(ACTION)
        .fields["initials"]
        .startswith("fdbl ")
    )


WRONG: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"timer_amount": ""}, "timer_amount", "要有处置时限"),
    ({"timer_amount": "0"}, "timer_amount", "1 到 999"),
    ({"timer_amount": "60", "timer_type": "work_day"}, "timer_amount", "2027"),
    ({"is_danger": "on"}, "emergency_number", "先拨打的电话"),
    ({"code": "02001"}, "code", "暴露垃圾"),
    ({"code": "<b>"}, "code", "本地代码五位"),
    ({**ROW, "name-2": "坏", "name_en-2": "", "amount-2": "2", "type-2": "work_day"}, "conditions-2", "没有填"),
    ({**ROW, "amount-1": "1000000"}, "conditions-1", "1 到 999"),
    ({"name-1": "坏", "name_en-1": "Bad", "amount-1": "soon"}, "conditions-1", "1 到 999"),
)
"""What a form says, the field that is marked, and the words."""


async def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    blank = (await system.get(NEW)).form(ACTION)
    for said, field, words in WRONG:
        answer = await system.post(blank.action, blank.fields | WHOLE | said)
        read = Reading(answer.text)
        assert (answer.status_code, words in read.words) == (422, True), said
        links = [given.get("href") or "" for tag, given in read.tags if tag == "a"]
        assert f"#{field}" in links, said
        assert any(given.get("id") == field for _, given in read.tags), said
        kept, whole = read.form(ACTION).fields, WHOLE | said
        assert all(kept.get(name) == text for name, text in whole.items() if name not in UNREAD), said
        assert "<i>" not in answer.text
    assert "没有改动" in (await system.get("/catalogue/draft")).words


async def test_the_later_of_two_editors_sees_both_and_loses_nothing(desk: Desk) -> None:
    await staff(desk, "system", "district")
    system, district = await seated(desk, "system"), await seated(desk, "district")
    said = {"initials": "bllj"} | SOUND
    form = (await system.get(EDIT)).form(ACTION)
    assert (await district.send(EDIT, ACTION, {}, **(said | {"timer_amount": "8"}))).status_code == 303
    answer = await system.post(form.action, form.fields | said | {"name_en": "Mine"})
    read = Reading(answer.text)
    assert (answer.status_code, read.form(ACTION).fields["name_en"]) == (409, "Mine")
    assert "8 小时" in read.words
    again = read.form(ACTION)
    assert (await system.post(again.action, again.fields | said | {"name_en": "Mine"})).status_code == 303


async def test_each_role_does_its_own_and_no_more(desk: Desk) -> None:
    await staff(desk, "system", "district", "community", "security")
    district, community = await seated(desk, "district"), await seated(desk, "community")
    security, system = await seated(desk, "security"), await seated(desk, "system")
    assert (await district.send(EDIT, ACTION, {}, **({"initials": "bllj"} | SOUND))).status_code == 303
    proposed = await district.get("/catalogue/draft")
    assert {each.action for each in proposed.forms} == {"/desk/sign-out", "/desk/search"}
    token = proposed.forms[0].fields["token"]
    sent = [
        ("/desk/catalogue/publish", {"day": "2026-12-01"}),
        (f"/desk/catalogue/draft/{MATTER}", {}),
    ]
    for path, fields in sent:
        assert (await district.post(path, fields | {"token": token})).status_code == 403
    for path in ("/catalogue/draft", EDIT):
        await community.get(path, 403)
    await security.get("/catalogue", 403)
    assert "目录" not in (await security.get("/me")).words
    assert (await system.send("/catalogue/draft", f"/desk/catalogue/draft/{MATTER}", {})).status_code == 303
    assert "没有改动" in (await system.get("/catalogue/draft")).words


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    for path in ("/matters/x", "/matters/x/edit", "/versions/7", "/versions/0007"):
        assert "没有内容" in (await system.get(f"/catalogue{path}", 404)).words


async def test_a_form_has_room_for_every_condition_that_a_category_may_have(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    places = range(1, MOST_CONDITIONS + 1)
    said = {"name": "条件", "name_en": "Condition", "type": "work_day", "amount": "1"}
    rows = {f"{name}-{n}": text for n in places for name, text in said.items()}
    assert (await system.send(EDIT, ACTION, {}, **({"initials": "bllj"} | SOUND | rows))).status_code == 303
    kept = (await system.get(EDIT)).form(ACTION).fields
    assert [kept[f"id-{n}"] for n in places] == [f"c{n}" for n in places]
