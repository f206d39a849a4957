"""The stream of notices that a page listens to: server-sent events, one sentence each. Without it every page works.

A page says how many cases had come in when it was made; what is told is how many more there are, so that a stream that
was cut, or shut while nobody looked at the page, goes on where it was.
"""

from collections.abc import AsyncIterator

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.headers import OF_THE_MOMENT, SHOWING
from sync.caseapi.errors import SignInRefused
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.arrivals import Listener

HEARTBEAT_S = 25.0
"""Longest silence of a stream: a proxy takes a longer one for a dead server. The session is looked at as often."""

FIRST_RETRY_MS, RETRY_SPREAD_MS = 3_000, 9_000
"""When a browser comes back after a cut: drawn anew for each stream, so that all of them do not come at once."""

EVENT_STREAM = "text/event-stream"
HEADERS = {**SHOWING, **OF_THE_MOMENT, "X-Accel-Buffering": "no"}
"""Of a stream; the last one makes nginx hand on at once what it is given."""


def notice_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the route of the stream."""
    notices = office.case_api.notices

    @get("/notices", include_in_schema=False)
    async def stream(request: AnyRequest) -> Response[bytes] | Stream:
        try:
            visit = await office.visit(request)
        except SignInRefused:
            return _nothing()
        listener = await notices.join(visit.caller)
        if listener is None:
            return _nothing()
        since = request.query_params.get("since", "")
        begun = int(since) if since.isascii() and since.isdigit() and len(since) < 16 else listener.number
        retry_ms = FIRST_RETRY_MS + int.from_bytes(office.random_bytes(2), "big") * RETRY_SPREAD_MS // 65_536
        told = told_of(office.case_api, visit, listener, begun)
        return Stream(_stream(told, retry_ms), media_type=EVENT_STREAM, headers=HEADERS)

    return [stream]


async def told_of(
    case_api: CaseApi, visit: Visit, listener: Listener, begun: int, heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[str]:
    """Yield what is sent to a page, until its session or the server ends.

    Args:
        begun: how many cases had come in when the page was made.
    """
    told, notices = 0, case_api.notices
    try:
        while not notices.is_over:
            # A session may have ended while nothing was told: whoever is signed out hears no more.
            await case_api.accounts.caller(visit.token)
            new = listener.number - begun
            if new > told:
                told = new
                words = visit.texts.plural("{count} new in your queue", "{count} new in your queue", new)
                yield f"event: new\ndata: {words.format(count=new)}\n\n"
            else:
                yield ":\n\n"
            await listener.wait(heartbeat_s)
    except SignInRefused:
        yield "event: ended\ndata:\n\n"
    finally:
        notices.leave(listener)


async def _stream(told: AsyncIterator[str], retry_ms: int) -> AsyncIterator[str]:
    yield f"retry: {retry_ms}\n\n"
    async for each in told:
        yield each


def _nothing() -> Response[bytes]:
    # A browser does not come back to a stream that has no content.
    return Response(b"", status_code=204, headers=HEADERS)
