"""The way between a tablet and the case API, and all that can happen on it."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx

from sync.tablet.answers import HttpAnswer
from sync.tablet.client import CaseApiClient, _bounded, _broken
from sync.tablet.clock import corrected_now_ms

LINE_FAULTS = (
    "lost_request",
    "lost_reply",
    "doubled",
    "late_request",
    "late_reply",
    "cut_request",
    "cut_reply",
    "truncated_reply",
    "stale_reply",
    "refused",
    "portal",
    "gateway",
    "busy",
    "too_large",
    "certificate",
)
"""Everything that can happen to a request or to its reply."""

TIMEOUT_MS = 30_000
"""How long a tablet waits for an answer."""

SMALL_PROXY_BYTES = 700
"""Largest body that a proxy with a small limit lets through."""

_PORTAL = b"<html><p>log in</p></html>"
_PORTALS = ((200, "text/html"), (200, "application/json"), (302, "text/html"), (511, "text/html"))


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes over the line."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Return method and path without what differs from one request to the next."""
        return f"{self.method} /{'/'.join(self.path.split('/')[1:3])}"


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it comes over the line."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Answered = Callable[[Received | None], None]
"""Takes the answer; None when the connection broke."""


class Far(Protocol):
    """The server at the far end."""

    def receive(self, sent: Sent, answered: Answered) -> None:
        """Take a request and answer it in time, once, or never."""
        ...


class Here(Protocol):
    """The world as a line sees it."""

    def after(self, delay_ms: int, act: Callable[..., object], *arguments: Any) -> None:
        """Let something happen later."""
        ...

    def wait(self) -> Received:
        """Suspend the running tablet until somebody resumes it."""
        ...

    def waiter(self) -> Callable[[Received | BaseException], None]:
        """Return what resumes the tablet that runs now."""
        ...

    def cover(self, kind: str, point: str) -> None:
        """Count a fault."""
        ...

    def note(self, who: str, what: str) -> None:
        """Write into the trace."""
        ...


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
        exchange = _Exchange(self, sent, self.here.waiter())
        if fault and exchange.meets(fault):
            self.here.cover(fault, sent.kind)
            self.here.note(self.name, f"{sent.kind} {len(sent.body)} bytes: {fault}")
        else:
            self.here.note(self.name, f"{sent.kind} {len(sent.body)} bytes")
            exchange.goes_well()
        return self.here.wait()


class _Exchange:
    """One request on its way; the tablet hears of it once."""

    def __init__(self, line: Line, sent: Sent, resume: Callable[[Received | BaseException], None]) -> None:
        self._line = line
        self._sent = sent
        self._resume = resume
        self._is_over = False
        self._random = line.random

    def meets(self, fault: str) -> bool:
        """Let a fault happen; False where it does not apply."""
        happens = getattr(self, f"_{fault}")
        is_met: bool | None = happens()
        return is_met is not False

    def goes_well(self) -> None:
        """Deliver the request and bring the reply back."""
        self._deliver(self._delay(), self._bring)
        self._give_up()

    def _lost_request(self) -> None:
        self._give_up()

    def _lost_reply(self) -> None:
        self._deliver(self._delay(), self._drop)
        self._give_up()

    def _doubled(self) -> None:
        bringing = [self._bring, self._drop]
        self._random.shuffle(bringing)
        first = self._delay()
        self._deliver(first, bringing[0])
        self._deliver(first + self._random.choice((0, self._delay(), 5_000, 200_000)), bringing[1])
        self._give_up()

    def _late_request(self) -> None:
        self._deliver(TIMEOUT_MS + self._random.choice((1, 2_000, 60_000, 900_000)), self._drop)
        self._give_up()

    def _late_reply(self) -> None:
        self._deliver(self._delay(), lambda got: self._line.here.after(TIMEOUT_MS * 2, self._bring, got))
        self._give_up()

    def _cut_request(self) -> None:
        if self._random.random() < 0.3:
            # Cut behind the last byte: the server has it all, the tablet cannot know.
            self._deliver(self._delay(), self._drop)
        self._fail_after(self._delay(), httpx.WriteError("connection reset"))

    def _cut_reply(self) -> None:
        self._deliver(self._delay(), self._cut)

    def _truncated_reply(self) -> None:
        self._deliver(self._delay(), self._truncate)

    def _stale_reply(self) -> bool:
        if not self._line.earlier:
            return False
        self._answer_after(self._delay(), self._random.choice(self._line.earlier))
        if self._random.random() < 0.5:
            self._deliver(self._delay(), self._drop)
        return True

    def _refused(self) -> None:
        self._fail_after(self._delay(), httpx.ConnectError("connection refused"))

    def _portal(self) -> None:
        status, kind = self._random.choice(
            ((200, "text/html"), (200, "application/json"), (302, "text/html"), (511, "text/html"))
        )
        self._answer_after(self._delay(), Received(status, {"content-type": kind}, _PORTAL))

    def _gateway(self) -> None:
        if self._random.random() < 0.5:
            self._deliver(self._delay(), self._drop)
        status = self._random.choice((500, 502, 504))
        self._answer_after(self._delay(), Received(status, {"content-type": "text/html"}, b"<p>bad gateway</p>"))

    def _busy(self) -> None:
        status = self._random.choice((429, 503))
        self._answer_after(self._delay(), Received(status, {"retry-after": "2"}, b""))

    def _too_large(self) -> bool:
        if len(self._sent.body) <= SMALL_PROXY_BYTES:
            return False
        self._answer_after(self._delay(), Received(413, {}, b""))
        return True

    def _certificate(self) -> None:
        failed = httpx.ConnectError("certificate has expired")
        failed.__cause__ = ssl.SSLCertVerificationError(1, "certificate has expired")
        self._fail_after(self._delay(), failed)

    def _delay(self) -> int:
        return self._random.choice((1, 5, 40, 300, 3_000))

    def _deliver(self, delay_ms: int, answered: Answered) -> None:
        self._line.here.after(delay_ms, self._line.far.receive, self._sent, answered)

    def _give_up(self) -> None:
        self._fail_after(TIMEOUT_MS, httpx.ReadTimeout("no answer in time"))

    def _fail_after(self, delay_ms: int, exc: Exception) -> None:
        self._line.here.after(delay_ms, self._end, exc)

    def _answer_after(self, delay_ms: int, received: Received) -> None:
        self._line.here.after(delay_ms, self._end, received)

    def _bring(self, received: Received | None) -> None:
        self._line.here.after(self._delay(), self._end, received or httpx.ReadError("connection reset"))

    def _drop(self, received: Received | None) -> None:
        self._keep(received)

    def _cut(self, received: Received | None) -> None:
        self._keep(received)
        self._fail_after(self._delay(), httpx.RemoteProtocolError("peer closed the connection within the body"))

    def _truncate(self, received: Received | None) -> None:
        if received is None or not received.body:
            self._bring(received)
            return
        self._keep(received)
        body = received.body[: self._random.randrange(len(received.body))]
        self._answer_after(self._delay(), Received(received.status, received.headers, body))

    def _keep(self, received: Received | None) -> None:
        if received is not None and received.status == 200:
            self._line.earlier.append(received)
            del self._line.earlier[:-4]

    def _end(self, outcome: Received | BaseException) -> None:
        if self._is_over:
            return
        self._is_over = True
        if isinstance(outcome, Received):
            self._keep(outcome)
        self._resume(outcome)


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
            sent["x-simulated-device"] = f"{self._signer.device} {corrected_now_ms(self._clock) // 1000}"
        try:
            received = self._line.call(Sent(method, path, sent, body))
            whole = _as_response(received)
            return HttpAnswer(received.status, whole.headers, _bounded(whole, limit_bytes))
        except (httpx.TransportError, httpx.DecodingError) as exc:
            raise _broken(exc, self._server.origin) from exc


def _as_response(received: Received) -> httpx.Response:
    return httpx.Response(received.status, headers=dict(received.headers), stream=httpx.ByteStream(received.body))
