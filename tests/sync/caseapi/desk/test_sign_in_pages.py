"""Signing in at the desk's pages: a cookie that no script reads, forms that no other page sends."""

import pytest

from sync.caseapi.storage.accounts import SeatRow
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.harness import ORIGIN, Desk

PAGES = ("/queue", "/me")


@pytest.mark.parametrize("page", PAGES)
async def test_nobody_sees_a_page_of_cases_before_the_sign_in_and_is_led_back_after_it(desk: Desk, page: str) -> None:
    await staff(desk, "community")
    visitor = Visitor(desk)
    led = await visitor.http.get(f"/desk{page}?lang=en")
    assert (led.status_code, led.headers["location"]) == (303, f"/desk/sign-in?lang=en&to=%2F{page[1:]}")
    form = Reading((await visitor.http.get(led.headers["location"])).text).form("/desk/sign-in")
    answer = await visitor.post(
        form.action, form.fields | {"name": "community", "password": "a password for the tests"}
    )
    assert answer.headers["location"] == f"/desk{page}?lang=en"
    assert (await visitor.http.get(answer.headers["location"])).status_code == 200


async def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(desk: Desk) -> None:
    await staff(desk, "community")
    answer = await Visitor(desk).sign_in("community")
    assert {"HttpOnly", "SameSite=Strict"} <= set(answer.headers["set-cookie"].split("; "))
    assert answer.headers["location"] == "/desk/queue"


async def test_a_wrong_password_tells_no_more_than_that_and_at_last_a_pause(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = Visitor(desk)
    for name in ("community", "nobody"):
        answer = await visitor.sign_in(name, "wrong password")
        assert (answer.status_code, "账号或密码不对。" in answer.text) == (401, True)
        assert Reading(answer.text).form("/desk/sign-in").fields["name"] == name
        assert "wrong password" not in answer.text
    for _ in range(5):
        answer = await visitor.sign_in("community", "wrong password")
    assert (answer.status_code, "秒后再试" in answer.text) == (429, True)


@pytest.mark.parametrize("origin", [None, "", "null", "http://case.example", f"{ORIGIN}.example"])
async def test_a_form_of_another_page_is_refused(desk: Desk, origin: str | None) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    token = (await visitor.get("/me")).form("/desk/sign-out").fields["token"]
    fields = {"name": "community", "password": "a password for the tests"}
    assert (await visitor.post("/desk/sign-in", fields, origin=origin)).status_code == 403
    assert (await visitor.post("/desk/sign-out", {"token": token}, origin=origin)).status_code == 403
    await visitor.get("/me")


async def test_a_form_without_the_token_of_its_session_is_refused(desk: Desk) -> None:
    await staff(desk, "community")
    first, second = await seated(desk, "community"), await seated(desk, "community")
    other = (await second.get("/me")).form("/desk/sign-out").fields["token"]
    for token in ("", "x", "汉", other):
        assert (await first.post("/desk/sign-out", {"token": token})).status_code == 403
    await first.get("/me")


async def test_signing_out_ends_the_session_itself(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    cookie = visitor.http.cookies["xunge_desk"]
    answer = await visitor.send("/me", "/desk/sign-out", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    visitor.http.cookies.set("xunge_desk", cookie)
    assert (await visitor.http.get("/desk/me")).status_code == 303


@pytest.mark.parametrize(
    "to", ["//case.example", "https://case.example", "/static/desk.css", "/queue/../x", "/cases/1"]
)
async def test_a_sign_in_leads_nowhere_else(desk: Desk, to: str) -> None:
    await staff(desk, "community")
    visitor = Visitor(desk)
    fields = {"name": "community", "password": "a password for the tests", "to": to}
    assert (await visitor.post("/desk/sign-in", fields)).headers["location"] == "/desk/queue"


async def test_the_navigation_shows_what_the_seats_may_see_and_leads_back_to_what_arrives(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    await desk.case_api.accounts.add("keeper", PASSWORD, (SeatRow("security_admin", ""),))
    seen = {}
    for name in ("community", "heat", "keeper"):
        visitor = Visitor(desk)
        landed = (await visitor.sign_in(name)).headers["location"]
        page = await visitor.get("/me")
        addresses = {given.get("href") or "" for tag, given in page.tags if tag == "a"}
        seen[name] = (landed, {each for each in ("/desk/queue", "/desk/new", "/desk/me") if each in addresses})
    assert seen["community"] == ("/desk/queue", {"/desk/queue", "/desk/new", "/desk/me"})
    assert seen["heat"] == ("/desk/queue", {"/desk/queue", "/desk/me"})
    assert seen["keeper"] == ("/desk/accounts", {"/desk/me"})


async def test_who_one_is_stands_on_the_page_in_both_languages(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    assert "社区坐席" in (await (await seated(desk, "community")).get("/me")).words
    english = (await (await seated(desk, "heat", "en")).get("/me")).words
    assert "Handling organisation" in english
    assert "合成供热站" in english


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 200, b"name=" + b"x" * 70_000, b"%zz=%"])
async def test_what_is_no_form_is_refused_and_nothing_breaks(desk: Desk, body: bytes) -> None:
    headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    answer = await Visitor(desk).http.post("/desk/sign-in", content=body, headers=headers)
    assert answer.status_code in (401, 422)
    assert answer.headers["content-type"].startswith("text/html")


async def test_nothing_on_the_pages_is_inline_and_forms_go_to_this_server(desk: Desk) -> None:
    await staff(desk, "community")
    visitor = await seated(desk, "community")
    for path in ("/desk/sign-in", "/desk/queue", "/desk/me", "/desk/queue?show=nothing"):
        answer = await visitor.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        read = Reading(answer.text)
        assert not [tag for tag, given in read.tags if tag == "style" or "style" in given]
        assert not [name for _, given in read.tags for name in given if name.startswith("on")]
        assert all(given.get("src") for tag, given in read.tags if tag == "script")
