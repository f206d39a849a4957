"""Reads bodies: the right content type, inflated within bounds."""

from typing import Any

from litestar import Request

from sync.caseapi.api.problems import MediaUnknown
from sync.coding import REQUEST_CODINGS
from sync.wire import CONTENT_TYPE, inflate_body

KNOWN_ENCODINGS = ("", "identity", *REQUEST_CODINGS)
"""Content encodings of request bodies that this server reads."""


def readable(request: Request[Any, Any, Any], body: bytes) -> bytes:
    """Return the JSON bytes of a body.

    Raises:
        MediaUnknown: another content type, or an encoding this server does not read.
        BodyTooLarge: larger than the protocol allows, before or after inflating.
        WireError: damaged or cut short.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != CONTENT_TYPE:
        raise MediaUnknown(f"the body must be {CONTENT_TYPE}")
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in KNOWN_ENCODINGS:
        raise MediaUnknown(f"the body's content encoding must be {' or '.join(REQUEST_CODINGS)} or none")
    return inflate_body(body, encoding)
