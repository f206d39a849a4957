"""The addresses of the pages behind the sign-in, and what they say when something does not go."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import tzinfo

from litestar import Response, Router

from sync.caseapi.desk.administration import administration_routes
from sync.caseapi.desk.boards import board_routes
from sync.caseapi.desk.casework.bulk import bulk_routes
from sync.caseapi.desk.casework.call import call_routes
from sync.caseapi.desk.casework.case import case_routes
from sync.caseapi.desk.casework.queue import queue_routes
from sync.caseapi.desk.casework.sign_in import sign_in_routes
from sync.caseapi.desk.casework.visit import AnyRequest, Office, elsewhere
from sync.caseapi.desk.catalogue import catalogue_routes
from sync.caseapi.desk.directory import Directories
from sync.caseapi.desk.exports.routes import export_routes
from sync.caseapi.desk.finding import finding_routes
from sync.caseapi.desk.grid_notices import grid_notice_routes
from sync.caseapi.desk.guard import DeskAccess
from sync.caseapi.desk.lists import list_routes
from sync.caseapi.desk.maps import map_routes
from sync.caseapi.desk.navigation import leads_on
from sync.caseapi.desk.notices import notice_routes
from sync.caseapi.desk.pages import DESK_PATH, load_assets, make_templates
from sync.caseapi.desk.report.routes import report_routes
from sync.caseapi.desk.statistics import statistics_routes
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import (
    CaseApiError,
    InputRefused,
    NotAllowed,
    NotThere,
    Overloaded,
    SignInRefused,
    StorageFailed,
    UnknownCase,
    WorkFailed,
)
from sync.caseapi.service.case_api import CaseApi

_SORRY: tuple[tuple[type[CaseApiError], int, str], ...] = (
    (UnknownCase, 404, N_("There is no such case, or it is none of yours.")),
    (NotThere, 404, N_("There is nothing at this address.")),
    (NotAllowed, 403, N_("No seat of this account has the right for this.")),
    (InputRefused, 422, N_("What was asked for cannot be.")),
    (Overloaded, 503, N_("The server is busy. Try again in a moment; nothing was changed.")),
    (StorageFailed, 503, N_("The server cannot write at the moment. Nothing was changed.")),
    (WorkFailed, 500, N_("The program failed, its log says why. Nothing was changed.")),
)


def work_router(
    case_api: CaseApi,
    *,
    zone: tzinfo,
    access: DeskAccess | None = None,
    version: str = "",
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Router:
    """Return the pages behind the sign-in, to be mounted beside those that only show.

    Args:
        zone: the district's time zone.
        access: who may look at the pages that only show: to them these pages lead.
        version: of the program, shown at the foot.
    """
    templates = make_templates(load_assets(), version)
    directories = Directories(case_api.storage, case_api.now_ms)
    office = Office(case_api, zone, templates, directories, random_bytes, access or DeskAccess())
    areas = (
        sign_in_routes,
        queue_routes,
        bulk_routes,
        case_routes,
        call_routes,
        catalogue_routes,
        administration_routes,
        notice_routes,
        grid_notice_routes,
        export_routes,
        list_routes,
        finding_routes,
        map_routes,
        board_routes,
        statistics_routes,
        report_routes,
    )
    handlers = [route for routes in areas for route in routes(office)]
    return Router(
        DESK_PATH,
        route_handlers=handlers,
        before_request=_remember(office),
        exception_handlers={CaseApiError: _sorry},
    )


def _remember(office: Office) -> Callable[[AnyRequest], Awaitable[None]]:
    async def remember(request: AnyRequest) -> None:
        # What answers an error has the request alone, and needs words for it.
        request.state.office = office
        request.state.visit = await office.stranger(request)

    return remember


def _sorry(request: AnyRequest, exc: CaseApiError) -> Response[str]:
    office, visit = request.state.office, request.state.visit
    if isinstance(exc, SignInRefused):
        to = leads_on(visit.here)
        return elsewhere(visit.href("/sign-in", to=to))
    status, words = next(((code, text) for kind, code, text in _SORRY if isinstance(exc, kind)), (500, N_("Failed.")))
    if isinstance(exc, InputRefused) and exc.field == "photo":
        words = N_("The photos are too large together: at most 32 MB. Go back; what you wrote still stands there.")
    page: Response[str] = office.page(
        "casework/sorry.html",
        visit,
        status,
        title=visit.texts(N_("This cannot be shown")),
        words=visit.texts(words),
        code=exc.code,
    )
    return page
