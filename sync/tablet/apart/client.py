"""The app's side: what `sync.tablet.client.CaseApiClient` can, done by a process that is started when it is wanted."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import send_fds, socket, socketpair
from typing import Protocol, TypeVar

import msgspec

from sync.media import UploadState
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
    Question,
    Said,
    SendPart,
    State,
    Taken,
    error_of,
    hear,
    say,
)
from sync.tablet.clock import TabletClock, has_ended
from sync.tablet.download import Arriving
from sync.tablet.errors import ExchangeError
from sync.tablet.speaking import Answer, PartAnswer, Speaker
from sync.wire import EnrolReply, EnrolRequest

COMMAND = (sys.executable, "-P", "-m", "sync.tablet.apart.child")

WENT_TO_REST = 0
"""Exit status of a process that ended by itself, or was let go: it has begun nothing that it has not answered."""

ENDS_IN_S = 5.0
"""How long a process that has hung up may take to be gone."""

MOST_STARTS = 3
"""How many processes one question tries: one may go to rest in that moment, or a socket fail."""

T = TypeVar("T")


class ApartClient:
    """Speaks with one server through another process; exchanges are for one thread at a time, photos for several.

    Args:
        speaker: with whom, and as whom.
        on_time: told the server's Unix milliseconds when it refuses the tablet's clock.
        on_coding: told the best coding that the server says it reads, empty for gzip, when that changes.
        start: starts what answers on the other end of a socket, in tests; it need not be a process.
    """

    def __init__(
        self,
        speaker: Speaker,
        *,
        clock: TabletClock,
        on_time: Callable[[int], None] = lambda _: None,
        on_coding: Callable[[str], None] = lambda _: None,
        start: "Callable[[socket], Ending] | None" = None,
    ) -> None:
        self._speaker = speaker
        self._clock = clock
        self._on_time = on_time
        self._on_coding = on_coding
        self._start = start or start_process
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._is_closed = False
        self._decoder: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)

    def exchange(self, body: bytes) -> Answer:
        """Send a sync request and return what came back with status 200.

        Raises:
            ExchangeError: it did not come to an answer; the code says why.
        """
        answered = self._ask(Exchange(body), Answered)
        return Answer(answered.content_type, answered.body, answered.sent)

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Send an enrolment request and return the reply.

        Raises:
            ExchangeError: it did not come to a reply; the code says why.
        """
        return self._ask(Enrol(request), Enrolled).reply

    def snapshot(self, sha256: str, into: Arriving) -> None:
        """Fetch what is not there yet of a snapshot, a gzip file; the caller checks its digest.

        Raises:
            ExchangeError: it could not be fetched whole; the code says why, and what came stays.
        """
        self._ask(lambda: Fetch(sha256, into.size_bytes), Fetched, into)

    def upload_state(self, sha256: str) -> UploadState | None:
        """Return how much of a photo the server holds, or None when no record that it holds names it.

        Raises:
            ExchangeError: it did not come to an answer; the code says why.
        """
        return self._ask(AskState(sha256), State).state

    def send_part(self, sha256: str, state: UploadState, part: bytes) -> PartAnswer:
        """Send a part of a photo, from where the server's part ends, and return what it holds then.

        Raises:
            ExchangeError: it did not come to an answer; what arrived may be held all the same.
        """
        return self._ask(SendPart(sha256, state, part), Taken).answer

    def has_expired(self) -> bool:
        """Tell whether the pinned server's certificate has ended, as far as this tablet knows the time."""
        return has_ended(self._ask(AskEnd(), End).ends_at_ms, self._clock)

    def receipt_key(self, raw: bytes) -> "ApartKey":
        """Return the server's receipt key, asked where the cryptography is."""
        return ApartKey(raw, lambda check: self._ask(check, Checked).is_signed)

    def close(self) -> None:
        """End the process; whoever waits for an answer gets none, and no other one is started."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def _ask(self, asking: Question | Callable[[], Question], kind: type[T], into: Arriving | None = None) -> T:
        for _start in range(MOST_STARTS):
            process = self._running()
            # What came of a file before a socket failed is there: the next try asks for the rest.
            question = asking() if callable(asking) else asking
            try:
                with process.line() as line:
                    said = self._asked(line, question, into)
            except (EOFError, OSError, msgspec.DecodeError) as exc:
                # To ask once more is safe: the server tells what it has heard already.
                self._forget(process)
                status = process.ended()
                if status != WENT_TO_REST:
                    raise ExchangeError(f"the process that speaks with the server ended, status {status}") from exc
                continue
            if isinstance(said, Failed):
                raise error_of(said) or RuntimeError(f"where the server is spoken with: {said.message}")
            if not isinstance(said, kind):
                raise RuntimeError(f"a {type(said).__name__} is no answer to a {type(question).__name__}")
            return said
        raise ExchangeError("the process that speaks with the server is not heard")

    def _asked(self, line: socket, question: Question, into: Arriving | None) -> Said:
        say(line, Asked(question, self._clock.stamp().offset_ms))
        while True:
            match hear(line, self._decoder):
                case Learnt(server_ms):
                    self._on_time(server_ms)
                case Coded(coding):
                    self._on_coding(coding)
                case Piece(data) if into is not None:
                    into.add(data)
                case Anew() if into is not None:
                    into.restart()
                case said:
                    return said

    def _running(self) -> "_Process":
        with self._lock:
            if self._is_closed:
                raise ExchangeError("the line to the server was closed")
            if self._process is None:
                self._process = _Process(self._speaker, self._start)
            return self._process

    def _forget(self, process: "_Process") -> None:
        with self._lock:
            if self._process is process:
                self._process = None
        process.end()


class ApartKey:
    """A server's Ed25519 public key, whose signatures are checked in the other process."""

    def __init__(self, raw: bytes, is_signed: Callable[[Check], bool]) -> None:
        self._raw = raw
        self._is_signed = is_signed

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return when the key has made the signature.

        Raises:
            cryptography.exceptions.InvalidSignature: it has not.
            ExchangeError: nobody could tell.
        """
        if not self._is_signed(Check(self._raw, signature, data)):
            from cryptography.exceptions import InvalidSignature

            raise InvalidSignature


class Ending(Protocol):
    """What can be waited for, as `subprocess.Popen` can."""

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended; `subprocess.TimeoutExpired` when it has not."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


def start_process(line: socket, *words: str) -> Ending:
    """Start the process that answers on the other end of a socket.

    Raises:
        OSError: the system has no room for one.
    """
    return subprocess.Popen(
        [*COMMAND, str(line.fileno()), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[line.fileno()],
        # What the terminal sends to the app, it does not mean for it.
        start_new_session=True,
    )


class _Process:
    """One process, and the sockets on which it is asked: one for each question that is under way at the same time."""

    def __init__(self, speaker: Speaker, start: "Callable[[socket], Ending]") -> None:
        self._free: list[socket] = []
        self._lock = threading.Lock()
        try:
            self._control, theirs = socketpair()
        except OSError as exc:
            raise ExchangeError(f"no socket for what speaks with the server: {exc.strerror}") from exc
        try:
            with theirs:
                self._process = start(theirs)
        except OSError as exc:
            self._control.close()
            raise ExchangeError(f"what speaks with the server cannot be started: {exc.strerror}") from exc
        # It goes to rest by itself, and must not stand in the system's list until the next sync.
        threading.Thread(target=self._process.wait, name="line-ends", daemon=True).start()
        with suppress(OSError):
            # Who never hears it ends, and is noticed at the first question.
            say(self._control, speaker)

    @contextmanager
    def line(self) -> Iterator[socket]:
        """Lend a socket; one on which an answer was broken off is not lent again."""
        line = self._taken() or self._opened()
        try:
            yield line
        except BaseException:
            line.close()
            raise
        with self._lock:
            self._free.append(line)

    def _taken(self) -> socket | None:
        with self._lock:
            return self._free.pop() if self._free else None

    def _opened(self) -> socket:
        ours, theirs = socketpair()
        with theirs, self._lock:
            try:
                send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError as exc:
                ours.close()
                raise EOFError("it has ended") from exc
        return ours

    def ended(self) -> int | None:
        """Return its exit status, waiting a moment for it."""
        try:
            return self._process.wait(ENDS_IN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return None

    def end(self) -> None:
        """Hang up, which ends it."""
        with self._lock:
            self._control.close()
            for line in self._free:
                line.close()
            self._free.clear()
