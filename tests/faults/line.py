"""A tablet's line to the case API, and the real client at its near end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from sync.tablet.answers import HttpAnswer
from sync.tablet.client import CaseApiClient, _bounded, _broken
from sync.tablet.clock import corrected_now_ms
from tests.faults.journey import Far, Here, Journey, Received, Sent
from tests.faults.line_faults import FAULTS

PROVEN_DEVICE = "x-simulated-device"
"""Header of a request whose signature the simulation left out for speed; the value is ``device created``."""


@dataclass(slots=True)
class Line:
    """One tablet's line.

    Attributes:
        faults: kinds that may happen; empty for a good line.
        chance: how likely one of them is at each request.
        is_short: leave out HTTP's own framing and the signature, for speed.
    """

    name: str
    here: Here
    far: Far
    random: Random
    faults: tuple[str, ...] = ()
    chance: float = 0.0
    is_short: bool = True
    earlier: list[Received] = field(default_factory=list)

    def call(self, sent: Sent) -> Received:
        """Send a request and wait for its answer.

        Raises:
            httpx.TransportError: there was none.
        """
        fault = ""
        if self.faults and self.random.random() < self.chance:
            fault = self.random.choice(self.faults)
        journey = Journey(self, sent, self.here.waiter())
        where = FAULTS[fault](journey) if fault else False
        if where is not False:
            self.here.cover(fault, f"{sent.kind}: {where}" if isinstance(where, str) else sent.kind)
            self.here.note(self.name, f"{sent.kind} {len(sent.body)} bytes: {fault}")
        else:
            self.here.note(self.name, f"{sent.kind} {len(sent.body)} bytes")
            journey.goes_well()
        return self.here.wait()


class LineTransport(httpx.BaseTransport):
    """The real HTTP client on a line."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the line."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        received = self.line.call(Sent(request.method, request.url.raw_path.decode(), headers, request.read()))
        return _as_response(received)


class DirectClient(CaseApiClient):
    """The real client; on a short line without httpx and without signatures, whose crypto would be most of the time."""

    def __init__(self, server: Any, **options: Any) -> None:
        transport = options["transport"]
        self._line: Line = transport.line
        super().__init__(server, **options)
        self._signer = options.get("signer")

    def _request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, limit_bytes: int
    ) -> HttpAnswer:
        if not self._line.is_short:
            return super()._request(method, path, body, headers, limit_bytes=limit_bytes)
        sent = {name.lower(): value for name, value in headers.items()} | {"accept-encoding": "gzip"}
        if self._signer is not None:
            sent[PROVEN_DEVICE] = f"{self._signer.device} {corrected_now_ms(self._clock) // 1000}"
        try:
            received = self._line.call(Sent(method, path, sent, body))
            whole = _as_response(received)
            return HttpAnswer(received.status, whole.headers, _bounded(whole, limit_bytes))
        except (httpx.TransportError, httpx.DecodingError) as exc:
            raise _broken(exc, self._server.origin) from exc


def _as_response(received: Received) -> httpx.Response:
    stream = _CutStream(received.body) if received.is_cut else httpx.ByteStream(received.body)
    return httpx.Response(received.status, headers=dict(received.headers), stream=stream)


class _CutStream(httpx.SyncByteStream):
    """The beginning of a body, and then a connection that is gone."""

    def __init__(self, begun: bytes) -> None:
        self._begun = begun

    def __iter__(self) -> Iterator[bytes]:
        if self._begun:
            yield self._begun
        raise httpx.RemoteProtocolError("peer closed the connection within the body")
