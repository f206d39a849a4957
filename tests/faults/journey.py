"""One request on its way from a tablet to the case API, and its answer on the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

import httpx

TIMEOUT_MS = 30_000
"""How long a tablet waits for an answer."""

KEPT_REPLIES = 4
"""Earlier replies that a line remembers, to bring one of them instead of the right one."""


EDGE_SHARE = 0.25
"""Part of the resets that fall between head and body or behind the last byte; the others hit each byte alike."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes over the line.

    Attributes:
        cut_at: so many bytes of the body arrive, then the connection is gone; None when all of it does.
        pause_s: how long the last piece of the body keeps the server waiting.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    cut_at: int | None = None
    pause_s: float = 0.0

    @property
    def kind(self) -> str:
        """Return method and path without what differs from one request to the next."""
        return f"{self.method} /{'/'.join(self.path.split('/')[1:3])}"


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it comes over the line.

    Attributes:
        is_cut: the connection breaks behind these bytes of the body, of which there should be more.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


def head_bytes(headers: Mapping[str, str]) -> int:
    """Return about how long the head of a request or of an answer is: its first line and its headers."""
    return 40 + sum(len(name) + len(value) + 4 for name, value in headers.items())


def cut_place(random: Random, head: int, body: int) -> tuple[int | None, str]:
    """Return how many bytes of a body arrive before a reset, each byte alike, and where that is in words.

    None: not even the head has arrived. As many as there are: the reset comes behind the last byte.
    """
    k = random.choice((head, head + body)) if random.random() < EDGE_SHARE else random.randrange(head + body + 1)
    if k < head:
        return None, "within the head"
    if k == head + body:
        return body, "behind the last byte"
    return k - head, "before the body" if k == head else "within the body"


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

    def deliver(self, delay_ms: int, answered: Answered, *, cut_at: int | None = None, pause_s: float = 0.0) -> None:
        """Let the server have the request later, perhaps only so many bytes of its body, or those slowly."""
        sent = replace(self.sent, cut_at=cut_at, pause_s=pause_s)
        self.line.here.after(delay_ms, self.line.far.receive, sent, answered)

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
        if received is None:
            self.bring(None)
            return
        place, where = cut_place(self.random, head_bytes(received.headers), len(received.body))
        self.line.here.cover("cut_reply", f"{self.sent.kind}: {where}")
        if place is None or place == len(received.body):
            # Behind the last byte nobody waits for more: that is an answer; before the body there is none.
            self.bring(received if place is not None else None)
            return
        self.answer_after(self.delay(), replace(received, body=received.body[:place], is_cut=True))

    def truncate(self, received: Received | None) -> None:
        """Bring the beginning of the reply as if it were all."""
        if received is None or not received.body:
            self.bring(received)
            return
        self._keep(received)
        body = received.body[: self.random.randrange(len(received.body))]
        self.answer_after(self.delay(), Received(received.status, received.headers, body))

    def _keep(self, received: Received | None) -> None:
        if received is not None and received.status == 200 and not received.is_cut:
            self.line.earlier.append(received)
            del self.line.earlier[:-KEPT_REPLIES]

    def _end(self, outcome: Received | BaseException) -> None:
        if self._is_over:
            return
        self._is_over = True
        if isinstance(outcome, Received):
            self._keep(outcome)
        self._resume(outcome)
