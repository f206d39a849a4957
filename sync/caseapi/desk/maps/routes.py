"""The page of the map."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.areas import first_area, path_to
from sync.caseapi.desk.casework.visit import AnyRequest, Office
from sync.caseapi.desk.maps.views import map_view


def map_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the map."""

    @get(["/overview", "/overview/map", "/overview/map/{code:str}"], include_in_schema=False)
    async def map_page(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
        visit = await office.visit(request)
        area = first_area(visit, office.case_api.storage.district, code)
        found = await office.case_api.desk.open_places(area)
        return office.page(
            "maps/map.html",
            visit,
            title=visit.directory.named(area),
            map=map_view(visit.directory, area, found, visit.texts),
            trail=path_to(visit, office.case_api.storage.district, area),
        )

    return [map_page]
