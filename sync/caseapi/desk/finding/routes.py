"""The page of what was found."""

import re
from uuid import UUID

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.desk.casework.visit import AnyRequest, Office
from sync.caseapi.desk.finding.views import found_buildings, found_lines, found_matters
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import InputRefused
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.casework.search import FoundCases
from sync.caseapi.storage.search_text import phrases_of
from sync.text import clean_line

QUERY_CHARS = 100
"""How much of a query counts."""

_BEFORE = re.compile("[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def finding_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the route of the search."""

    @get("/search", include_in_schema=False)
    async def search(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        by = visit.caller
        query = clean_line(request.query_params.get("q", ""), max_chars=QUERY_CHARS)
        before = _place(request.query_params.get("before", ""))
        phrases = phrases_of(query)
        found = await _found(office, query, by, before)
        is_first = before is None
        return office.page(
            "finding/search.html",
            visit,
            title=visit.texts(N_("Search")),
            sought=query,
            is_asked=bool(phrases),
            is_first=is_first,
            is_filled=found.is_filled,
            lines=found_lines(found.cases, phrases, visit.directory, now=visit.now, texts=visit.texts),
            before="" if found.before is None else str(found.before),
            buildings=found_buildings(visit.directory, by, query, phrases) if is_first else (),
            matters=found_matters(visit.directory, query, phrases, visit.texts) if is_first else (),
        )

    return [search]


async def _found(office: Office, query: str, by: Caller, before: int | None) -> FoundCases:
    search, now_ms = office.case_api.search, office.case_api.now_ms()
    if number := _NUMBER.search(query.lower()):
        told = await search.numbered(UUID(number[0]), by, now_ms)
        return FoundCases(() if told is None else (told,))
    return await search.find(query, by, now_ms, before=before)


def _place(text: str) -> int | None:
    if text and not _BEFORE.fullmatch(text):
        raise InputRefused("before is the place of a case", "before")
    return int(text) if text else None
