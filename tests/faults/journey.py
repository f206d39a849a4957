"""One request on its way from a tablet to the case API, and its answer on the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import httpx

TIMEOUT_MS = 30_000
"""How long a tablet waits for an answer."""

KEPT_REPLIES = 4
"""Earlier replies that a line remembers, to bring one of them instead of the right one."""


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


class Way(Protocol):
    """The line as a request sees it."""

    here: Here
    far: Far
    random: Random
    earlier: list[Received]


class Journey:
    """One request on its way; the tablet hears of it once."""

    def __init__(self, line: Way, sent: Sent, resume: Callable[[Received | BaseException], None]) -> None:
        self.line = line
        self.sent = sent
        self.random = line.random
        self._resume = resume
        self._is_over = False

    def goes_well(self) -> None:
        """Deliver the request and bring the reply back."""
        self.deliver(self.delay(), self.bring)
        self.give_up()

    def delay(self) -> int:
        """Return how long something takes on the way."""
        return self.random.choice((1, 5, 40, 300, 3_000))

    def deliver(self, delay_ms: int, answered: Answered) -> None:
        """Let the server have the request later."""
        self.line.here.after(delay_ms, self.line.far.receive, self.sent, answered)

    def give_up(self) -> None:
        """Let the tablet give up when its time is over."""
        self.fail_after(TIMEOUT_MS, httpx.ReadTimeout("no answer in time"))

    def fail_after(self, delay_ms: int, exc: Exception) -> None:
        """Let the tablet hear later that the connection failed."""
        self.line.here.after(delay_ms, self._end, exc)

    def answer_after(self, delay_ms: int, received: Received) -> None:
        """Let the tablet have an answer later."""
        self.line.here.after(delay_ms, self._end, received)

    def bring(self, received: Received | None) -> None:
        """Bring the reply to the tablet, or the news that the connection broke."""
        self.line.here.after(self.delay(), self._end, received or httpx.ReadError("connection reset"))

    def drop(self, received: Received | None) -> None:
        """Let the reply go nowhere."""
        self._keep(received)

    def cut(self, received: Received | None) -> None:
        """Let the connection break within the reply."""
        self._keep(received)
        self.fail_after(self.delay(), httpx.RemoteProtocolError("peer closed the connection within the body"))

    def truncate(self, received: Received | None) -> None:
        """Bring the beginning of the reply as if it were all."""
        if received is None or not received.body:
            self.bring(received)
            return
        self._keep(received)
        body = received.body[: self.random.randrange(len(received.body))]
        self.answer_after(self.delay(), Received(received.status, received.headers, body))

    def _keep(self, received: Received | None) -> None:
        if received is not None and received.status == 200:
            self.line.earlier.append(received)
            del self.line.earlier[:-KEPT_REPLIES]

    def _end(self, outcome: Received | BaseException) -> None:
        if self._is_over:
            return
        self._is_over = True
        if isinstance(outcome, Received):
            self._keep(outcome)
        self._resume(outcome)
