"""Lists at the desk: sent, looked at, taken in by a second step; each by the role that may, none from elsewhere."""

import re
from dataclasses import dataclass

import pytest

from sync.caseapi.service.places.desk_lists import KEPT_MS, MOST_KEPT
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.harness import DISTRICT, GRID, ORIGIN, Desk
from tests.sync.caseapi.lists.making import as_csv, as_workbook
from tests.sync.caseapi.places.listed import told

PEOPLE = [("网格编码", "席位", "姓名"), (GRID, "网格员", "甲<b>"), (GRID, "网格长", "乙")]
ORGS = [("单位代码", "单位名称", "类别", "负责区域"), ("heat-9", "供热站", "处置单位", DISTRICT)]


@dataclass
class Sent:
    status: int
    page: Reading
    text: str


async def send(visitor: Visitor, kind: str, data: bytes, name: str = "名单.csv", **fields: str) -> Sent:
    """Send a file by the page's form."""
    token = (await visitor.get("/lists")).form("/desk/lists").fields["token"]
    form = {"token": token, "kind": kind} | fields
    answer = await visitor.http.post(
        "/desk/lists", data=form, files={"file": (name, data, "text/csv")}, headers={"origin": ORIGIN}
    )
    return Sent(answer.status_code, Reading(answer.text), answer.text)


async def do(visitor: Visitor, page: Reading) -> Sent:
    """Press the button of the second step."""
    form = page.form("/desk/lists/do")
    answer = await visitor.post(form.action, form.fields)
    return Sent(answer.status_code, Reading(answer.text), answer.text)


@pytest.fixture
async def security(desk: Desk) -> Visitor:
    await staff(desk, "security")
    return await seated(desk, "security")


async def test_a_list_is_shown_first_and_taken_in_by_a_second_step_with_pins_once(
    desk: Desk, security: Visitor
) -> None:
    shown = await send(security, "people", as_workbook(PEOPLE), "人员.xlsx")
    assert (shown.status, "这份名单会改动什么" in shown.text, "人员.xlsx" in shown.text) == (200, True, True)
    assert "甲&lt;b&gt;" in shown.text
    assert await told(desk, "person") == {}
    done = await do(security, shown.page)
    assert (done.status, len(re.findall(r"<b>[0-9]{6}</b>", done.text))) == (200, 2)
    assert len(await told(desk, "person")) == 2
    (act, *_) = await desk.case_api.storage.places.acts(1)
    (account,) = [each.id for each in await desk.case_api.storage.accounts.all() if each.name == "security"]
    assert (act.act, act.by, act.subject) == ("import_people", account, "人员.xlsx")
    again = await do(security, shown.page)
    assert (again.status, "已经导入过" in again.text) == (422, True)
    assert len(await told(desk, "person")) == 2


async def test_every_fault_stands_in_a_table_in_the_reader_s_language(desk: Desk, security: Visitor) -> None:
    bad = as_csv([PEOPLE[0], ("1", "主任", ""), ("230108001001009", "1", "丙")])
    chinese = await send(security, "people", bad)
    assert (chinese.status, "名单有错误" in chinese.text) == (422, True)
    for words in ("应为 15 位数字，这里是 “1”", "网格编码", "没有网格 “230108001001009”，请先导入网格", "4 处错误"):
        assert words in chinese.page.words
    english = await send(await seated(desk, "security", "en"), "people", bad)
    assert "must be 15 digits, is “1”" in english.page.words
    assert await told(desk, "person") == {}


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\a\\<script>x</script>.csv", "\u202e.csv\x1b[2J", "x" * 4000])
async def test_a_hostile_file_name_is_a_mere_word(desk: Desk, security: Visitor, name: str) -> None:
    shown = await send(security, "people", as_csv(PEOPLE), name)
    assert shown.status in (200, 422)
    assert "<script>" not in shown.text
    assert "\x1b" not in shown.text
    assert "etc/passwd" not in shown.text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x00\xff" * 50, b"<script>alert(1)</script>,b\n1,2\n"])
async def test_hostile_contents_end_in_a_sentence(desk: Desk, security: Visitor, data: bytes) -> None:
    shown = await send(security, "people", data)
    assert shown.status == 422
    assert "<script>alert" not in shown.text


async def test_each_role_takes_in_its_own_lists_and_others_none(desk: Desk, security: Visitor) -> None:
    await staff(desk, "system", "community")
    system, community = await seated(desk, "system"), await seated(desk, "community")
    assert "/desk/lists" in (await system.get("/me")).html
    assert "/desk/lists" not in (await community.get("/me")).html
    await community.get("/lists", 403)
    await community.get("/lists/template/people", 403)
    assert (await send(system, "orgs", as_csv(ORGS))).status == 200
    assert (await send(system, "people", as_csv(PEOPLE))).status == 422
    assert (await send(security, "orgs", as_csv(ORGS))).status == 422
    shown = await send(security, "people", as_csv(PEOPLE))
    fields = shown.page.form("/desk/lists/do").fields
    token = (await system.get("/me")).form("/desk/sign-out").fields["token"]
    assert (await system.post("/desk/lists/do", fields | {"token": token})).status_code == 422
    assert await told(desk, "person") == {}


async def test_what_changed_meanwhile_is_shown_again_and_what_waited_too_long_is_gone(
    desk: Desk, security: Visitor
) -> None:
    first = await send(security, "people", as_csv(PEOPLE))
    other = await send(security, "people", as_csv([PEOPLE[0], (GRID, "网格员", "丁")]))
    await do(security, other.page)
    again = await do(security, first.page)
    assert "期间有别的改动" in again.text
    assert len(await told(desk, "person")) == 1
    assert (await do(security, again.page)).status == 200
    assert len(await told(desk, "person")) == 2
    late = await send(security, "people", as_csv(PEOPLE[:2]), whole="1")
    desk.clock.now_ms += KEPT_MS + 1
    assert (await do(security, late.page)).status == 422
    assert len(desk.case_api.lists._kept) <= MOST_KEPT


async def test_a_form_of_another_page_or_session_is_refused(desk: Desk, security: Visitor) -> None:
    token = (await security.get("/lists")).form("/desk/lists").fields["token"]
    for headers, given in (({"origin": "http://case.example"}, token), ({"origin": ORIGIN}, "x")):
        answer = await security.http.post(
            "/desk/lists",
            data={"token": given, "kind": "people"},
            files={"file": ("a.csv", as_csv(PEOPLE))},
            headers=headers,
        )
        assert answer.status_code == 403
    plain = await security.post("/desk/lists", {"token": token, "kind": "people"})
    assert plain.status_code == 422


async def test_a_template_is_handed_out_and_read_again(desk: Desk, security: Visitor) -> None:
    answer = await security.http.get("/desk/lists/template/people")
    assert answer.headers["content-disposition"] == 'attachment; filename="xunge-people.xlsx"'
    assert "标题行，下面没有内容" in (await send(security, "people", answer.content)).text
    await security.get("/lists/template/boundaries", 404)
