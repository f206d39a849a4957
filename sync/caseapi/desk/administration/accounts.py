"""Accounts and their seats, for the security administrator. A password is made here and shown on one page, once."""

from collections.abc import Iterable

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.cases.permissions import ROLES
from sync.caseapi.desk.casework.forms import Form
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.acts import role_name
from sync.caseapi.desk.views.words import Chip
from sync.caseapi.errors import InputRefused, NotThere
from sync.caseapi.storage.accounts import AccountRow, SeatRow
from sync.text import clean_line

FAULTS = {
    "name": N_("This name is taken already, or it is none."),
    "role": N_("There is no such role, or it cannot stand beside another one."),
    "org": N_("This role needs the code of its district, street, community, grid or organisation."),
    "valid_from": N_("A day is written as in 2026-10-01."),
    "valid_to": N_("A seat ends after it begins."),
    "own": N_("Nobody takes away his own account or seat. Another security administrator can."),
}
FIRST_DAY, LAST_DAY = "2000-01-01", "9999-12-31"


def account_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of accounts."""
    administration = office.case_api.administration

    @get("/accounts", include_in_schema=False)
    async def listed(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        return await _listed(office, visit, request.query_params.get("find", "")[:64])

    @post("/accounts", include_in_schema=False)
    async def add(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        try:
            made, password = await administration.add_account(form.text("name"), _seat(form), visit.caller)
        except InputRefused as exc:
            return await _listed(office, visit, said=_said(form), fault=exc.field)
        return await _shown(office, visit, made.id, password=password)

    @get("/accounts/{account:str}", include_in_schema=False)
    async def one(request: AnyRequest, account: FromPath[str]) -> Response[str]:
        return await _shown(office, await office.visit(request), account)

    return [listed, add, one, *_changing_routes(office)]


def _changing_routes(office: Office) -> list[HTTPRouteHandler]:
    administration = office.case_api.administration

    @post("/accounts/{account:str}/seats", include_in_schema=False)
    async def seat(request: AnyRequest, account: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)
        name = await _name(office, visit, account)
        try:
            if form.text("end"):
                await administration.end_seat(name, form.text("role"), form.text("org"), visit.caller)
            else:
                await administration.put_seat(name, _seat(form), visit.caller)
        except InputRefused as exc:
            field = "own" if form.text("end") else exc.field
            return await _shown(office, visit, account, said=_said(form), fault=field, status=422)
        return elsewhere(visit.href(f"/accounts/{account}"))

    @post("/accounts/{account:str}/password", status_code=200, include_in_schema=False)
    async def password(request: AnyRequest, account: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        made = await administration.renew_password(await _name(office, visit, account), visit.caller)
        return await _shown(office, visit, account, password=made)

    @post("/accounts/{account:str}/sessions", status_code=200, include_in_schema=False)
    async def sessions(request: AnyRequest, account: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        ended = await administration.end_sessions(await _name(office, visit, account), visit.caller)
        return await _shown(office, visit, account, ended=ended)

    @post("/accounts/{account:str}/revoke", include_in_schema=False)
    async def revoke(request: AnyRequest, account: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        try:
            await administration.revoke_account(await _name(office, visit, account), visit.caller)
        except InputRefused:
            return await _shown(office, visit, account, fault="own", status=422)
        return elsewhere(visit.href(f"/accounts/{account}"))

    return [seat, password, sessions, revoke]


async def _listed(
    office: Office, visit: Visit, find: str = "", *, said: dict[str, str] | None = None, fault: str = ""
) -> Response[str]:
    texts, wanted = visit.texts, clean_line(find).casefold().strip()
    accounts = await office.case_api.administration.accounts(visit.caller)
    rows = [
        (account, [_seat_words(seat, visit) for seat in account.seats if _state(seat, visit) != "over"])
        for account in accounts
    ]
    found = [(account, seats) for account, seats in rows if wanted in f"{account.name} {' '.join(seats)}".casefold()]
    return office.page(
        "administration/accounts.html",
        visit,
        422 if fault else 200,
        title=texts(N_("Accounts")),
        faulty=bool(fault),
        find=find,
        accounts=found,
        total=len(accounts),
        said=said or {},
        fault=texts(FAULTS[fault]) if fault else "",
        fault_field=fault,
        **_choices(visit),
    )


async def _shown(
    office: Office,
    visit: Visit,
    account_id: str,
    *,
    password: str = "",
    ended: int | None = None,
    said: dict[str, str] | None = None,
    fault: str = "",
    status: int = 200,
) -> Response[str]:
    texts = visit.texts
    account = _with_id(await office.case_api.administration.accounts(visit.caller), account_id)
    revoked = None if account.revoked_ms is None else visit.now.moment(account.revoked_ms, texts)
    return office.page(
        "administration/account.html",
        visit,
        status,
        title=account.name,
        faulty=bool(fault),
        account=account,
        made=visit.now.moment(account.made_ms, texts),
        revoked=revoked,
        seats=[(seat, role_name(seat.role, texts), _org(seat, visit), _chip(seat, visit)) for seat in account.seats],
        is_own=account.id == visit.caller.id,
        password=password,
        ended=ended,
        said=said or {},
        fault=texts(FAULTS[fault]) if fault else "",
        fault_field=fault,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """Return what the form of a seat offers: roles, and the places and organisations by their codes."""
    directory = visit.directory
    areas = sorted((code, directory.named(code)) for code in directory.areas)
    orgs = sorted((code, directory.named(code)) for code in directory.orgs)
    return {"roles": [(role, role_name(role, visit.texts)) for role in ROLES], "places": [*areas, *orgs]}


def _seat(form: Form) -> SeatRow:
    # A place chosen from the list is its code before its name.
    org = form.text("org").split(" ", maxsplit=1)[0]
    return SeatRow(form.text("role"), org, form.text("valid_from") or FIRST_DAY, form.text("valid_to") or LAST_DAY)


def _said(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in ("name", "role", "org", "valid_from", "valid_to")}


async def _name(office: Office, visit: Visit, account_id: str) -> str:
    return _with_id(await office.case_api.administration.accounts(visit.caller), account_id).name


def _with_id(accounts: Iterable[AccountRow], account_id: str) -> AccountRow:
    for account in accounts:
        if account.id == account_id:
            return account
    raise NotThere("there is no such account")


def _state(seat: SeatRow, visit: Visit) -> str:
    if visit.now.day >= seat.valid_to:
        return "over"
    return "later" if visit.now.day < seat.valid_from else "now"


def _chip(seat: SeatRow, visit: Visit) -> Chip:
    texts, state = visit.texts, _state(seat, visit)
    if state == "over":
        return Chip(texts(N_("over since {day}")).format(day=seat.valid_to), "warn")
    if state == "later":
        return Chip(texts(N_("from {day}")).format(day=seat.valid_from), "calm")
    if seat.valid_to != LAST_DAY:
        return Chip(texts(N_("until before {day}")).format(day=seat.valid_to), "good")
    return Chip(texts(N_("held now")), "good")


def _org(seat: SeatRow, visit: Visit) -> str:
    return visit.directory.named(seat.org) if seat.org else ""


def _seat_words(seat: SeatRow, visit: Visit) -> str:
    return f"{role_name(seat.role, visit.texts)} {_org(seat, visit)}".strip()
