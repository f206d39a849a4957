"""The administrative commands on accounts and organisations: for who runs the server, at its own command line."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from sync.caseapi.errors import CommandRefused, InputRefused
from sync.caseapi.service.administration.desk import new_password, org_of
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.storage.accounts import AccountRow, SeatRow
from sync.caseapi.storage.orgs import OrgKind, OrgRow
from sync.clock import format_time

_Arguments = dict[str, Any]
_Result = dict[str, Any]


class _Add(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    role: str
    org: str = ""
    person: str = ""
    password: str = ""


class _Named(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    password: str = ""


class _Seat(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    role: str
    org: str = ""
    valid_from: str = "2000-01-01"
    valid_to: str = "9999-12-31"


class _Org(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    patch: str
    number: str = ""
    kind: OrgKind = "handler"
    valid_from: str = "2000-01-01"
    valid_to: str = "9999-12-31"


async def _add(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Add)
    password = wanted.password or new_password(case_api.accounts.random_bytes)
    seats = (SeatRow(wanted.role, wanted.org),)
    account = await case_api.accounts.add(wanted.name, password, seats, person=wanted.person)
    return {"account": account.id, "name": account.name, **_made(wanted.password, password)}


async def _list(case_api: CaseApi, arguments: _Arguments) -> _Result:
    msgspec.convert(arguments, dict[str, None])
    return {"accounts": [_told(account) for account in await case_api.accounts.all()]}


async def _seat(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Seat)
    seat = SeatRow(wanted.role, wanted.org, wanted.valid_from, wanted.valid_to)
    await case_api.accounts.put_seat(wanted.name, seat)
    return {"name": wanted.name}


async def _revoke(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Named)
    await case_api.accounts.revoke(wanted.name)
    return {"name": wanted.name}


async def _password(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Named)
    password = wanted.password or new_password(case_api.accounts.random_bytes)
    await case_api.accounts.set_password(wanted.name, password)
    return {"name": wanted.name, **_made(wanted.password, password)}


async def _put_org(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Org)
    days = (wanted.valid_from, wanted.valid_to)
    org = org_of(
        OrgRow(wanted.code, wanted.kind, wanted.name, wanted.patch, wanted.number, *days), case_api.storage.district
    )
    await case_api.storage.orgs.put((org,))
    return {"code": org.code}


async def _orgs(case_api: CaseApi, arguments: _Arguments) -> _Result:
    msgspec.convert(arguments, dict[str, None])
    return {"orgs": msgspec.to_builtins(list(await case_api.storage.orgs.all()))}


def _made(given: str, password: str) -> _Result:
    """Return the password that was made here, for the one time that it is shown."""
    return {} if given else {"password": password}


def _told(account: AccountRow) -> _Result:
    return {
        "account": account.id,
        "name": account.name,
        "seats": [msgspec.to_builtins(seat) for seat in account.seats],
        "revoked_at": None if account.revoked_ms is None else format_time(account.revoked_ms),
    }


def _plain(command: Callable[[CaseApi, _Arguments], Awaitable[_Result]]) -> Callable[..., Awaitable[_Result]]:
    """Return a command whose refusals are those of the command line."""

    async def run(case_api: CaseApi, arguments: _Arguments) -> _Result:
        try:
            return await command(case_api, arguments)
        except InputRefused as exc:
            raise CommandRefused(f"{exc.field}: {exc}") from exc

    return run


ACCOUNT_COMMANDS = {
    "account-add": _plain(_add),
    "account-list": _plain(_list),
    "account-seat": _plain(_seat),
    "account-revoke": _plain(_revoke),
    "account-password": _plain(_password),
    "org-put": _plain(_put_org),
    "org-list": _plain(_orgs),
}
"""Name to command."""
