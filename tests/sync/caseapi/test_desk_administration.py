"""What administrators do: each only their own, each act written down; passwords are shown once and kept nowhere."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from sync.caseapi.errors import CaseApiError, InputRefused, NotAllowed, NotThere, SignInRefused, UnknownGrid
from sync.caseapi.service.administration.commands import run_command
from sync.caseapi.service.administration.desk import DeskAdministration
from sync.caseapi.service.callers import Caller
from sync.caseapi.storage.accounts import SeatRow
from sync.caseapi.storage.orgs import OrgRow
from tests.sync.caseapi.harness import GRID, Desk
from tests.sync.caseapi.people import caller

SYSTEM, SECURITY, AUDITOR = caller("system_admin"), caller("security_admin"), caller("auditor")
OTHER_SECURITY = caller("security_admin", name="another")
SEAT = SeatRow("community_desk", GRID[:12])
HEAT = OrgRow("org-heat", "handler", "供热站", GRID[:12], "0451-00000001")


async def acts(desk: Desk) -> list[tuple[str, str, str, str]]:
    found = await desk.case_api.administration.acts(AUDITOR)
    return [(each.act.account, each.act.act, each.act.about, each.act.outcome) for each in reversed(found)]


async def test_an_account_is_made_seated_renewed_and_revoked_and_all_of_it_is_written(desk: Desk) -> None:
    administration, accounts = desk.case_api.administration, desk.case_api.accounts
    made, password = await administration.add_account("One", SEAT, SECURITY)
    token, by = await accounts.sign_in("one", password)
    assert [(seat.role, seat.org) for seat in by.seats] == [("community_desk", GRID[:12])]
    await administration.put_seat("one", SeatRow("leader", GRID[:6], "2026-11-01", "2026-12-01"), SECURITY)
    assert set((await accounts.caller(token)).roles) == {"community_desk", "leader"}
    await administration.end_seat("one", "leader", GRID[:6], SECURITY)
    assert (await accounts.caller(token)).roles == ("community_desk",)
    assert await administration.end_sessions("one", SECURITY) == 1
    renewed = await administration.renew_password("one", SECURITY)
    with pytest.raises(SignInRefused):
        await accounts.sign_in("one", password)
    await accounts.sign_in("one", renewed)
    await administration.revoke_account("one", SECURITY)
    with pytest.raises(SignInRefused):
        await accounts.sign_in("one", renewed)
    assert made.name == "one"
    names = ["add", "seat", "seat-end", "sessions", "password", "revoke"]
    assert [act for _, act, _, _ in await acts(desk)] == [f"account-{name}" for name in names]
    said = " ".join(f"{each.act.said} {each.act.about}" for each in await administration.acts(AUDITOR))
    assert (password in said, renewed in said) == (False, False)


async def test_a_seat_that_was_to_begin_later_never_begins(desk: Desk) -> None:
    await desk.case_api.administration.add_account("one", SEAT, SECURITY)
    await desk.case_api.administration.put_seat("one", SeatRow("leader", GRID[:6], "2027-01-01"), SECURITY)
    await desk.case_api.administration.end_seat("one", "leader", GRID[:6], SECURITY)
    (account,) = await desk.case_api.administration.accounts(SECURITY)
    ended = next(seat for seat in account.seats if seat.role == "leader")
    assert (ended.valid_from, ended.valid_to) == ("2026-11-23", "2026-11-23")


async def test_what_is_refused_changes_nothing_and_is_written_too(desk: Desk) -> None:
    administration = desk.case_api.administration
    await administration.add_account("one", SEAT, SECURITY)
    with pytest.raises(InputRefused):
        await administration.add_account("one", SEAT, SECURITY)
    with pytest.raises(InputRefused):
        await administration.put_seat("one", SeatRow("auditor", ""), SECURITY)
    with pytest.raises(UnknownGrid):
        await administration.offer("230108001001999", SYSTEM)
    assert [line[3] for line in await acts(desk)] == ["done", "done", "refused", "done", "refused", "done", "refused"]


@pytest.mark.parametrize(
    "org",
    [
        OrgRow("two words", "handler", "供热站", GRID[:12]),
        OrgRow("org", "handler", " ", GRID[:12]),
        OrgRow("org", "handler", "供热站", "231299"),
        OrgRow("org", "handler", "供热站", GRID[:12], valid_from="2026-12-01", valid_to="2026-11-01"),
        OrgRow("org", "handler", "供热站", GRID[:12], valid_to="soon"),
    ],
)
async def test_an_organisation_that_cannot_be_is_refused(desk: Desk, org: OrgRow) -> None:
    with pytest.raises(InputRefused):
        await desk.case_api.administration.put_org(org, SYSTEM)
    assert await desk.case_api.administration.orgs(SYSTEM) == []


async def test_a_tablet_is_let_in_revoked_and_wiped_by_two(desk: Desk) -> None:
    administration = desk.case_api.administration
    device = UUID((await desk.tablet()).device)
    await administration.revoke_tablet(device, SECURITY)
    assert not (await administration.wipe_tablet(device, SECURITY)).is_wiped
    assert not (await administration.wipe_tablet(device, SECURITY)).is_wiped
    assert (await administration.wipe_tablet(device, OTHER_SECURITY)).is_wiped
    (tablet,) = await administration.tablets(SYSTEM)
    assert (tablet.status, tablet.is_wiped) == ("revoked", True)
    assert await administration.photos_again(device, SYSTEM) == 0
    with pytest.raises(NotThere):
        await administration.revoke_tablet(UUID(int=1), SECURITY)


async def test_nobody_shuts_himself_out(desk: Desk) -> None:
    administration = desk.case_api.administration
    made, _ = await administration.add_account("chief", SeatRow("security_admin", ""), SECURITY)
    chief = Caller(made.id, SECURITY.seats)
    with pytest.raises(InputRefused):
        await administration.revoke_account("chief", chief)
    with pytest.raises(InputRefused):
        await administration.end_seat("chief", "security_admin", "", chief)


async def test_what_the_command_line_does_is_written_without_its_secrets(desk: Desk) -> None:
    wanted = {"name": "one", "role": "community_desk", "org": GRID[:12], "password": "a very long password"}
    await run_command(desk.case_api, "account-add", wanted)
    await run_command(desk.case_api, "account-list", {})
    with pytest.raises(CaseApiError):
        await run_command(desk.case_api, "account-revoke", {"name": "nobody"})
    lines = [("", "account-add", "one", "done"), ("", "account-revoke", "nobody", "done")]
    assert await acts(desk) == [*lines, ("", "account-revoke", "nobody", "refused")]
    assert "a very long password" not in str(await desk.case_api.administration.acts(AUDITOR))


_Asked = Callable[[DeskAdministration, Caller], Awaitable[object]]
OWN: dict[str, tuple[_Asked, tuple[Caller, ...]]] = {
    "accounts": (lambda do, by: do.accounts(by), (SECURITY,)),
    "account": (lambda do, by: do.add_account(f"made by {by.id}", SEAT, by), (SECURITY,)),
    "seat": (lambda do, by: do.put_seat("someone", SEAT, by), (SECURITY,)),
    "no seat": (lambda do, by: do.end_seat("someone", "leader", GRID[:6], by), (SECURITY,)),
    "sessions": (lambda do, by: do.end_sessions("someone", by), (SECURITY,)),
    "password": (lambda do, by: do.renew_password("someone", by), (SECURITY,)),
    "no account": (lambda do, by: do.revoke_account("someone", by), (SECURITY,)),
    "orgs": (lambda do, by: do.orgs(by), (SYSTEM,)),
    "org": (lambda do, by: do.put_org(HEAT, by), (SYSTEM,)),
    "tablets": (lambda do, by: do.tablets(by), (SYSTEM, SECURITY)),
    "code": (lambda do, by: do.offer(GRID, by), (SYSTEM,)),
    "acts": (lambda do, by: do.acts(by), (AUDITOR,)),
}


async def test_each_of_the_three_does_its_own_cell_by_cell(desk: Desk) -> None:
    administration = desk.case_api.administration
    await administration.add_account("someone", SEAT, SECURITY)
    await administration.put_seat("someone", SeatRow("leader", GRID[:6]), SECURITY)
    astray: list[str] = []
    for name, (asked, own) in OWN.items():
        for by in (SYSTEM, SECURITY, AUDITOR, caller("district_desk"), caller("leader")):
            try:
                await asked(administration, by)
            except NotAllowed:
                is_let = False
            else:
                is_let = True
            if is_let != (by in own):
                astray.append(f"{by.roles[0]} {name}: let={is_let}")
    assert not astray, "\n".join(astray)
