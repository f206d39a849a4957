"""Who sends a request: the device whose key signed it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar import Request

import sync.signing_in_full  # noqa: F401 - checks what is signed in other words: loaded before that comes
from sync.caseapi.errors import UnknownDevice
from sync.caseapi.service.case_api import CaseApi
from sync.errors import SignatureInvalid
from sync.signing import Message, signer_of, verify_request


async def authenticated(case_api: CaseApi, request: Request[Any, Any, Any], body: bytes) -> UUID:
    """Return the id of the device that signed a request.

    Raises:
        UnknownDevice: the district has no such device.
        DeviceLocked: it was revoked and erased.
        SignatureInvalid: not signed, not by its key, or not over all it must cover.
        ClockSkewed: signed at a time too far from ours.
    """
    headers = combined_headers(request)
    device = claimed_device(headers)
    key = Ed25519PublicKey.from_public_bytes(await case_api.exchange.key_of(device))
    message = Message(request.method, str(request.url), headers)
    if verify_request(message, body, key=key, now_s=case_api.now_ms() // 1000) != signer_of(headers):
        raise SignatureInvalid("the signature names another device than it was made by")
    return device


def claimed_device(headers: Mapping[str, str]) -> UUID:
    """Return the device that a request claims to come from, unproven.

    Raises:
        UnknownDevice: what it claims is no device id.
        SignatureInvalid: it carries no signature of ours.
    """
    try:
        return UUID(signer_of(headers))
    except ValueError as exc:
        raise UnknownDevice("the signature's key id is no device id") from exc


def combined_headers(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the headers by lower-case name; one that came in several lines as one value, as RFC 9421 has it."""
    headers: dict[str, str] = {}
    for name, value in request.headers.multi_items():
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    return headers
