"""Tablets: let in by the system administrator, revoked by the security administrator, wiped when two say so."""

from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.words import Chip, tablet_name
from sync.caseapi.errors import DigitsRefused, InputRefused, NotThere, UnknownGrid
from sync.caseapi.service.administration.desk import Wiped
from sync.caseapi.service.callers import holds_any
from sync.caseapi.service.enrolment import CODE_LIFE_MS, GivenOffer
from sync.caseapi.sheets.codes import code_path
from sync.caseapi.storage.rows import TabletRow
from sync.text import clean_line

_DIGITS_CHARS = 6


def tablet_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of tablets."""
    administration = office.case_api.administration

    @get("/tablets", include_in_schema=False)
    async def listed(request: AnyRequest) -> Response[str]:
        return await _listed(office, await office.visit(request))

    @post("/tablets/codes", status_code=200, include_in_schema=False)
    async def code(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        grid = form.text("grid").split(" ", maxsplit=1)[0]
        try:
            offer = await administration.offer(grid, visit.caller)
        except UnknownGrid:
            return await _listed(office, visit, fault=visit.texts(N_("There is no such grid.")), said=form.text("grid"))
        except InputRefused:
            words = N_("The server does not know by which address tablets reach it. Set `origin` in its settings.")
            return await _listed(office, visit, fault=visit.texts(words), said=form.text("grid"))
        return _invited(office, visit, offer)

    @post("/tablets/confirm", include_in_schema=False)
    async def confirm(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        digits = "".join(each for each in form.text("digits") if each.isdigit())[:_DIGITS_CHARS]
        try:
            device = await administration.confirm(digits, visit.caller)
        except DigitsRefused:
            words = N_("No waiting tablet shows these digits, or two do. Look at them again, or make a new code.")
            return await _listed(office, visit, fault=visit.texts(words), said_digits=digits)
        return elsewhere(visit.href(f"/tablets/{device}"))

    return [listed, code, confirm, *_one_routes(office)]


def _one_routes(office: Office) -> list[HTTPRouteHandler]:
    administration = office.case_api.administration

    @get("/tablets/{device:str}", include_in_schema=False)
    async def one(request: AnyRequest, device: FromPath[str]) -> Response[str]:
        return await _shown(office, await office.visit(request), _id(device))

    @post("/tablets/{device:str}/revoke", include_in_schema=False)
    async def revoke(request: AnyRequest, device: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        await administration.revoke_tablet(_id(device), visit.caller)
        return elsewhere(visit.href(f"/tablets/{_id(device)}"))

    @post("/tablets/{device:str}/photos", status_code=200, include_in_schema=False)
    async def photos(request: AnyRequest, device: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        asked = await administration.photos_again(_id(device), visit.caller)
        return await _shown(office, visit, _id(device), asked=asked)

    @post("/tablets/{device:str}/wipe", status_code=200, include_in_schema=False)
    async def wipe(request: AnyRequest, device: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)
        if not form.text("sure"):
            return await _shown(office, visit, _id(device), is_unsure=True)
        return await _shown(
            office, visit, _id(device), wiped=await administration.wipe_tablet(_id(device), visit.caller)
        )

    return [one, revoke, photos, wipe]


async def _listed(
    office: Office, visit: Visit, *, fault: str = "", said: str = "", said_digits: str = ""
) -> Response[str]:
    tablets = await office.case_api.administration.tablets(visit.caller)
    waiting = await office.case_api.desk.waiting(visit.now.ms)
    directory = visit.directory
    return office.page(
        "administration/tablets.html",
        visit,
        422 if fault else 200,
        title=visit.texts(N_("Tablets")),
        faulty=bool(fault),
        fault=fault,
        said=said,
        said_digits=said_digits,
        tablets=[(each, tablet_name(each.device), directory.named(each.grid), _chip(each, visit), _seen(each, visit))
                 for each in tablets],
        waiting=[(directory.named(each.grid), visit.now.moment(each.since_ms, visit.texts)) for each in waiting],
        grids=sorted((code, directory.named(code)) for code in directory.areas if len(code) == 15),
        may_enrol=holds_any(visit.caller, "manage_devices"),
    )  # fmt: skip


async def _shown(
    office: Office,
    visit: Visit,
    device: UUID,
    *,
    asked: int | None = None,
    wiped: Wiped | None = None,
    is_unsure: bool = False,
) -> Response[str]:
    tablets = await office.case_api.administration.tablets(visit.caller)
    tablet = next((each for each in tablets if each.device == device), None)
    if tablet is None:
        raise NotThere("there is no such tablet")
    name = visit.texts(N_("Tablet {name}")).format(name=tablet_name(device))
    return office.page(
        "administration/tablet.html",
        visit,
        422 if is_unsure else 200,
        title=name,
        faulty=is_unsure,
        tablet=tablet,
        grid=visit.directory.named(tablet.grid),
        chip=_chip(tablet, visit),
        seen=_seen(tablet, visit),
        fault=clean_line(tablet.last_fault or "", max_chars=80),
        asked=asked,
        wiped=wiped,
        is_unsure=is_unsure,
        may_ask=holds_any(visit.caller, "manage_devices"),
        may_revoke=holds_any(visit.caller, "revoke_devices") and tablet.status == "active",
        may_wipe=tablet.status != "erased" and not tablet.is_wiped,
    )


def _invited(office: Office, visit: Visit, given: GivenOffer) -> Response[str]:
    path, modules = code_path(given.offer.text)
    return office.page(
        "administration/invitation.html",
        visit,
        title=visit.texts(N_("Code for a tablet")),
        grid=visit.directory.named(given.grid),
        offer=given.offer,
        code=" ".join(given.offer.code[begin : begin + 5] for begin in range(0, len(given.offer.code), 5)),
        path=path,
        modules=modules,
        minutes=CODE_LIFE_MS // 60_000,
        until=visit.now.moment(given.expires_ms, visit.texts),
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotThere("there is no such tablet") from exc


def _seen(tablet: TabletRow, visit: Visit) -> object:
    return None if tablet.last_exchange_ms is None else visit.now.moment(tablet.last_exchange_ms, visit.texts)


def _chip(tablet: TabletRow, visit: Visit) -> Chip:
    texts = visit.texts
    if tablet.status == "erased":
        return Chip(texts(N_("erased")), "warn")
    if tablet.is_wiped:
        return Chip(texts(N_("erased at its next contact")), "bad")
    if tablet.status == "revoked":
        return Chip(texts(N_("revoked, still handing over")), "warn")
    return Chip(texts(N_("in use")), "good")
