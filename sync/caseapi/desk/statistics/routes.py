"""The page of the statistics."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.cases.permissions import is_within
from sync.caseapi.desk.areas import COMMUNITY_DIGITS, first_area, path_to
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.statistics.definitions import DEFINITIONS
from sync.caseapi.desk.statistics.views import chart_view, month_before, statistics_view
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.words import day_words
from sync.caseapi.errors import InputRefused, NotAllowed

SPANS: tuple[tuple[str, str, int, int], ...] = (
    ("month", N_("This month"), 0, 0),
    ("last", N_("Last month"), 1, 1),
    ("quarter", N_("Three months"), 2, 0),
    ("year", N_("Twelve months"), 11, 0),
)
"""What can be asked for: its name, its words, and how many months back it begins and ends."""


def statistics_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the statistics."""

    @get(["/overview/statistics", "/overview/statistics/{code:str}"], include_in_schema=False)
    async def statistics(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
        visit = await office.visit(request)
        storage = office.case_api.storage
        area = first_area(visit, storage.district, code)
        if len(area) > COMMUNITY_DIGITS:
            raise NotAllowed("no patch below a community has statistics")
        name = request.query_params.get("span", "") or SPANS[0][0]
        span = next((each for each in SPANS if each[0] == name), None)
        if span is None:
            raise InputRefused("there is no such span", "span")
        this = visit.now.day[:7]
        months = (month_before(this, span[2]), month_before(this, span[3]))
        year = (month_before(this, 11), this)
        communities = _communities(visit, area)
        of_area = await storage.desk.figures([area], months, by_matter=True)
        of_communities = await storage.desk.figures(communities, months)
        of_year = await storage.desk.figures([area], year)
        texts = visit.texts
        return office.page(
            "statistics/statistics.html",
            visit,
            title=texts(N_("Statistics")),
            figures=statistics_view(of_area, of_communities, communities, visit.directory, texts),
            chart=chart_view(of_year, year, texts),
            spans=[(each[0], texts(each[1])) for each in SPANS],
            span=name,
            months=months,
            until=day_words(visit.now.local, visit.now, texts) if months[1] == this else "",
            definitions=[(each.id, texts(each.title), [texts(line) for line in each.lines]) for each in DEFINITIONS],
            trail=path_to(visit, storage.district, area),
            is_filled=await storage.search.is_filled(),
        )

    return [statistics]


def _communities(visit: Visit, area: str) -> list[str]:
    found = {grid[:COMMUNITY_DIGITS] for grid in visit.directory.grids if is_within(area, grid)}
    return sorted(found) if len(area) < COMMUNITY_DIGITS else []
