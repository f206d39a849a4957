"""The administrators' pages: each role sees its own and no other, cell by cell; secrets are shown once."""

import re

from sync.caseapi.storage.orgs import OrgRow
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.harness import GRID, Desk, Tablet

PASSWORD_SHOWN = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}")
CODE_SHOWN = re.compile(r"[0-9A-Z]{5}( [0-9A-Z]{5}){4}")

PAGES = {
    "/accounts": {"security"},
    "/accounts/{community}": {"security"},
    "/organisations": {"system"},
    "/organisations/new": {"system"},
    "/grids": {"system"},
    "/tablets": {"system", "security"},
    "/acts": {"auditor"},
    "/catalogue": {"system", "auditor", "district", "community", "heat"},
    "/catalogue/draft": {"system", "district"},
    "/queue": {"auditor", "district", "community", "heat"},
    "/grid-notices": {"district", "community"},
}
"""Page to the accounts that see it; everybody else is told that it is not theirs."""

FORMS = {
    "/desk/accounts": {"security"},
    "/desk/accounts/{leader}/seats": {"security"},
    "/desk/accounts/{leader}/password": {"security"},
    "/desk/accounts/{leader}/sessions": {"security"},
    "/desk/organisations/org-heat": {"system"},
    "/desk/tablets/codes": {"system"},
    "/desk/tablets/confirm": {"system"},
    "/desk/tablets/{device}/photos": {"system"},
    "/desk/tablets/{device}/wipe": {"system", "security"},
    "/desk/tablets/{device}/revoke": {"security"},
    "/desk/accounts/{water}/revoke": {"security"},
    "/desk/grid-notices": {"district", "community"},
    "/desk/grid-notices/{device}/withdraw": {"district", "community"},
}
FIELDS = {
    "name": "made",
    "role": "leader",
    "org": GRID[:6],
    "grid": GRID,
    "patch": GRID[:12],
    "digits": "000000",
    "sure": "1",
}
WHO = ("system", "security", "auditor", "district", "community", "heat")


async def id_of(desk: Desk, name: str) -> str:
    return next(account.id for account in await desk.case_api.accounts.all() if account.name == name)


async def test_each_role_sees_its_own_pages_and_sends_its_own_forms_cell_by_cell(desk: Desk) -> None:
    await staff(desk, *WHO, "water", "leader")
    ids = {account.name: account.id for account in await desk.case_api.accounts.all()}
    ids["device"] = (await desk.tablet()).device
    astray: list[str] = []
    for who in WHO:
        visitor = await seated(desk, who)
        shown = (await visitor.get("/me")).html
        for path, own in PAGES.items():
            status = (await visitor.http.get(f"/desk{path}".format(**ids))).status_code
            # Whoever reads no case has a queue that says so.
            if status != (200 if who in own or path == "/queue" else 403):
                astray.append(f"{who} {path}: {status}")
            if path.count("/") == 1 and (f'href="/desk{path}"' in shown) != (who in own):
                astray.append(f"{who} {path} stands in the navigation: {who not in own}")
        token = (await visitor.get("/me")).forms[0].fields["token"]
        for path, own in FORMS.items():
            fields = FIELDS | {"token": token, "name": f"made by {who}"}
            status = (await visitor.post(path.format(**ids), fields)).status_code
            if (status == 403) == (who in own) or status >= 500:
                astray.append(f"{who} sends {path}: {status}")
    assert not astray, "\n".join(astray)


async def test_a_password_is_shown_once_and_signs_in(desk: Desk) -> None:
    await staff(desk, "security", "auditor")
    security = await seated(desk, "security")
    form = next(each for each in (await security.get("/accounts")).forms if "name" in each.fields)
    said = {"name": "New One", "role": "community_desk", "org": f"{GRID[:12]} 社区"}
    answer = await security.post(form.action, form.fields | said)
    shown = PASSWORD_SHOWN.search(answer.text)
    assert (answer.status_code, shown is not None) == (200, True)
    assert shown is not None
    assert (await Visitor(desk).sign_in("new one", shown[0])).status_code == 303
    page = f"/accounts/{await id_of(desk, 'new one')}"
    again = await security.get(page)
    assert PASSWORD_SHOWN.search(again.html) is None
    assert "社区坐席" in again.words
    renewed = await security.send(page, f"/desk{page}/password", {})
    second = PASSWORD_SHOWN.search(renewed.text)
    assert second is not None
    assert (await Visitor(desk).sign_in("new one", shown[0])).status_code == 401
    assert (await Visitor(desk).sign_in("new one", second[0])).status_code == 303
    lines = (await (await seated(desk, "auditor")).get("/acts")).words
    assert ("新建账号" in lines, "重设密码" in lines) == (True, True)
    assert (shown[0] in lines, second[0] in lines) == (False, False)


async def test_a_seat_is_given_taken_away_and_what_cannot_be_is_told_at_its_field(desk: Desk) -> None:
    await staff(desk, "security", "community")
    security = await seated(desk, "security", "en")
    page = f"/accounts/{await id_of(desk, 'community')}"
    seats = f"/desk{page}/seats"
    for wrong, words in (
        ({"role": "auditor", "org": ""}, "cannot stand beside another"),
        ({"role": "street_desk", "org": "x"}, "needs the code"),
        ({"role": "leader", "org": GRID[:6], "valid_from": "2026-12-01", "valid_to": "2026-11-01"}, "after it begins"),
        ({"role": "leader", "org": GRID[:6], "valid_from": "soon"}, "written as in"),
    ):
        form = next(
            each for each in (await security.get(page)).forms if each.action == seats and "end" not in each.fields
        )
        answer = await security.post(seats, form.fields | wrong)
        assert (answer.status_code, words in Reading(answer.text).words) == (422, True), wrong
    form = next(each for each in (await security.get(page)).forms if each.action == seats and "end" not in each.fields)
    given = form.fields | {"role": "leader", "org": GRID[:6], "valid_to": "2026-12-01"}
    assert (await security.post(seats, given)).status_code == 303
    assert "until before 2026-12-01" in (await security.get(page)).words
    assert (await security.send(page, seats, {"role": "leader", "end": "1"})).status_code == 303
    assert "over since 2026-11-23" in (await security.get(page)).words


async def test_an_organisation_is_written_and_its_number_shown(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    said = {"code": "org-lift", "name": "<b>电梯</b>", "patch": GRID[:12], "number": "0451-00000009", "kind": "partner"}
    answer = await system.send("/organisations/new", "/desk/organisations/new", {}, **said)
    assert answer.status_code == 303
    page = await system.get("/organisations")
    assert ("<b>电梯</b>" in page.words, "0451-00000009" in page.words, "<b>" in page.html) == (True, True, False)
    for code in ("org-lift", "two words", "new", ""):
        again = await system.send("/organisations/new", "/desk/organisations/new", {}, **(said | {"code": code}))
        assert (again.status_code, Reading(again.text).form("/desk/organisations/new").fields["name"]) == (
            422,
            "<b>电梯</b>",
        )
    kept = next(org for org in await desk.case_api.storage.orgs.all() if org.code == "org-lift")
    assert kept == OrgRow("org-lift", "partner", "<b>电梯</b>", GRID[:12], "0451-00000009")


async def test_a_tablet_joins_by_code_and_digits_and_is_revoked_and_wiped_by_two(desk: Desk) -> None:
    from base64 import b64decode

    from sync.enrolment import compare_digits
    from sync.wire import EnrolReply, decode_message

    await staff(desk, "system", "security")
    system, security = await seated(desk, "system", "en"), await seated(desk, "security", "en")
    answer = await system.send("/tablets", "/desk/tablets/codes", {}, grid=f"{GRID} 第一网格")
    code = CODE_SHOWN.search(answer.text)
    assert code is not None
    assert "<svg" in answer.text
    tablet = Tablet(desk.clock, desk.client)
    pending = decode_message((await desk.present(code[0].replace(" ", ""), tablet.key)).content, EnrolReply)
    public = tablet.key.public_key().public_bytes_raw()
    digits = compare_digits(code[0].replace(" ", ""), public, b64decode(pending.receipt_key))
    waiting = await system.get("/tablets")
    assert ("Waiting to be let in" in waiting.words, digits in waiting.html) == (True, False)
    wrong = await system.send("/tablets", "/desk/tablets/confirm", {}, digits=str((int(digits) + 1) % 10**6).zfill(6))
    assert (wrong.status_code, "No waiting tablet" in wrong.text) == (422, True)
    let_in = await system.send("/tablets", "/desk/tablets/confirm", {}, digits=f"{digits[:3]} {digits[3:]}")
    page = let_in.headers["location"].removeprefix("/desk").partition("?")[0]
    assert "in use" in (await system.get(page)).words
    assert not [form for form in (await system.get(page)).forms if form.action.endswith("/revoke")]
    unsure = await security.send(page, f"/desk{page}/wipe", {})
    assert (unsure.status_code, "Tick that you know" in unsure.text) == (422, True)
    first = await security.send(page, f"/desk{page}/wipe", {}, sure="1")
    assert "A second administrator" in first.text
    second = await system.send(page, f"/desk{page}/wipe", {}, sure="1")
    assert "erased at its next contact" in second.text


async def test_grids_show_their_four_seats_and_who_sits_there(desk: Desk) -> None:
    await staff(desk, "system")
    system = await seated(desk, "system")
    assert "2 个网格" in (await system.get("/grids")).words
    page = await system.get(f"/grids?community={GRID[:12]}")
    for words in ("第一网格", "网格长", "信息员", "空", "1 栋楼"):
        assert words in page.words


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    await staff(desk, "system", "security", "auditor")
    system, security = await seated(desk, "system"), await seated(desk, "security")
    for visitor, path in (
        (security, "/accounts/nobody"),
        (system, "/organisations/nothing"),
        (system, "/tablets/x"),
        (system, f"/tablets/{'0' * 8}-0000-7000-8000-000000000000"),
    ):
        assert "没有内容" in (await visitor.get(path, 404)).words
    auditor = await seated(desk, "auditor")
    for before in ("x", "-1", "9" * 40, "1"):
        await auditor.get(f"/acts?before={before}")
