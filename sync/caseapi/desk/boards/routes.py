"""The pages of the boards."""

from datetime import date, timedelta

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.areas import COMMUNITY_DIGITS, first_area, path_to
from sync.caseapi.desk.boards.views import week_view
from sync.caseapi.desk.casework.visit import AnyRequest, Office
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.handover import handover_view
from sync.caseapi.desk.views.words import Now
from sync.caseapi.errors import InputRefused

WEEKS_BACK = 4
"""How many weeks before this one the board shows."""


def board_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the boards."""

    @get(["/overview/rounds", "/overview/rounds/{code:str}"], include_in_schema=False)
    async def rounds(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
        visit = await office.visit(request)
        storage = office.case_api.storage
        area = first_area(visit, storage.district, code)
        back = _weeks_back(request.query_params.get("back", ""))
        monday, last = week_of(visit.now, back)
        looked = await storage.desk.looked_at(monday.isoformat(), last.isoformat(), within=area)
        return office.page(
            "boards/rounds.html",
            visit,
            title=visit.texts(N_("Rounds of the week")),
            week=week_view(visit.directory, area, looked, (monday, last), now=visit.now, texts=visit.texts),
            back=back,
            is_oldest=back >= WEEKS_BACK,
            trail=path_to(visit, storage.district, area),
        )

    @get(["/overview/reconciliation", "/overview/reconciliation/{code:str}"], include_in_schema=False)
    async def reconciliation(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
        visit = await office.visit(request)
        storage = office.case_api.storage
        area = first_area(visit, storage.district, code)
        tablets = [each for each in await storage.desk.tablets() if each.grid.startswith(area)]
        kept_apart = await storage.desk.quarantined()
        grids, texts, community = visit.directory.grids, visit.texts, area[:COMMUNITY_DIGITS]
        return office.page(
            "boards/reconciliation.html",
            visit,
            title=texts(N_("Reconciliation")),
            handover=handover_view(tablets, kept_apart, grids, community=community, now=visit.now, texts=texts),
            is_near=len(area) >= COMMUNITY_DIGITS,
            trail=path_to(visit, storage.district, area),
        )

    return [rounds, reconciliation]


def week_of(now: Now, back: int) -> tuple[date, date]:
    """Return the first day of a week, and its last one that has come."""
    today = now.local.date()
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, min(monday + timedelta(days=6), today)


def _weeks_back(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and int(text[:3]) <= WEEKS_BACK):
        raise InputRefused(f"back is a number of weeks up to {WEEKS_BACK}", "back")
    return int(text) if text else 0
