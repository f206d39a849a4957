"""Accounts and sessions: no password and no token is kept, what is revoked ends at once."""

from pathlib import Path

import pytest

from sync.caseapi.errors import InputRefused, NotAllowed, SignInPaused, SignInRefused
from sync.caseapi.service.people.accounts import FREE_TRIES, SESSION_MS, AccountService
from sync.caseapi.storage.accounts import SeatRow
from tests.sync.caseapi.harness import ACTOR, GRID, OTHER_GRID, Desk
from tests.sync.caseapi.people import COMMUNITY, LEADER_OF_GRID, caller

PASSWORD = "four words make one"
SEATS = (SeatRow("community_desk", GRID[:12]), SeatRow("street_desk", GRID[:9], valid_from="2027-01-01"))


@pytest.fixture
def accounts(desk: Desk) -> AccountService:
    return desk.case_api.accounts


async def test_who_signs_in_has_the_seats_of_the_day(desk: Desk, accounts: AccountService) -> None:
    made = await accounts.add("Desk One", PASSWORD, SEATS)
    token, by = await accounts.sign_in(" desk one", PASSWORD)
    assert (by.id, by.roles) == (made.id, ("community_desk",))
    assert (await accounts.caller(token)).roles == ("community_desk",)
    desk.clock.now_ms += SESSION_MS - 1
    assert await accounts.caller(token)
    desk.clock.now_ms += 1
    with pytest.raises(SignInRefused):
        await accounts.caller(token)
    desk.clock.now_ms += 60 * 86_400_000
    assert (await accounts.sign_in("desk one", PASSWORD))[1].roles == ("community_desk", "street_desk")


async def test_no_password_and_no_token_is_kept(accounts: AccountService, database: Path) -> None:
    await accounts.add("one", PASSWORD, SEATS)
    token, _ = await accounts.sign_in("one", PASSWORD)
    kept = b"".join(path.read_bytes() for path in database.parent.glob("case.db*") if path.is_file())
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept
    assert all(not account.password for account in await accounts.all())


async def test_what_is_wrong_with_a_sign_in_is_not_told(accounts: AccountService) -> None:
    await accounts.add("one", PASSWORD, SEATS)
    await accounts.add("gone", PASSWORD, SEATS)
    await accounts.revoke("gone")
    said = set()
    for name, password in (("one", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("one", "\ud800")):
        with pytest.raises(SignInRefused) as refused:
            await accounts.sign_in(name, password)
        said.add(str(refused.value))
    assert len(said) == 1


async def test_many_wrong_tries_pause_a_name_and_no_other(desk: Desk, accounts: AccountService) -> None:
    await accounts.add("one", PASSWORD, SEATS)
    await accounts.add("two", PASSWORD, SEATS)
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused):
            await accounts.sign_in("one", "wrong")
    with pytest.raises(SignInPaused) as paused:
        await accounts.sign_in("one", PASSWORD)
    await accounts.sign_in("two", PASSWORD)
    desk.clock.now_ms += paused.value.retry_after_s * 1000
    await accounts.sign_in("one", PASSWORD)


@pytest.mark.parametrize("way", ["revoke", "password", "sign_out"])
async def test_a_session_ends_at_once(accounts: AccountService, way: str) -> None:
    await accounts.add("one", PASSWORD, SEATS)
    token, _ = await accounts.sign_in("one", PASSWORD)
    if way == "revoke":
        await accounts.revoke("one")
    elif way == "password":
        await accounts.set_password("one", PASSWORD + "!")
    else:
        await accounts.sign_out(token)
    with pytest.raises(SignInRefused):
        await accounts.caller(token)


@pytest.mark.parametrize(
    ("name", "password", "seats", "person", "field"),
    [
        ("", PASSWORD, SEATS, "", "name"),
        ("one", "short", SEATS, "", "password"),
        ("one", "x" * 201, SEATS, "", "password"),
        ("one", PASSWORD, (), "", "role"),
        ("one", PASSWORD, (SeatRow("king", GRID),), "", "role"),
        ("one", PASSWORD, (SeatRow("community_desk", GRID),), "", "org"),
        ("one", PASSWORD, (SeatRow("auditor", ""), SeatRow("leader", GRID[:6])), "", "role"),
        ("one", PASSWORD, (SeatRow("leader", GRID[:6], "2026-01-01", "2026-01-01"),), "", "valid_to"),
        ("one", PASSWORD, SEATS, "somebody", "person"),
        ("taken", PASSWORD, SEATS, "", "name"),
    ],
)
async def test_an_account_that_cannot_be_says_why(
    accounts: AccountService, name: str, password: str, seats: tuple[SeatRow, ...], person: str, field: str
) -> None:
    await accounts.add("taken", PASSWORD, SEATS)
    with pytest.raises(InputRefused) as refused:
        await accounts.add(name, password, seats, person=person)
    assert refused.value.field == field
    assert [account.name for account in await accounts.all()] == ["taken"]


async def test_a_grids_leader_seats_inspectors_there_and_nowhere_else(accounts: AccountService) -> None:
    await accounts.add("one", PASSWORD, (SeatRow("inspector", OTHER_GRID),), person=str(ACTOR))
    await accounts.put_seat("one", SeatRow("inspector", GRID), by=LEADER_OF_GRID)
    for seat, by in (
        (SeatRow("inspector", OTHER_GRID), LEADER_OF_GRID),
        (SeatRow("grid_leader", GRID), LEADER_OF_GRID),
        (SeatRow("inspector", GRID), COMMUNITY),
    ):
        with pytest.raises(NotAllowed):
            await accounts.put_seat("one", seat, by=by)
    with pytest.raises(InputRefused):
        await accounts.put_seat("one", SeatRow("auditor", ""), by=caller("security_admin"))
    (account,) = await accounts.all()
    assert [seat.org for seat in account.seats] == [GRID, OTHER_GRID]
