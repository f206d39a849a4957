"""The outermost layer: bounded bodies, deadlines, security headers. Plain ASGI, so that nothing runs before it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from sync.caseapi.api.problems import PROBLEM_TYPE, BodyTooSlow, problem_of
from sync.errors import BodyTooLarge, SyncError
from sync.media import MEDIA_PATH
from sync.wire import MAX_BODY_BYTES

PROGRESS_S = 20.0
"""Longest silence while a body arrives."""

WHOLE_BODY_S = 120.0
"""Longest time a whole body may take: 1 MiB at 9 kB/s."""

_WITH_FILES = re.compile("/desk/(?:cases/[0-9a-f-]{36}/acts|lists)")
"""Where forms of the desk are sent that may bring files; their routes say how long they may be."""

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""Set on every answer that does not set its own."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


class Guard:
    """Takes bodies in whole before the application sees them, parts of photos and forms with files excepted."""

    def __init__(self, app: ASGIApp, now_ms: Callable[[], int]) -> None:
        self._app = app
        self._now_ms = now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secured = _secured(send)
        try:
            if _brings_files(scope):
                await self._app(scope, _paced(receive), secured)
                return
            _check_announced(scope)
            if _is_part(scope):
                await self._app(scope, _paced(receive), secured)
                return
            body = await _whole_body(receive)
        except SyncError as exc:
            await self._refuse(exc, secured)
            return
        if body is not None:
            await self._app(scope, _replayed(body, receive), secured)

    async def _refuse(self, exc: SyncError, send: Send) -> None:
        problem = problem_of(exc, self._now_ms())
        # What is left of the body is not read: the connection cannot serve another request.
        headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": msgspec.json.encode(problem), "more_body": False})


def _brings_files(scope: Scope) -> bool:
    """Tell whether a request is a form of the desk that may bring files: its route reads it once it knows who asks."""
    return scope["method"] == "POST" and _WITH_FILES.fullmatch(str(scope["path"])) is not None


def _check_announced(scope: Scope) -> None:
    """Refuse a body before it is read where its length is announced."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not announced.isdigit() or int(announced[:20]) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"a body has at most {MAX_BODY_BYTES} bytes")


async def _whole_body(receive: Receive) -> bytes | None:
    """Return the body, or None when the client went away.

    Raises:
        BodyTooLarge: larger than the protocol allows.
        BodyTooSlow: it did not come in time.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(WHOLE_BODY_S):
            while True:
                async with asyncio.timeout(PROGRESS_S):
                    message = await receive()
                if message["type"] != "http.request":
                    return None
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > MAX_BODY_BYTES:
                    raise BodyTooLarge(f"a body has at most {MAX_BODY_BYTES} bytes")
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError as exc:
        raise BodyTooSlow("the body did not arrive in time") from exc


def _is_part(scope: Scope) -> bool:
    """Tell whether a request is part of a photo: what came of it counts, so it is not held back until it is whole."""
    return scope["method"] == "PATCH" and str(scope["path"]).startswith(f"{MEDIA_PATH}/")


def _paced(receive: Receive) -> Receive:
    """Return a receive that raises `BodyTooSlow` where a body falls silent, or takes too long as a whole."""
    ends_at: list[float] = []

    async def paced() -> Message:
        loop = asyncio.get_running_loop()
        if not ends_at:
            ends_at.append(loop.time() + WHOLE_BODY_S)
        try:
            async with asyncio.timeout_at(min(ends_at[0], loop.time() + PROGRESS_S)):
                return await receive()
        except TimeoutError as exc:
            raise BodyTooSlow("the body did not arrive in time") from exc

    return paced


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _secured(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            added = [header for header in SECURITY_HEADERS if header[0] not in given]
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return secured
