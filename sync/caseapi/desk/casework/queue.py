"""The queue: what waits for the seats of whoever is signed in."""

import re
from typing import Literal
from uuid import UUID

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.cases.permissions import TABLE
from sync.caseapi.desk.casework.visit import AnyRequest, Office
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.acts import done_words
from sync.caseapi.desk.views.queue import FILTERS, queue_lines
from sync.caseapi.errors import InputRefused
from sync.caseapi.service.casework.desk import QueueAsked

PAGE_LINES = 25
"""Cases of one page."""

_AFTER = re.compile(r"(?P<rank>-?[0-9]{1,17})\.(?P<case>[0-9a-f-]{36})", re.ASCII)


def queue_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the route of the queue."""

    @get("/queue", include_in_schema=False)
    async def queue(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        show = request.query_params.get("show", "") or FILTERS[0][0]
        if visit.by is None or not any(role in TABLE["read_cases"] for role in visit.by.roles):
            return office.page("casework/queue_none.html", visit, title=visit.texts(N_("Cases")))
        asked = asked_for(show, request.query_params.get("after", ""))
        found = await office.case_api.cases.queue(asked, visit.by)
        lines = queue_lines(found, visit.directory, now=visit.now, texts=visit.texts)
        may_dispatch = any(role in TABLE["dispatch"] for role in visit.by.roles)
        return office.page(
            "casework/queue.html",
            visit,
            title=visit.texts(dict(FILTERS)[show]),
            done=done_words(request.query_params.get("done", ""), visit.texts),
            time_title=visit.texts(N_("Ended") if show == "closed" else N_("Time left")),
            filters=[(name, visit.texts(words)) for name, words in FILTERS],
            show=show,
            is_first=asked.after is None,
            lines=lines,
            may_choose=may_dispatch and any(line.choice for line in lines),
            is_chosen=request.query_params.get("chosen") == "all",
            here_after=request.query_params.get("after", ""),
            after=found[-1].cursor if len(found) == asked.limit else "",
        )

    return [queue]


def asked_for(show: str, after: str) -> QueueAsked:
    """Return what an address asks for.

    Raises:
        InputRefused: it asks for what there is not.
    """
    if show not in dict(FILTERS):
        raise InputRefused("there is no such list", "show")
    cursor = _AFTER.fullmatch(after)
    if after and cursor is None:
        raise InputRefused("after is the cursor of a case", "after")
    reach: Literal["mine", "all"] = "mine" if show == "mine" else "all"
    try:
        begins = (int(cursor["rank"]), UUID(cursor["case"])) if cursor is not None else None
    except ValueError as exc:
        raise InputRefused("after is the cursor of a case", "after") from exc
    state = "closed" if show == "closed" else ""
    return QueueAsked(reach=reach, state=state, late=show == "late", after=begins, limit=PAGE_LINES)
