"""`GET /v1/snapshots/{sha256}`: a whole scope as a gzip file, at any byte (RFC 9110, one range)."""

import re
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.api.authentication import authenticated
from sync.caseapi.api.problems import RangeRefused
from sync.caseapi.service.case_api import CaseApi
from sync.wire import SNAPSHOT_PATH

# A file, not a content encoding: its SHA-256 and its ranges are of these bytes.
_MEDIA_TYPE = "application/gzip"
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})", re.ASCII)


def snapshot_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    """Return the route by which tablets fetch a snapshot that an exchange named."""

    @get(f"{SNAPSHOT_PATH}/{{digest:str}}")
    async def snapshot(request: Request[Any, Any, Any], digest: FromPath[str]) -> Response[bytes]:
        device = await case_api.exchange.device(await authenticated(case_api, request, await request.body()))
        data = await case_api.feeds.snapshot(device, digest)
        headers = {"accept-ranges": "bytes", "etag": f'"{digest}"'}
        wanted = wanted_range(request.headers.get("range", ""), request.headers.get("if-range", ""), digest, len(data))
        if wanted is None:
            return Response(data, media_type=_MEDIA_TYPE, headers=headers)
        headers["content-range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{len(data)}"
        part = data[wanted.start : wanted.stop]
        return Response(part, status_code=206, media_type=_MEDIA_TYPE, headers=headers)

    return [snapshot]


def wanted_range(header: str, if_range: str, digest: str, size_bytes: int) -> range | None:
    """Return the bytes that a request wants, or None for all of them.

    Args:
        header: `Range`; one that is none of ours, or names several, counts for nothing.
        if_range: `If-Range`; where it names another file, the whole is wanted.

    Raises:
        RangeRefused: it begins behind the end.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or (if_range and if_range.strip() != f'"{digest}"'):
        return None
    if not found["first"]:
        if not found["last"]:
            return None
        first, last = max(0, size_bytes - int(found["last"])), size_bytes - 1
    else:
        first, last = int(found["first"]), int(found["last"] or size_bytes - 1)
        if last < first < size_bytes:
            return None
    if first >= size_bytes:
        raise RangeRefused(f"this file has {size_bytes} bytes", size_bytes)
    return range(first, min(last, size_bytes - 1) + 1)
