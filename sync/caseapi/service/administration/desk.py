"""What the three administrators do at the desk: accounts, organisations, tablets. Every act is written down first.

System administrators set up organisations, grids and tablets, security administrators give and take rights, the auditor
reads what both did. Nobody does two of these: an account has one of these roles alone.
"""

import re
from base64 import b32encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import TypeVar
from uuid import UUID

from sync.caseapi.errors import CaseApiError, InputRefused, NotThere
from sync.caseapi.service.callers import Caller, seat_holding, seat_with_any
from sync.caseapi.service.enrolment import EnrolmentService, GivenOffer
from sync.caseapi.service.media import MediaService
from sync.caseapi.service.moments import is_day, moment
from sync.caseapi.service.people.accounts import AccountService
from sync.caseapi.storage.accounts import AccountRow, SeatRow
from sync.caseapi.storage.administration import AdministrativeAct
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.rows import TabletRow
from sync.caseapi.storage.values import WIPE_ADMINISTRATORS
from sync.text import clean_line

PASSWORD_BYTES = 10
"""Random bytes of a password that is made here: 16 letters and digits."""

KEPT_ON_TABLETS_MS = 30 * 24 * 3_600_000
"""How long a tablet keeps a photo that has arrived: older ones cannot be sent again."""

_CODE = re.compile(r"[\w.-]{1,64}")
_ALWAYS = ("2000-01-01", "9999-12-31")
_Result = TypeVar("_Result")


def new_password(random_bytes: Callable[[int], bytes]) -> str:
    """Return a password that nobody chose: groups of four letters and digits."""
    letters = b32encode(random_bytes(PASSWORD_BYTES)).decode().lower()
    return "-".join(letters[begin : begin + 4] for begin in range(0, len(letters), 4))


def org_of(wanted: OrgRow, district: str) -> OrgRow:
    """Return an organisation as it is kept.

    Raises:
        InputRefused: its code, name, patch or days cannot be.
    """
    if not _CODE.fullmatch(wanted.code):
        raise InputRefused("an organisation's code is one word", "code")
    name = clean_line(wanted.name, max_chars=100).strip()
    if not name:
        raise InputRefused("an organisation needs a name", "name")
    if not wanted.patch.startswith(district) or not (wanted.patch.isascii() and wanted.patch.isdigit()):
        raise InputRefused(f"the patch is a code of this district, {district}…", "patch")
    if not (is_day(wanted.valid_from) and is_day(wanted.valid_to) and wanted.valid_from < wanted.valid_to):
        raise InputRefused("an organisation ends after it begins", "valid_to")
    number = clean_line(wanted.number, max_chars=40).strip()
    return OrgRow(wanted.code, wanted.kind, name, wanted.patch, number, wanted.valid_from, wanted.valid_to)


@dataclass(frozen=True, slots=True)
class WrittenAct:
    """An act with its place in the order written, and the name of the account."""

    place: int
    name: str
    act: AdministrativeAct


@dataclass(frozen=True, slots=True)
class Wiped:
    """What came of a word for wiping a tablet at once."""

    confirmations: int

    @property
    def is_wiped(self) -> bool:
        """Return whether enough administrators said so."""
        return self.confirmations >= WIPE_ADMINISTRATORS


class DeskAdministration:
    """Does what administrators ask, and keeps that they did."""

    def __init__(
        self,
        storage: Storage,
        accounts: AccountService,
        enrolment: EnrolmentService,
        media: MediaService,
        origin: str,
        zone: tzinfo,
    ) -> None:
        self._storage = storage
        self._accounts = accounts
        self._enrolment = enrolment
        self._media = media
        self._origin = origin
        self._zone = zone

    async def accounts(self, by: Caller) -> Sequence[AccountRow]:
        """Return every account with its seats, without verifiers."""
        return await self._accounts.all(by=by)

    async def add_account(self, name: str, seat: SeatRow, by: Caller) -> tuple[AccountRow, str]:
        """Make an account with one seat; return it and its password, which is shown this once.

        Raises:
            NotAllowed, InputRefused: nothing was changed.
        """
        seat_holding(by, "manage_accounts")
        password = new_password(self._accounts.random_bytes)
        _check_days(seat)

        work = partial(self._accounts.add, name, password, (seat,), by=by)
        return await self.written("account-add", name, by, work, said=_said(seat)), password

    async def put_seat(self, name: str, seat: SeatRow, by: Caller) -> None:
        """Give an account a seat, or another end to one that it has."""
        seat_holding(by, "manage_accounts")
        _check_days(seat)
        work = partial(self._accounts.put_seat, name, seat, by=by)
        await self.written("account-seat", name, by, work, said=_said(seat))

    async def end_seat(self, name: str, role: str, org: str, by: Caller) -> None:
        """Take a seat away from now on; that it was held stays written.

        Raises:
            NotThere: the account has no such seat.
            InputRefused: it is the caller's own.
        """
        seat_holding(by, "manage_accounts")
        account = await self._account(name)
        seat = next((each for each in account.seats if (each.role, each.org) == (role, org)), None)
        if seat is None:
            raise NotThere("the account has no such seat")
        if account.id == by.id:
            raise InputRefused("nobody takes away his own seat", "name")
        today = moment(self._accounts.now_ms(), self._zone)[:10]
        # A seat that was to begin only later never begins: its days are none.
        ended = SeatRow(role, org, min(seat.valid_from, today), min(seat.valid_to, today))
        work = partial(self._storage.accounts.put_seat, account.id, ended)
        await self.written("account-seat-end", name, by, work, said=_said(ended))

    async def revoke_account(self, name: str, by: Caller) -> None:
        """Let nobody sign in with an account any more; its sessions end now.

        Raises:
            InputRefused: it is the caller's own.
        """
        seat_holding(by, "manage_accounts")
        account = await self._account(name)
        if account.id == by.id:
            raise InputRefused("nobody revokes the account that he is signed in with", "name")
        await self.written("account-revoke", name, by, partial(self._accounts.revoke, name, by=by))

    async def renew_password(self, name: str, by: Caller) -> str:
        """Give an account a new password and return it, this once; its sessions end now."""
        seat_holding(by, "manage_accounts")
        account = await self._account(name)
        password = new_password(self._accounts.random_bytes)
        work = partial(self._accounts.set_password, name, password, by=by)
        await self.written("account-password", account.name, by, work)
        return password

    async def end_sessions(self, name: str, by: Caller) -> int:
        """End an account's sessions; return how many there were."""
        seat_holding(by, "manage_accounts")
        account = await self._account(name)
        work = partial(self._storage.accounts.end_sessions, account.id)
        return await self.written("account-sessions", account.name, by, work)

    async def orgs(self, by: Caller) -> Sequence[OrgRow]:
        """Return every organisation, those that are over too."""
        seat_holding(by, "manage_places")
        return await self._storage.orgs.all()

    async def put_org(self, org: OrgRow, by: Caller) -> None:
        """Write an organisation in the place of the one with its code."""
        seat_holding(by, "manage_places")
        kept = org_of(org, self._storage.district)
        said = f"{kept.name} {kept.patch} {kept.number} {kept.valid_from}–{kept.valid_to}"
        await self.written("org-put", kept.code, by, partial(self._storage.orgs.put, (kept,)), said=said)

    async def tablets(self, by: Caller) -> Sequence[TabletRow]:
        """Return every tablet."""
        seat_with_any(by, "manage_devices", "wipe_devices")
        return await self._storage.desk.tablets()

    async def offer(self, grid: str, by: Caller) -> GivenOffer:
        """Make a one-time code for a tablet of a grid.

        Raises:
            InputRefused: the server was not told by which address tablets reach it.
            UnknownGrid: no such grid is imported.
        """
        seat_holding(by, "manage_devices")
        if not self._origin:
            raise InputRefused("this server listens on every address; set its origin first", "origin")
        return await self.written("enrol-offer", grid, by, partial(self._enrolment.offer, grid, self._origin))

    async def confirm(self, digits: str, by: Caller) -> UUID:
        """Let the waiting tablet in that shows these digits; return its device.

        Raises:
            DigitsRefused: no waiting tablet shows them, or more than one does.
        """
        seat_holding(by, "manage_devices")
        state = await self.written("enrol-confirm", digits, by, partial(self._enrolment.confirm, digits))
        return state.device

    async def revoke_tablet(self, device: UUID, by: Caller) -> None:
        """Revoke a tablet: it hands over what it holds, then it is erased."""
        seat_holding(by, "revoke_devices")
        await self._tablet(device)
        work = partial(self._storage.enrolments.set_status, device, "revoked")
        await self.written("device-status", str(device), by, work, said="revoked")

    async def wipe_tablet(self, device: UUID, by: Caller) -> Wiped:
        """Say that a tablet is wiped at once, whatever is left on it; two administrators must say so."""
        seat_holding(by, "wipe_devices")
        await self._tablet(device)
        work = partial(self._storage.enrolments.confirm_wipe, device, by.id, self._accounts.now_ms())
        return Wiped(len(await self.written("device-wipe", str(device), by, work)))

    async def photos_again(self, device: UUID, by: Caller) -> int:
        """Let a tablet send the photos again that are not here any more, or not as they came; return how many."""
        seat_holding(by, "manage_devices")
        await self._tablet(device)
        since_ms = self._accounts.now_ms() - KEPT_ON_TABLETS_MS
        names = await self._storage.media.held_of(device, since_ms)
        return await self.written("photos-again", str(device), by, partial(self._media.ask_again, names))

    async def acts(self, by: Caller, *, before: int = 0, limit: int = 50) -> list[WrittenAct]:
        """Return what administrators did, the newest first, with the names of who did it."""
        seat_holding(by, "read_acts")
        names = {account.id: account.name for account in await self._storage.accounts.all()}
        found = await self._storage.administration.newest(before=before, limit=limit)
        return [WrittenAct(place, names.get(act.account, act.account), act) for place, act in found]

    async def written(
        self, act: str, about: str, by: Caller | None, work: Callable[[], Awaitable[_Result]], *, said: str = ""
    ) -> _Result:
        """Write an act down, then do it; one that fails gets a line of its own.

        Args:
            by: who; None for the server's own command line.
        """
        about, account = clean_line(about, max_chars=64), by.id if by is not None else ""
        done = AdministrativeAct(self._accounts.now_ms(), account, act, about, clean_line(said, max_chars=200))
        await self._storage.administration.add(done)
        try:
            return await work()
        except CaseApiError as exc:
            refused = AdministrativeAct(self._accounts.now_ms(), account, act, about, exc.code, "refused")
            await self._storage.administration.add(refused)
            raise

    async def _account(self, name: str) -> AccountRow:
        account = await self._storage.accounts.named(name)
        if account is None:
            raise NotThere("there is no such account")
        return account

    async def _tablet(self, device: UUID) -> TabletRow:
        tablet = next((each for each in await self._storage.desk.tablets() if each.device == device), None)
        if tablet is None:
            raise NotThere("there is no such tablet")
        return tablet


def _check_days(seat: SeatRow) -> None:
    if not is_day(seat.valid_from) or not is_day(seat.valid_to):
        raise InputRefused("a day is written as in 2026-10-01", "valid_from")


def _said(seat: SeatRow) -> str:
    days = "" if (seat.valid_from, seat.valid_to) == _ALWAYS else f"{seat.valid_from}–{seat.valid_to}"
    return f"{seat.role} {seat.org} {days}"
