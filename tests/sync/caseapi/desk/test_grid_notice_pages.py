"""The page of notices: sent by a form, told at the field what cannot be, withdrawn by one button."""

from tests.sync.caseapi.desk.work_desk import Reading, seated, staff
from tests.sync.caseapi.harness import GRID, Desk

PAGE, SEND = "/grid-notices", "/desk/grid-notices"
WORDS = "明天九点到十一点停水\n<b>别忘了</b>"


def offered(page: Reading) -> list[str]:
    """Return the areas that the form offers, those chosen already with a star."""
    options = [given for tag, given in page.tags if tag == "option"]
    return [f"{given['value']}{'*' if 'selected' in given else ''}" for given in options if given["value"]]


async def test_a_notice_is_sent_listed_and_withdrawn(desk: Desk) -> None:
    await staff(desk, "community", "street", "auditor")
    community, street = await seated(desk, "community"), await seated(desk, "street", "en")
    form = (await community.get(PAGE)).form(SEND)
    assert (form.fields["last_day"], form.fields["text"]) == ("2026-11-30", "")
    said = form.fields | {"area": GRID[:12], "text": WORDS.replace("\n", "\r\n"), "urgent": "1"}
    first, second = await community.post(SEND, said), await community.post(SEND, said)
    assert (first.status_code, first.headers["location"]) == (303, second.headers["location"])

    page = await community.get(first.headers["location"].removeprefix("/desk"))
    assert ("已发到 2 个网格，" in page.words, WORDS in page.words, "<b>" in page.html) == (True, True, False)
    assert page.words.count(WORDS) == 1
    withdraw = page.form(f"{SEND}/")
    seen = await street.get(PAGE)
    for words in ("Urgent", "社区", "2 grids", "to 30 Nov", "Withdraw"):
        assert words in seen.words, words
    gone = await community.post(withdraw.action, withdraw.fields)
    page = await community.get(gone.headers["location"].removeprefix("/desk"))
    assert ("通知已撤回" in page.words, "目前没有通知" in page.words, "最近结束的（1 条）" in page.words) == (True,) * 3
    assert [each.action for each in page.forms if each.action.endswith("/withdraw")] == []
    lines = (await (await seated(desk, "auditor")).get("/acts")).words
    assert ("向网格发通知" in lines, "撤回通知" in lines) == (True, True)


async def test_what_cannot_be_is_told_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    await staff(desk, "community", "district")
    community = await seated(desk, "community", "en")
    form = (await community.get(PAGE)).form(SEND)
    good = form.fields | {"area": GRID[:12], "text": WORDS}
    for field, wrong, words in (
        ("area", "", "Choose the area"),
        ("area", f"{GRID[:12]}999", "Choose the area"),
        ("text", " ", "at most 500 characters"),
        ("text", "水" * 501, "at most 500 characters"),
        ("last_day", "2026-11-22", "from today to 60 days on"),
        ("last_day", "soon, I hope", "from today to 60 days on"),
        ("id", "x", "cannot be"),
    ):
        answer = await community.post(SEND, good | {field: wrong})
        page = Reading(answer.text)
        assert (answer.status_code, words in page.words) == (422, True), (field, wrong)
        if field != "text":
            assert page.form(SEND).fields["text"] == WORDS
        if field != "id":
            marked = [given["name"] for _, given in page.tags if given.get("aria-invalid") == "true"]
            assert marked == [field]
    assert (await community.post(SEND, good | {"area": "231299"})).status_code == 403
    assert "No notice is shown now." in (await community.get(PAGE)).words

    assert (await community.post(SEND, good)).status_code == 303
    answer = await community.post(SEND, good | {"text": "another"})
    again = Reading(answer.text).form(SEND)
    assert (answer.status_code, "sent already" in answer.text, again.fields["text"]) == (422, True, "another")
    assert (await community.post(SEND, again.fields | {"area": GRID[:12]})).status_code == 303
    assert "another" in (await community.get(PAGE)).words


async def test_each_desk_chooses_among_its_own_areas_and_a_wide_one_must_choose(desk: Desk) -> None:
    await staff(desk, "community", "district")
    own = [GRID[:12], GRID, f"{GRID[:14]}2"]
    assert offered(await (await seated(desk, "community")).get(PAGE)) == [f"{own[0]}*", *own[1:]]
    district = await (await seated(desk, "district", "en")).get(PAGE)
    assert offered(district) == [GRID[:6], GRID[:9], *own]
    assert "平房区 (2 grids)" in district.words


async def test_a_page_says_only_of_what_is_so_that_it_is(desk: Desk) -> None:
    await staff(desk, "community")
    community = await seated(desk, "community", "en")
    for address in (f"{PAGE}?sent={'0' * 8}", f"{PAGE}?withdrawn=<b>", f"{PAGE}?sent=&withdrawn="):
        page = await community.get(address)
        assert ("Sent to" in page.words, "is withdrawn" in page.words) == (False, False)
    token = {"token": page.form(SEND).fields["token"]}
    for unknown in ("x", "00000000-0000-0000-0000-000000000001"):
        assert (await community.post(f"{SEND}/{unknown}/withdraw", token)).status_code == 404
    assert (await community.post(SEND, {"area": GRID, "text": "x", "last_day": "2026-11-30"})).status_code == 403
