"""`POST /v1/enrol`: a tablet brings its code and its key."""

from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.api.bodies import readable
from sync.caseapi.api.problems import ADVERTISED
from sync.caseapi.service.case_api import CaseApi
from sync.wire import CONTENT_TYPE, ENROL_PATH, EnrolRequest, decode_message, encode_message


def enrolment_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    """Return the route by which tablets join."""

    @post(ENROL_PATH, status_code=200)
    async def enrol(request: Request[Any, Any, Any]) -> Response[bytes]:
        message = decode_message(readable(request, await request.body()), EnrolRequest)
        reply = encode_message(await case_api.enrolment.use(message))
        return Response(reply, media_type=CONTENT_TYPE, headers=ADVERTISED)

    return [enrol]
