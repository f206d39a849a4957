"""The client to the case API in both its forms over a network that a test plays: in this process, and apart.

Apart, the other end is a thread here instead of a process; what goes between them is the same.
"""

import threading
from collections.abc import Callable
from socket import socket
from typing import Any

import httpx
import msgspec

from sync.tablet.apart.child import Speech, ToldClock
from sync.tablet.apart.client import ApartClient
from sync.tablet.apart.talk import hear
from sync.tablet.client import CaseApiClient, client_of
from sync.tablet.config import ExchangeConfig
from sync.tablet.speaking import Speaker
from tests.sync.tablet.makers import FixedClock

DEVICE = "0195a2c0-0000-7000-8000-000000000001"
RAW_KEY = bytes(32)
ORIGIN = "http://127.0.0.1:8080"
Client = CaseApiClient | ApartClient
Handler = Callable[[httpx.Request], httpx.Response]
Speaks = Callable[..., Client]
"""Makes a client in one of its forms."""


class Taken:
    """What has come of a file that is being fetched, in memory."""

    def __init__(self, held: bytes = b"") -> None:
        self.data = held

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def restart(self) -> None:
        self.data = b""

    def add(self, chunk: bytes) -> None:
        self.data += chunk


class ThreadEnd:
    """A thread that is waited for like a process."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread

    def wait(self, timeout: float | None = None) -> int:
        self._thread.join(timeout)
        return 0

    def kill(self) -> None:
        raise AssertionError("it ends by itself")


class WallClock(ToldClock):
    """What the process apart sees of a clock that stands still."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms()


def spoken(
    form: str,
    handler: Handler | None,
    clock: FixedClock | None = None,
    *,
    origin: str = ORIGIN,
    pins: tuple[str, ...] = (),
    coding: str = "",
    **more: Any,
) -> Client:
    """Return a client.

    Args:
        form: `here` or `apart`.
        handler: plays the network; without one it is real.
    """
    clock = clock or FixedClock()
    speaker = Speaker(origin, pins, ExchangeConfig(), DEVICE, RAW_KEY, coding)
    transport = None if handler is None else httpx.MockTransport(handler)
    told: dict[str, Any] = {
        "on_time": lambda server_ms: (clock.learn(server_ms), None)[1],
        "on_coding": lambda _: None,
        **more,
    }
    if form == "here":
        return client_of(speaker, clock=clock, transport=transport, **told)

    def start(theirs: socket) -> ThreadEnd:
        thread = threading.Thread(target=answer, args=(theirs.dup(),), daemon=True)
        thread.start()
        return ThreadEnd(thread)

    def answer(control: socket) -> None:
        with control:
            heard = hear(control, msgspec.msgpack.Decoder(Speaker))
            Speech(heard, WallClock(clock), transport).serve(control, linger_s=60)

    return ApartClient(speaker, clock=clock, start=start, **told)
