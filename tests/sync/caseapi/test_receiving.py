"""Of a photo's bytes the server holds a piece; the tablet sends the next one when that was written."""

import asyncio
import gc
import socket
import weakref
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from sync.caseapi.cli.serving import RECEIVE_BYTES, listener_of
from sync.caseapi.config import ServerConfig
from sync.caseapi.receiving import PieceByPiece

PIECE = b"x" * 1_000
ANSWER = ({"type": "http.response.start", "status": 503, "headers": []}, {"type": "http.response.body"})


class Line(asyncio.Transport):
    """A connection as far as it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def write(self, data: Any) -> None:
        """Let what is answered go."""

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Be closed already."""


class Application:
    """Asks for a body, or answers, when it is told to."""

    def __init__(self) -> None:
        self.steps: asyncio.Queue[str] = asyncio.Queue()
        self.done: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while await self.steps.get() == "take":
            self.done.put_nowait(len((await receive())["body"]))
        for message in ANSWER:
            await send(message)
        self.done.put_nowait(0)

    async def told(self, step: str) -> int:
        self.steps.put_nowait(step)
        return await self.done.get()


@pytest.fixture
async def line() -> Line:
    return Line()


@pytest.fixture
async def application() -> Application:
    return Application()


def begun(line: Line, application: Application, method: str) -> PieceByPiece:
    config = uvicorn.Config(application, http=PieceByPiece, lifespan="off", log_config=None, proxy_headers=False)
    protocol = PieceByPiece(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(line)
    protocol.data_received(f"{method} /v1/media/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n".encode())
    return protocol


async def test_a_part_is_read_piece_by_piece(line: Line, application: Application) -> None:
    protocol = begun(line, application, "PATCH")
    assert line.is_read
    protocol.data_received(PIECE)
    assert not line.is_read
    assert await application.told("take") == len(PIECE)
    assert not line.is_read, "what it took is still being written"
    taking = asyncio.create_task(application.told("take"))
    while not line.is_read:
        await asyncio.sleep(0)
    protocol.data_received(PIECE)
    assert await taking == len(PIECE)
    assert not line.is_read


async def test_a_connection_that_has_had_its_answer_is_read_on(line: Line, application: Application) -> None:
    protocol = begun(line, application, "PATCH")
    for _ in range(9):
        protocol.data_received(PIECE)
    await application.told("take")
    await application.told("answer")
    assert line.is_read


async def test_who_has_hung_up_is_gone_at_once(line: Line, application: Application) -> None:
    protocol = begun(line, application, "PATCH")
    protocol.data_received(PIECE)
    await application.told("answer")
    protocol.connection_lost(None)
    await asyncio.sleep(0)
    left = weakref.ref(protocol)
    gc.disable()
    try:
        del protocol
        assert left() is None
    finally:
        gc.enable()


async def test_what_follows_a_refusal_is_read_and_thrown_away(line: Line, application: Application) -> None:
    protocol = begun(line, application, "PATCH")
    protocol.data_received(PIECE)
    await application.told("answer")
    assert line.is_read
    protocol.data_received(PIECE)
    assert line.is_read


async def test_other_bodies_are_read_as_they_come(line: Line, application: Application) -> None:
    protocol = begun(line, application, "POST")
    protocol.data_received(PIECE)
    assert line.is_read


def test_the_system_holds_no_more_of_a_connection_than_a_piece() -> None:
    with listener_of(ServerConfig(port=0)) as listener:
        # Linux doubles what is asked for, for its own book-keeping.
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) in (RECEIVE_BYTES, 2 * RECEIVE_BYTES)
