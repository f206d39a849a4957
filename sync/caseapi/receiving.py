"""How parts of photos are read off their connections: a piece at a time, the next one when the last was taken."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PieceByPiece(HttpToolsProtocol):
    """The server's protocol; the photos of a herd wait with the tablets and not in this process's memory.

    By itself it reads on until 64 KiB wait, and then whatever the system has: of every photo under way all of it.
    """

    def on_body(self, body: bytes) -> None:
        """Keep a piece for the application, which asks for more when it has taken it."""
        super().on_body(body)
        # What follows an answer is read and thrown away: nobody would ask for it.
        if self.scope["method"] == "PATCH" and not self.cycle.response_complete:
            self.flow.pause_reading()
