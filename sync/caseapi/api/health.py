"""`/livez`: the process answers. `/readyz`: the database does too, and how far folding is behind."""

from typing import Any

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.service.case_api import CaseApi


def health_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    """Return the routes by which a supervisor asks."""

    @get("/livez")
    async def livez() -> Response[dict[str, Any]]:
        return Response({"status": "ok"}, media_type=MediaType.JSON)

    @get("/readyz")
    async def readyz() -> Response[dict[str, Any]]:
        case_api.storage.check_writable()
        lag = await case_api.desk.lag()
        return Response({"status": "ok", "fold_lag_records": lag.records}, media_type=MediaType.JSON)

    return [livez, readyz]
