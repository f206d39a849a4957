"""The process that speaks with the server: ``python -m sync.tablet.apart.child SOCKET``.

It writes no file; what a hostile answer breaks is this process alone. It ends with the program that has
started it, and by itself when nothing was asked for a while: then with status 0 and without having begun anything.
"""

import os
import resource
import select
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.clock import NO_BOOT, Stamp
from sync.errors import SyncError
from sync.receipts import is_signed
from sync.tablet.apart.talk import (
    Anew,
    Answered,
    Asked,
    AskEnd,
    AskState,
    Check,
    Checked,
    Coded,
    End,
    Enrol,
    Enrolled,
    Exchange,
    Failed,
    Fetch,
    Fetched,
    Learnt,
    Piece,
    Said,
    SendPart,
    Spoken,
    State,
    Taken,
    failed_by,
    hear,
    say,
)
from sync.tablet.client import CaseApiClient, client_of
from sync.tablet.clock import SystemClock
from sync.tablet.speaking import Speaker

if TYPE_CHECKING:
    import httpx

LINGER_S = 8.0
"""How long it stays after the last answer: longer than the pause after a save, so that a busy hour needs one."""

LOOK_AGAIN_S = 0.05
"""How soon it looks again whether the answer under way has left, where it stays no longer than that."""

MEMORY_BYTES = 512 * 1024 * 1024
"""Address space of the process: Python, the libraries, and a few requests at their largest."""


def main(words: list[str]) -> int:
    """Answer questions until nobody asks any more."""
    _limit()
    # The screen and a save come first.
    os.nice(10)
    with socket.socket(fileno=int(words[0])) as control:
        try:
            speaker = hear(control, msgspec.msgpack.Decoder(Speaker))
        except EOFError:
            return 0
        Speech(speaker).serve(control, float(words[1]) if words[1:] else LINGER_S)
    return 0


class ToldClock(SystemClock):
    """The wall clock, and the distance to the server's time that the asking process knows."""

    offset_ms: int | None = None

    def stamp(self) -> Stamp:
        """Return what is known of time now."""
        return Stamp(NO_BOOT, 0, self.offset_ms)


class Speech:
    """Answers what is asked on any number of sockets, through one client to one server.

    Args:
        transport: replaces the network, in tests.
    """

    def __init__(
        self, speaker: Speaker, clock: ToldClock | None = None, transport: "httpx.BaseTransport | None" = None
    ) -> None:
        self._speaker = speaker
        self._clock = clock or ToldClock()
        self._transport = transport
        self._is_over = False
        self._asking = threading.local()
        self._lock = threading.Lock()
        self._under_way = 0
        self._rests_since: float | None = None
        self._decoder = msgspec.msgpack.Decoder(Asked)
        self._made: CaseApiClient | None = None

    def serve(self, control: socket.socket, linger_s: float) -> None:
        """Take further sockets, each into a thread of its own, until the other process is gone or long silent.

        Afterwards nothing is begun any more.
        """
        left_s = linger_s
        while True:
            if select.select([control], [], [], left_s)[0]:
                message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
                if not message:
                    return
                line = socket.socket(fileno=descriptors[0])
                threading.Thread(target=self._answer_all, args=(line,), daemon=True).start()
            with self._lock:
                left_s = self._left_s(linger_s)
                if left_s <= 0:
                    self._is_over = True
                    return

    def _left_s(self, linger_s: float) -> float:
        # It was started to be asked: before the first answer it does not rest.
        if self._under_way or self._rests_since is None:
            return max(linger_s, LOOK_AGAIN_S)
        return self._rests_since + linger_s - time.monotonic()

    def _answer_all(self, line: socket.socket) -> None:
        with line, suppress(EOFError, OSError):
            self._asking.line = line
            while not self._is_over:
                self._answer(line, hear(line, self._decoder))

    def _answer(self, line: socket.socket, asked: Asked) -> None:
        with self._lock:
            if self._is_over:
                return
            self._under_way += 1
        try:
            self._clock.offset_ms = asked.offset_ms
            say(line, self._answered(asked.question))
        finally:
            with self._lock:
                self._under_way -= 1
                self._rests_since = time.monotonic()

    def _answered(self, question: Spoken | Check) -> Said:
        try:
            return Checked(_is_signed(question)) if isinstance(question, Check) else self._spoken(question)
        except SyncError as exc:
            return failed_by(exc) or _fault()
        except ConnectionError:
            raise  # the asking process has hung up
        except Exception:  # noqa: BLE001 - told to the other process, which logs it and tries again
            return _fault()

    def _spoken(self, question: Spoken) -> Said:
        client = self._client()
        match question:
            case Exchange(body):
                answer = client.exchange(body)
                return Answered(answer.content_type, answer.body, answer.sent)
            case Enrol(request):
                return Enrolled(client.enrol(request))
            case Fetch(sha256, size_bytes):
                client.snapshot(sha256, _Passing(self._asking.line, size_bytes))
                return Fetched()
            case AskState(sha256):
                return State(client.upload_state(sha256))
            case SendPart(sha256, state, part):
                return Taken(client.send_part(sha256, state, part))
            case AskEnd():
                return End(client.certificate_ends_at_ms())

    def _client(self) -> CaseApiClient:
        with self._lock:
            if self._made is None:
                self._made = client_of(
                    self._speaker,
                    clock=self._clock,
                    on_time=self._learn_time,
                    on_coding=lambda coding: say(self._asking.line, Coded(coding)),
                    transport=self._transport,
                )
            return self._made

    def _learn_time(self, server_ms: int) -> None:
        self._clock.offset_ms = server_ms - self._clock.now_ms()
        say(self._asking.line, Learnt(server_ms))


class _Passing:
    """A download whose bytes are passed on as they come."""

    def __init__(self, line: socket.socket, size_bytes: int) -> None:
        self._line = line
        self.size_bytes = size_bytes

    def restart(self) -> None:
        """Forget what is there."""
        self.size_bytes = 0
        say(self._line, Anew())

    def add(self, chunk: bytes) -> None:
        """Pass the next bytes on."""
        self.size_bytes += len(chunk)
        say(self._line, Piece(chunk))


def _fault() -> Failed:
    """Return the error of this moment, which is none of ours, with its place."""
    import traceback

    return Failed("", traceback.format_exc())


def _is_signed(check: Check) -> bool:
    return is_signed(Ed25519PublicKey.from_public_bytes(check.key), check.signature, check.data)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # The tablet's key is in its memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    # Without waiting for requests under way: nobody is there any more to hear how they end.
    os._exit(main(sys.argv[1:]))
