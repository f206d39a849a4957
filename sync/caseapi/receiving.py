"""How parts of photos are read off their connections: a piece at a time, the next one when the last was written."""

import asyncio
from weakref import ref

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle


class PieceByPiece(HttpToolsProtocol):
    """The server's protocol; the photos of a herd wait with the tablets and not in this process's memory.

    By itself it reads on until 64 KiB wait, and then whatever the system has: of every photo under way all of it. And
    it reads on when a piece is asked for, also one that is there already: then two of each would be here.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        """Begin to read."""
        super().connection_made(transport)
        self.flow = _OneAtATime(transport, self)

    def on_body(self, body: bytes) -> None:
        """Keep a piece for the application, which asks for more when it has taken it."""
        super().on_body(body)
        # What follows an answer is read and thrown away: nobody would ask for it.
        if self.scope["method"] == "PATCH" and not self.cycle.response_complete:
            self.flow.pause_reading()


class _OneAtATime(FlowControl):
    """Reads on only when nothing waits to be taken any more."""

    def __init__(self, transport: asyncio.Transport, protocol: HttpToolsProtocol) -> None:
        super().__init__(transport)
        # A cycle of references would keep whoever has hung up until Python looks for such.
        self._protocol = ref(protocol)

    def resume_reading(self) -> None:
        protocol = self._protocol()
        cycle: RequestResponseCycle | None = None if protocol is None else protocol.cycle
        if cycle is None or cycle.response_complete or not cycle.body:
            super().resume_reading()
