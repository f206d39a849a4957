"""Accounts, their seats, and who is signed in. Passwords are kept as Argon2id verifiers, tokens as digests."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import cache
from hashlib import sha256
from uuid import UUID

from sync.caseapi.cases.permissions import ROLES, Account, CaseScope, Role, is_whole
from sync.caseapi.config import PinCost
from sync.caseapi.errors import InputRefused, SignInPaused, SignInRefused
from sync.caseapi.service.callers import Caller, seat_holding, seat_with
from sync.caseapi.service.moments import moment
from sync.caseapi.service.people.verifiers import pin_verifier, verifies
from sync.caseapi.storage.accounts import AccountRow, AccountStore, SeatRow
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.text import clean_line

SESSION_MS = 12 * 3_600_000
"""How long a session lasts: a long shift; the next morning everybody signs in again."""

TOKEN_BYTES = 32
"""Random bytes of a session's token."""

MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS = 10, 200

FREE_TRIES = 5
"""Wrong passwords of one name in a row before signing in pauses; each further one doubles the pause."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 15, 900

MOST_NAMES = 10_000
"""Names of which wrong tries are remembered; the oldest are forgotten first."""

_ALONE: tuple[Role, ...] = ("auditor", "system_admin", "security_admin")
"""Roles that an account has alone: who sets up reads no case, who gives rights has none, who looks changes nothing."""


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    paused_until_ms: int = 0


@dataclass(slots=True)
class AccountService:
    """Makes accounts, signs in and out.

    Attributes:
        cost: how hard verifiers are to guess; `demo` for tests and the demonstration.
    """

    store: AccountStore
    zone: tzinfo
    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    cost: PinCost = "full"
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def sign_in(self, name: str, password: str) -> tuple[str, Caller]:
        """Return a session's token and who it is.

        Raises:
            SignInRefused: name or password is wrong, or the account is revoked: which of them is not told.
            SignInPaused: too many wrong tries for this name.
        """
        name, now_ms = _as_name(name), self.now_ms()
        tries = self._tries.get(name, _Tries())
        if now_ms < tries.paused_until_ms:
            raise SignInPaused("too many wrong tries", max(1, (tries.paused_until_ms - now_ms) // 1000))
        account = await self.store.named(name)
        async with self._hashing:
            # A name that nobody has takes as long as one that somebody has.
            verifier = account.password if account is not None else await asyncio.to_thread(_nobody, self.cost)
            is_right = await asyncio.to_thread(verifies, verifier, password)
        if account is None or account.revoked_ms is not None or not is_right:
            self._count_wrong(name, tries)
            raise SignInRefused("name or password is wrong")
        self._tries.pop(name, None)
        token = urlsafe_b64encode(self.random_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
        await self.store.begin_session(_digest(token), account.id, now_ms, now_ms + SESSION_MS)
        return token, self._caller(account)

    async def caller(self, token: str) -> Caller:
        """Return who a token belongs to, with the seats of today.

        Raises:
            SignInRefused: there is no such session, or it has ended.
        """
        account = await self.store.session(_digest(token), self.now_ms())
        if account is None:
            raise SignInRefused("sign in first")
        return self._caller(account)

    async def acting_as(self, name: str) -> Caller:
        """Return an account by its name, with the seats of today, for who administers the server.

        Raises:
            InputRefused: there is none, or it was revoked.
        """
        account = await self._named(name)
        if account.revoked_ms is not None:
            raise InputRefused(f"the account {account.name!r} was revoked", "name")
        return self._caller(account)

    async def sign_out(self, token: str) -> None:
        """End a session; one that is not there is ended already."""
        await self.store.end_session(_digest(token))

    async def add(
        self, name: str, password: str, seats: tuple[SeatRow, ...], *, by: Caller | None = None, person: str = ""
    ) -> AccountRow:
        """Make an account.

        Args:
            by: who asks; None for who administers the server at its own command line.
            person: id of the person, where it makes records, too.

        Raises:
            NotAllowed: the caller does not manage accounts.
            InputRefused: name, password, role or organisation cannot be.
        """
        _check_manager(by)
        name = _as_name(name)
        if not name:
            raise InputRefused("an account needs a name", "name")
        _check_seats(seats)
        account_id = person or str(uuid7_at(self.now_ms(), self.random_bytes(RANDOM_BYTES)))
        _check_id(account_id)
        account = AccountRow(account_id, name, await self._verifier(password), self.now_ms(), None, seats)
        if not await self.store.add(account):
            raise InputRefused(f"there is an account {name} already", "name")
        return account

    async def all(self, *, by: Caller | None = None) -> list[AccountRow]:
        """Return every account, without verifiers."""
        _check_manager(by)
        return [replace(account, password="") for account in await self.store.all()]

    async def revoke(self, name: str, *, by: Caller | None = None) -> None:
        """Let nobody sign in with an account any more, from this moment on."""
        _check_manager(by)
        await self.store.revoke((await self._named(name)).id, self.now_ms())

    async def set_password(self, name: str, password: str, *, by: Caller | None = None) -> None:
        """Give an account another password; whoever is signed in with it is signed out."""
        _check_manager(by)
        account = await self._named(name)
        await self.store.set_password(account.id, await self._verifier(password))

    async def put_seat(self, name: str, seat: SeatRow, *, by: Caller | None = None) -> None:
        """Give an account one more seat.

        A grid's leader seats inspectors in that grid; everybody else needs the right to manage accounts.

        Raises:
            NotAllowed, InputRefused: nothing was changed.
        """
        is_inspector = seat.role == "inspector"
        if by is not None and is_inspector and "grid_leader" in by.roles:
            seat_with(by, "assign_seats", CaseScope(seat.org, "grid"))
        else:
            _check_manager(by)
        account = await self._named(name)
        _check_seats((*(each for each in account.seats if (each.role, each.org) != (seat.role, seat.org)), seat))
        await self.store.put_seat(account.id, seat)

    def _caller(self, account: AccountRow) -> Caller:
        day = moment(self.now_ms(), self.zone)[:10]
        seats = tuple(
            Account(account.id, role, seat.org)
            for seat in account.seats
            if (role := _role(seat.role)) is not None and seat.valid_from <= day < seat.valid_to
        )
        return Caller(account.id, seats)

    async def _named(self, name: str) -> AccountRow:
        account = await self.store.named(_as_name(name))
        if account is None:
            raise InputRefused(f"there is no account {_as_name(name)!r}", "name")
        return account

    async def _verifier(self, password: str) -> str:
        if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
            wanted = f"{MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters"
            raise InputRefused(f"a password has {wanted}", "password")
        if not password.isprintable():
            raise InputRefused("a password has characters that can be typed", "password")
        async with self._hashing:
            return await asyncio.to_thread(pin_verifier, password, self.cost)

    def _count_wrong(self, name: str, tries: _Tries) -> None:
        tries.wrong += 1
        beyond = tries.wrong - FREE_TRIES
        if beyond >= 0:
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S << min(beyond, 10))
            tries.paused_until_ms = self.now_ms() + pause_s * 1000
        self._tries.pop(name, None)
        self._tries[name] = tries
        if len(self._tries) > MOST_NAMES:
            self._tries.pop(next(iter(self._tries)))


@cache
def _nobody(cost: PinCost) -> str:
    return pin_verifier("nobody has this password", cost)


def _check_manager(by: Caller | None) -> None:
    if by is not None:
        seat_holding(by, "manage_accounts")


def _check_seats(seats: tuple[SeatRow, ...]) -> None:
    if not seats:
        raise InputRefused("an account needs a role", "role")
    for seat in seats:
        role = _role(seat.role)
        if role is None:
            raise InputRefused(f"a role is one of {', '.join(ROLES)}", "role")
        if not is_whole(Account("", role, seat.org)):
            raise InputRefused(f"{seat.org or 'nothing'} is no organisation that a {role} can have", "org")
        if role in _ALONE and len(seats) > 1:
            raise InputRefused(f"a {role} has no other role: make another account", "role")
        if seat.valid_from >= seat.valid_to:
            raise InputRefused("a seat ends after it begins", "valid_to")


def _check_id(account_id: str) -> None:
    try:
        is_id = str(UUID(account_id)) == account_id
    except ValueError:
        is_id = False
    if not is_id:
        raise InputRefused("a person is named by an id, as in the people's file", "person")


def _role(name: str) -> Role | None:
    return next((role for role in ROLES if role == name), None)


def _as_name(name: str) -> str:
    return clean_line(name, max_chars=64).strip().casefold()


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
