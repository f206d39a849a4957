"""`HEAD` and `PATCH /v1/media/{sha256}`: photos, resumable at any byte (tus 1.0 core)."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar import MediaType, Request, Response, head, patch
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.api.authentication import authenticated, claimed_device, combined_headers
from sync.caseapi.api.problems import BodyCutOff, MediaUnknown
from sync.caseapi.errors import NotNamed
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.media import Part
from sync.errors import BodyTooLarge, SignatureInvalid, WireError
from sync.media import (
    MAX_PART_BYTES,
    MEDIA_PATH,
    OFFSET_HEADER,
    PART_TYPE,
    upload_headers,
)
from sync.signing import Message, PromisedBody, verify_head

_DIGEST = re.compile("[0-9a-f]{64}")
_OFFSET = re.compile("[0-9]{1,12}")


def media_routes(case_api: CaseApi) -> list[HTTPRouteHandler]:
    """Return the routes by which tablets send photos."""

    @head(f"{MEDIA_PATH}/{{sha256:str}}")
    async def upload(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[None]:
        device = await authenticated(case_api, request, await request.body())
        state = await case_api.media.state(device, _digest(sha256))
        return Response(
            None, status_code=200, media_type=MediaType.TEXT, headers=upload_headers(request.url.path, state)
        )

    @patch(f"{MEDIA_PATH}/{{sha256:str}}", status_code=204)
    async def receive(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[None]:
        async with case_api.media.place():
            promise, device = await _promised(case_api, request)
            part = Part(_offset(request.headers), _chunks(request), promise)
            state = await case_api.media.receive(device, _digest(sha256), part)
        return Response(None, status_code=204, headers=upload_headers(request.url.path, state))

    return [upload, receive]


async def _promised(case_api: CaseApi, request: Request[Any, Any, Any]) -> tuple[PromisedBody, UUID]:
    """Return who sends a part and what its body must be, before the body has come."""
    headers = combined_headers(request)
    device = claimed_device(headers)
    key = Ed25519PublicKey.from_public_bytes(await case_api.exchange.key_of(device))
    promise = verify_head(Message(request.method, str(request.url), headers), key=key, now_s=case_api.now_ms() // 1000)
    if promise.device != str(device):
        raise SignatureInvalid("the signature names another device than it was made by")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != PART_TYPE:
        raise MediaUnknown(f"a part must be {PART_TYPE}")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise MediaUnknown("a part is sent as it is, without an encoding")
    return promise, device


async def _chunks(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Yield a body's bytes as they come.

    Raises:
        BodyCutOff: the connection ended before the body did.
        BodyTooSlow: it did not come in time.
        BodyTooLarge: it is larger than a part may be.
    """
    size = 0
    while True:
        message: Mapping[str, Any] = await request.receive()
        if message["type"] != "http.request":
            raise BodyCutOff("the connection ended before the part did")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_PART_BYTES:
            raise BodyTooLarge(f"a part has at most {MAX_PART_BYTES} bytes")
        if chunk:
            yield chunk
        if not message.get("more_body", False):
            return


def _digest(text: str) -> str:
    if _DIGEST.fullmatch(text) is None:
        raise NotNamed("a file is named by 64 hex digits")
    return text


def _offset(headers: Mapping[str, str]) -> int:
    text = headers.get(OFFSET_HEADER.lower(), "")
    if _OFFSET.fullmatch(text) is None:
        raise WireError(f"a part says in {OFFSET_HEADER} where it begins")
    return int(text)
