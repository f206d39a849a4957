"""`POST /v1/sync`."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.api.authentication import authenticated
from sync.caseapi.api.bodies import readable
from sync.caseapi.api.pace import DevicePace
from sync.caseapi.api.problems import ADVERTISED, TooManyInFlight
from sync.caseapi.service.case_api import CaseApi
from sync.coding import XUNGE_1, accepts, xunge_body
from sync.wire import CONTENT_TYPE, SYNC_PATH, SyncRequest, decode_message, encode_message, gzip_body

MAX_IN_FLIGHT = 4
"""Most exchanges one device may have under way: one for each of its streams, and the repeats of a bad link."""

COMPRESS_FROM_BYTES = 1_024
"""Smallest reply that is compressed with gzip; with the dictionary, every reply shrinks."""


def exchange_routes(case_api: CaseApi, pace: DevicePace) -> list[HTTPRouteHandler]:
    """Return the route by which tablets exchange records and feeds."""
    in_flight = _InFlight()

    @post(SYNC_PATH, status_code=200)
    async def exchange(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        device = await authenticated(case_api, request, body)
        pace.admit(device)
        with in_flight.one_more(device):
            # No name for the message: while it waits for its commit, its records are held once, as they are stored.
            reply = encode_message(
                await case_api.exchange.exchange(device, decode_message(readable(request, body), SyncRequest), body)
            )
        return _packed(request, reply)

    return [exchange]


class _InFlight:
    def __init__(self) -> None:
        self._counts: Counter[UUID] = Counter()

    @contextmanager
    def one_more(self, device: UUID) -> Iterator[None]:
        if self._counts[device] >= MAX_IN_FLIGHT:
            raise TooManyInFlight("this tablet has too many exchanges under way")
        self._counts[device] += 1
        try:
            yield
        finally:
            self._counts[device] -= 1
            if not self._counts[device]:
                del self._counts[device]


def _packed(request: Request[Any, Any, Any], reply: bytes) -> Response[bytes]:
    accepted = request.headers.get("accept-encoding", "")
    if accepts(accepted, XUNGE_1):
        return _encoded(xunge_body(reply), XUNGE_1)
    if len(reply) >= COMPRESS_FROM_BYTES and accepts(accepted, "gzip"):
        return _encoded(gzip_body(reply), "gzip")
    return Response(reply, media_type=CONTENT_TYPE, headers=ADVERTISED)


def _encoded(reply: bytes, encoding: str) -> Response[bytes]:
    return Response(reply, media_type=CONTENT_TYPE, headers={**ADVERTISED, "content-encoding": encoding})
