"""The desk's HTTP interface: who is let in, and what a refusal says."""

from tests.sync.caseapi.desk_client import PASSWORD, DeskClient, sign_in, staffed, taken
from tests.sync.caseapi.harness import BUILDING, GRID, MATTER, Desk

CALL = {"matter": MATTER, "building": str(BUILDING), "description": "没水", "contact": "合成来电 0451"}


async def called(by: DeskClient) -> str:
    return str(taken(await by.post("cases", **CALL))["case"]["id"])


async def test_a_session_is_a_cookie_that_only_this_site_uses_or_a_token(desk: Desk) -> None:
    await staffed(desk, ["community"])
    answer = await desk.client.post("/v1/desk/sign-in", json={"name": "community", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("xunge_desk=", "HttpOnly", "SameSite=Strict", "Path=/"))
    me = await desk.client.get("/v1/desk/me")
    assert me.json()["seats"] == [{"role": "community_desk", "org": GRID[:12]}]
    assert "token" not in me.json()
    elsewhere = await desk.client.post("/v1/desk/cases", json=CALL, headers={"origin": "http://elsewhere"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "E-RIGHT")
    form = await desk.client.post("/v1/desk/cases", content=b"{}", headers={"content-type": "text/plain"})
    assert form.status_code == 415
    gone = await desk.client.post("/v1/desk/sign-out")
    assert (gone.status_code, "Max-Age=0" in gone.headers["set-cookie"]) == (204, True)
    desk.client.cookies.clear()
    token = answer.json()["token"]
    for headers in ({"authorization": f"Bearer {token}"}, {"cookie": f"xunge_desk={token}"}, {}):
        refused = await desk.client.get("/v1/desk/me", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "E-SIGNIN")


async def test_a_wrong_password_is_refused_and_then_paused(desk: Desk) -> None:
    await staffed(desk, ["community"])
    wrong = {"name": "community", "password": "wrong"}
    statuses = [(await desk.client.post("/v1/desk/sign-in", json=wrong)).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    paused = await desk.client.post("/v1/desk/sign-in", json=wrong)
    assert int(paused.headers["retry-after"]) > 0


async def test_an_illegal_act_answers_409_with_what_would_be_allowed_and_by_whom(desk: Desk) -> None:
    who = await staffed(desk, ["community", "leader"])
    case = await called(who["community"])
    refused = await who["community"].post(f"cases/{case}/acts", action="close", expected_version=1)
    problem = refused.json()
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (problem["code"], problem["why"]) == ("E-ACT", "state")
    assert {"action": "file", "who": ["community_desk", "street_desk", "district_desk"]} in problem["allowed"]
    refused = await who["leader"].post(f"cases/{case}/acts", action="file", expected_version=1, condition="usual")
    assert (refused.status_code, refused.json()["why"]) == (409, "right")
    refused = await who["community"].post(f"cases/{case}/acts", action="file", expected_version=1)
    assert (refused.json()["why"], refused.json()["missing"]) == ("missing", ["condition"])
    refused = await who["community"].post(f"cases/{case}/acts", action="file", expected_version=1, condition="no")
    assert (refused.status_code, refused.json()["path"]) == (422, "$.condition")


async def test_a_version_that_is_over_answers_409_with_both_texts(desk: Desk) -> None:
    community = (await staffed(desk, ["community"]))["community"]
    case = await called(community)
    first = {"action": "void", "reason": "not_found", "expected_version": 1}
    taken(await community.post(f"cases/{case}/acts", **first, note="甲说"))
    refused = await community.post(f"cases/{case}/acts", **first, note="乙说")
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["version"]) == (409, "E-VERSION", 2)
    assert problem["mine"] == "乙说"
    assert problem["theirs"] == [{"action": "void", "org": GRID[:12], "text": "甲说"}]


async def test_a_contact_is_in_no_list_and_no_page_and_every_look_is_written_down(desk: Desk) -> None:
    who = await staffed(desk, ["community", "auditor", "heat"])
    case = await called(who["community"])
    for by in (who["community"], who["auditor"]):
        for path in ("cases?reach=all", f"cases/{case}"):
            assert "合成来电" not in (await by.get(path)).text
    assert taken(await who["community"].post(f"cases/{case}/contact"))["contact"] == CALL["contact"]
    assert (await who["auditor"].post(f"cases/{case}/contact")).status_code == 403
    assert (await who["heat"].post(f"cases/{case}/contact")).status_code == 404
    from uuid import UUID

    looks = await desk.case_api.storage.looks.of_case(UUID(case))
    assert [look.what for look in looks] == ["page", "contact"]


async def test_a_queue_goes_on_after_its_cursor_and_refuses_what_it_does_not_know(desk: Desk) -> None:
    community = (await staffed(desk, ["community"]))["community"]
    cases = {await called(community) for _ in range(5)}
    seen: list[str] = []
    query = "?limit=2"
    while query:
        page = taken(await community.get(f"cases{query}"))
        seen += [line["id"] for line in page["cases"]]
        query = f"?limit=2&after={page['after']}" if page.get("after") else ""
    assert (len(seen), set(seen)) == (5, cases)
    for wrong in ("?limit=0", "?limit=x", "?reach=else", "?after=1", "?late=2", "?state=DROP"):
        refused = await community.get(f"cases{wrong}")
        assert (refused.status_code, refused.json()["code"]) == (422, "E-INPUT"), wrong


async def test_many_are_dispatched_at_once_with_orgs_and_conditions_read_first(desk: Desk) -> None:
    who = await staffed(desk, ["community", "heat"])
    community = who["community"]
    filed, fresh = await called(community), await called(community)
    (condition,) = taken(await community.get(f"conditions/{MATTER}"))["conditions"]
    await community.act(filed, "file", condition=condition["id"])
    orgs = taken(await community.get("orgs"))["orgs"]
    assert "org-over" not in {org["code"] for org in orgs}
    cases = [{"case": filed, "expected_version": 2}, {"case": fresh, "expected_version": 1}]
    outcomes = taken(await community.post("dispatch", cases=cases, to_org=orgs[1]["code"]))["outcomes"]
    assert [(each["case"], each.get("code", ""), each.get("why", "")) for each in outcomes] == [
        (filed, "", ""),
        (fresh, "E-ACT", "state"),
    ]
    assert taken(await community.get(f"cases/{fresh}/duplicates"))["cases"] == [filed]


async def test_who_is_revoked_is_out_at_once(desk: Desk) -> None:
    await staffed(desk, ["community"])
    community = await sign_in(desk, "community")
    await desk.case_api.accounts.revoke("community")
    assert (await community.get("me")).status_code == 401
