"""`/v1/desk/…`: what desks, handlers, leaders and auditors do, over JSON."""

import re
from datetime import tzinfo
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from sync.caseapi.api.bodies import readable
from sync.caseapi.api.desk_messages import (
    BulkDone,
    BulkLine,
    CasePage,
    Conditions,
    ConditionView,
    Contact,
    Figures,
    Ids,
    Notices,
    NoticeView,
    Orgs,
    OrgView,
    SeatView,
    SignedIn,
    SignIn,
)
from sync.caseapi.api.desk_session import signed_in, token_of
from sync.caseapi.errors import ActRefused, InputRefused, UnknownCase
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.acts import Act
from sync.caseapi.service.casework.asides import AsideWanted, Decision
from sync.caseapi.service.casework.desk import BulkDispatch, Outcome, QueueAsked
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.grid_notices import Listed, NoticeWanted, notice_id
from sync.caseapi.service.moments import moment
from sync.caseapi.service.people.sessions import cookie_of
from sync.caseapi.storage.casework import MOST_SHOWN
from sync.wire import CONTENT_TYPE, decode_message

DESK_API_PATH = "/v1/desk"

_Body = TypeVar("_Body", bound=Struct)
_Request = Request[Any, Any, Any]
_AFTER = re.compile(r"(?P<rank>-?[0-9]{1,17})\.(?P<case>[0-9a-f-]{36})", re.ASCII)
_STATE = re.compile(r"[a-z]{1,16}", re.ASCII)
_MATTER = re.compile(r"(national|local):(component|matter):[0-9]{5}", re.ASCII)


def desk_api_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    """Return the routes of the desk's interface."""
    acting = [*_acting_routes(case_api), *_notice_routes(case_api)]
    return [*_session_routes(case_api), *_reading_routes(case_api), *acting]


def _session_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    accounts = case_api.accounts
    is_secure = case_api.origin.startswith("https:")

    @post(f"{DESK_API_PATH}/sign-in", status_code=200)
    async def sign_in(request: _Request) -> Response[bytes]:
        wanted = await _body(request, SignIn)
        token, by = await accounts.sign_in(wanted.name, wanted.password)
        return _answer(_who(by, token), {"set-cookie": cookie_of(token, is_secure=is_secure)})

    @post(f"{DESK_API_PATH}/sign-out", status_code=204)
    async def sign_out(request: _Request) -> Response[None]:
        await signed_in(accounts, request)
        await accounts.sign_out(token_of(request))
        return Response(None, status_code=204, headers={"set-cookie": cookie_of("", is_secure=is_secure)})

    @get(f"{DESK_API_PATH}/me")
    async def me(request: _Request) -> Response[bytes]:
        return _answer(_who(await signed_in(accounts, request)))

    @get(f"{DESK_API_PATH}/figures")
    async def figures(request: _Request) -> Response[bytes]:
        return _answer(Figures(await case_api.cases.own_figures(await signed_in(accounts, request))))

    return [sign_in, sign_out, me, figures]


def _reading_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    accounts, cases = case_api.accounts, case_api.cases

    @get(f"{DESK_API_PATH}/cases")
    async def queue(request: _Request) -> Response[bytes]:
        by = await signed_in(accounts, request)
        asked = _asked(request)
        lines = await cases.queue(asked, by)
        return _answer(CasePage(tuple(lines), lines[-1].cursor if len(lines) == asked.limit else ""))

    @get(f"{DESK_API_PATH}/cases/{{case:str}}")
    async def page(request: _Request, case: FromPath[str]) -> Response[bytes]:
        return _answer(await cases.page(_id(case), await signed_in(accounts, request)))

    @get(f"{DESK_API_PATH}/cases/{{case:str}}/duplicates")
    async def duplicates(request: _Request, case: FromPath[str]) -> Response[bytes]:
        return _answer(Ids(tuple(await cases.duplicates(_id(case), await signed_in(accounts, request)))))

    @post(f"{DESK_API_PATH}/cases/{{case:str}}/contact", status_code=200)
    async def contact(request: _Request, case: FromPath[str]) -> Response[bytes]:
        # A look is written down, so it is asked for, not fetched beforehand.
        return _answer(Contact(await cases.contact(_id(case), await signed_in(accounts, request))))

    @get(f"{DESK_API_PATH}/orgs")
    async def orgs(request: _Request) -> Response[bytes]:
        await signed_in(accounts, request)
        day = moment(case_api.now_ms(), case_api.casework.zone)[:10]
        valid = [org for org in await case_api.storage.orgs.all() if org.is_valid(day)]
        return _answer(Orgs(tuple(OrgView(org.code, org.kind, org.name, org.patch, org.number) for org in valid)))

    @get(f"{DESK_API_PATH}/conditions/{{matter:str}}")
    async def conditions(request: _Request, matter: FromPath[str]) -> Response[bytes]:
        await signed_in(accounts, request)
        return _answer(_conditions(case_api, matter))

    return [queue, page, duplicates, contact, orgs, conditions]


def _acting_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    accounts, cases = case_api.accounts, case_api.cases

    @post(f"{DESK_API_PATH}/cases", status_code=200)
    async def open_case(request: _Request) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(await cases.open(await _body(request, DeskReport), by))

    @post(f"{DESK_API_PATH}/cases/{{case:str}}/acts", status_code=200)
    async def act(request: _Request, case: FromPath[str]) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(await cases.act(_id(case), await _body(request, Act), by))

    @post(f"{DESK_API_PATH}/cases/{{case:str}}/asides", status_code=200)
    async def beside(request: _Request, case: FromPath[str]) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(await cases.beside(_id(case), await _body(request, AsideWanted), by))

    @post(f"{DESK_API_PATH}/cases/{{case:str}}/decisions", status_code=200)
    async def decide(request: _Request, case: FromPath[str]) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(await cases.decide(_id(case), await _body(request, Decision), by))

    @post(f"{DESK_API_PATH}/dispatch", status_code=200)
    async def dispatch(request: _Request) -> Response[bytes]:
        by = await signed_in(accounts, request)
        outcomes = await cases.dispatch(await _body(request, BulkDispatch), by)
        return _answer(BulkDone(tuple(map(_bulk_line, outcomes))))

    return [open_case, act, beside, decide, dispatch]


def _notice_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    accounts, notices = case_api.accounts, case_api.grid_notices

    def view(listed: Listed) -> NoticeView:
        return _notice_view(listed, case_api.casework.zone, case_api.now_ms())

    @get(f"{DESK_API_PATH}/notices")
    async def listed(request: _Request) -> Response[bytes]:
        found = await notices.listed(await signed_in(accounts, request))
        return _answer(Notices(tuple(map(view, found.standing)), tuple(map(view, found.ended))))

    @post(f"{DESK_API_PATH}/notices", status_code=200)
    async def send(request: _Request) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(view(await notices.send(await _body(request, NoticeWanted), by)))

    @post(f"{DESK_API_PATH}/notices/{{notice:str}}/withdraw", status_code=200)
    async def withdraw(request: _Request, notice: FromPath[str]) -> Response[bytes]:
        by = await signed_in(accounts, request)
        return _answer(view(await notices.withdraw(notice_id(notice), by)))

    return [listed, send, withdraw]


async def _body(request: _Request, message: type[_Body]) -> _Body:
    return decode_message(readable(request, await request.body()), message)


def _answer(message: Struct, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(msgspec.json.encode(message), media_type=CONTENT_TYPE, headers=headers or {})


def _who(by: Caller, token: str = "") -> SignedIn:
    return SignedIn(by.id, tuple(SeatView(seat.role, seat.org) for seat in by.seats), token)


def _id(text: str) -> UUID:
    try:
        found = UUID(text)
    except ValueError as exc:
        raise UnknownCase("there is no such case") from exc
    if str(found) != text:
        raise UnknownCase("there is no such case")
    return found


def _notice_view(listed: Listed, zone: tzinfo, now_ms: int) -> NoticeView:
    row = listed.row
    return NoticeView(
        id=row.id,
        area=row.area,
        org=row.org,
        desk=row.desk,
        text=row.text,
        at=moment(row.at_ms, zone),
        until=moment(row.until_ms, zone),
        grids=row.grids,
        urgent=row.is_urgent,
        ended=moment(row.ends_ms, zone) if row.ends_ms <= now_ms else "",
        withdrawn=bool(row.withdrawn_by),
        may_withdraw=listed.may_withdraw,
    )


def _asked(request: _Request) -> QueueAsked:
    """Return which queue the query asks for.

    Raises:
        InputRefused: a parameter says what cannot be.
    """
    asked = {name: request.query_params.get(name, "") for name in ("reach", "state", "late", "after", "limit")}
    reach = asked["reach"] or "mine"
    if reach not in ("mine", "all"):
        raise InputRefused("a queue is mine or all", "reach")
    if asked["state"] and not _STATE.fullmatch(asked["state"]):
        raise InputRefused("there is no such state", "state")
    if asked["late"] not in ("", "1"):
        raise InputRefused("late is 1 or left out", "late")
    after = _AFTER.fullmatch(asked["after"])
    if asked["after"] and after is None:
        raise InputRefused("after is the cursor of a case", "after")
    limit = asked["limit"] or "50"
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= MOST_SHOWN:
        raise InputRefused(f"a page has 1 to {MOST_SHOWN} cases", "limit")
    return QueueAsked(
        reach="mine" if reach == "mine" else "all",
        state=asked["state"],
        late=asked["late"] == "1",
        after=(int(after["rank"]), _after_id(after["case"])) if after else None,
        limit=int(limit),
    )


def _after_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise InputRefused("after is the cursor of a case", "after") from exc


def _conditions(case_api: CaseApi, matter: str) -> Conditions:
    if not _MATTER.fullmatch(matter):
        raise InputRefused("a category is standard:kind:code", "matter")
    found = case_api.casework.lives.timings.at(case_api.now_ms()).conditions_for(matter)
    return Conditions(
        tuple(
            ConditionView(
                each.id,
                each.name,
                each.name_en,
                each.limit.type,
                each.limit.amount,
                each.closing,
                each.closing_en,
                each.source,
            )
            for each in found
        )
    )


def _bulk_line(outcome: Outcome) -> BulkLine:
    error = outcome.error
    if error is None:
        return BulkLine(outcome.case)
    why = error.why if isinstance(error, ActRefused) else ""
    return BulkLine(outcome.case, error.code, why, str(error))
