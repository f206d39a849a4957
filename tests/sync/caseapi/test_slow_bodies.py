"""The guard around the application: a body comes in time and in bounds, or its connection is closed."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import msgspec
import pytest

from sync.caseapi.api import guard
from sync.caseapi.api.guard import Guard

Message = MutableMapping[str, Any]


class Connection:
    """One request as an ASGI server would bring it, piece by piece, and what was answered."""

    def __init__(self, *chunks: bytes, stalls: bool = False, leaves: bool = False) -> None:
        self.messages: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        if leaves:
            self.messages.append({"type": "http.disconnect"})
        elif not stalls:
            self.messages.append({"type": "http.request", "body": b"", "more_body": False})
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def serve(self, headers: list[tuple[bytes, bytes]] | None = None) -> list[bytes]:
        """Run the guard and return the bodies that reached the application."""
        reached: list[bytes] = []

        async def app(scope: Message, receive: Any, send: Any) -> None:
            reached.append((await receive())["body"])
            await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=9")]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers or []}
        await Guard(app, lambda: 0)(scope, self.receive, self.send)
        return reached

    @property
    def problem(self) -> dict[str, Any]:
        decoded: dict[str, Any] = msgspec.json.decode(self.sent[1]["body"])
        return decoded


async def test_a_body_in_pieces_reaches_the_application_whole() -> None:
    assert await Connection(b"ab", b"cd").serve() == [b"abcd"]


async def test_a_silent_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PROGRESS_S", 0.01)
    connection = Connection(b"ab", stalls=True)
    assert await connection.serve() == []
    assert (connection.sent[0]["status"], connection.problem["code"]) == (408, "E-SLOW")
    assert (b"connection", b"close") in connection.sent[0]["headers"]


async def test_a_trickling_body_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WHOLE_BODY_S", 0.01)
    connection = Connection(stalls=True)
    await connection.serve()
    assert connection.problem["code"] == "E-SLOW"


async def test_a_client_that_leaves_reaches_nobody() -> None:
    connection = Connection(b"ab", leaves=True)
    assert (await connection.serve(), connection.sent) == ([], [])


@pytest.mark.parametrize("length", [b"1048577", b"-1", b"9" * 5000, b"1e3"])
async def test_an_announced_length_out_of_bounds_is_refused_unread(length: bytes) -> None:
    connection = Connection(stalls=True)
    await connection.serve([(b"content-length", length)])
    assert connection.problem["code"] == "E-SIZE"


async def test_a_header_that_the_application_sets_stays() -> None:
    connection = Connection()
    await connection.serve()
    headers = dict(connection.sent[0]["headers"])
    assert (headers[b"cache-control"], headers[b"x-frame-options"]) == (b"max-age=9", b"DENY")
