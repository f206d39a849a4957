"""The process that speaks with the server: started when asked, gone when it rests, and no harm when it ends."""

import errno
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.media import MEDIA_PATH, UploadState, upload_headers
from sync.tablet.apart import client as apart
from sync.tablet.apart.client import MOST_STARTS, ApartClient, start_process
from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import (
    DiskFull,
    ExchangeError,
)
from sync.tablet.speaking import Speaker
from tests.sync.tablet.makers import FixedClock
from tests.sync.tablet.speaking import DEVICE, RAW_KEY

KEY = Ed25519PrivateKey.from_private_bytes(RAW_KEY)
PHOTO = "a" * 64
PATIENCE_S = 30


class CaseApi:
    """A server on this machine that answers once it may.

    Attributes:
        has_heard: a request has arrived.
        may_answer: answers leave from now on.
        most_at_once: most requests that were under way at the same time.
    """

    def __init__(self) -> None:
        self.has_heard, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.most_at_once = self._at_once = 0
        self._both = threading.Barrier(2)
        self._lock = threading.Lock()
        api = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                api.has_heard.set()
                api.may_answer.wait(PATIENCE_S)
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def do_HEAD(self) -> None:
                api.meet()
                self.send_response(200)
                for name, value in upload_headers(f"{MEDIA_PATH}/{PHOTO}", UploadState(7, 9)).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def meet(self) -> None:
        """Wait until two requests are here."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        self._both.wait(PATIENCE_S)

    def stop(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def api() -> Iterator[CaseApi]:
    running = CaseApi()
    yield running
    running.stop()


class Started:
    """Starts processes, and knows them."""

    def __init__(self, *words: str) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self._words = words

    def __call__(self, line: socket) -> subprocess.Popen[bytes]:
        process = start_process(line, *self._words)
        assert isinstance(process, subprocess.Popen)
        self.processes.append(process)
        return process


@contextmanager
def speaking(api: CaseApi, started: Started, *, key: bytes = RAW_KEY) -> Iterator[ApartClient]:
    speaker = Speaker(api.origin, (), ExchangeConfig(), DEVICE, key)
    with closing(ApartClient(speaker, clock=FixedClock(), start=started)) as client:
        yield client
    for process in started.processes:
        process.wait(PATIENCE_S)


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    ended: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except Exception as exc:  # noqa: BLE001
            ended.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, ended


def test_one_process_answers_several_questions_and_ends_with_the_client(api: CaseApi) -> None:
    started = Started()
    with speaking(api, started) as client:
        assert [client.exchange(b"{}").body for _ in range(3)] == [b"{}"] * 3
        assert not client.has_expired()
        assert len(started.processes) == 1
    assert started.processes[0].returncode == 0


def test_two_photos_are_asked_about_at_the_same_time(api: CaseApi) -> None:
    with speaking(api, Started()) as client:
        other, failed = in_thread(partial(client.upload_state, PHOTO))
        assert client.upload_state(PHOTO) == UploadState(7, 9)
        other.join(PATIENCE_S)
        assert (api.most_at_once, failed) == (2, [])


def test_who_rests_is_gone_and_the_next_question_starts_another(api: CaseApi) -> None:
    started = Started("0")
    with speaking(api, started) as client:
        assert client.exchange(b"{}").body == b"{}"
        assert started.processes[0].wait(PATIENCE_S) == 0
        assert client.exchange(b"{}").body == b"{}"
        assert len(started.processes) == 2


def test_a_process_that_is_killed_costs_one_try(api: CaseApi) -> None:
    started = Started()
    with speaking(api, started) as client:
        api.may_answer.clear()
        asking, failed = in_thread(partial(client.exchange, b"{}"))
        assert api.has_heard.wait(PATIENCE_S)
        started.processes[0].kill()
        asking.join(PATIENCE_S)
        (error,) = failed
        assert isinstance(error, ExchangeError)
        assert (error.code, str(error)) == ("E-EXCHANGE", "the process that speaks with the server ended, status -9")
        api.may_answer.set()
        assert client.exchange(b"{}").body == b"{}"
        assert len(started.processes) == 2


def test_closing_ends_the_process_and_who_waits_for_it(api: CaseApi) -> None:
    started = Started()
    with speaking(api, started) as client:
        api.may_answer.clear()
        asking, failed = in_thread(partial(client.exchange, b"{}"))
        assert api.has_heard.wait(PATIENCE_S)
        client.close()
        asking.join(PATIENCE_S)
        assert isinstance(failed[0], ExchangeError)
        assert started.processes[0].wait(PATIENCE_S) == 0
        with pytest.raises(ExchangeError, match="closed"):
            client.exchange(b"{}")


APP = """
import sys
from sync.tablet.apart.client import ApartClient, start_process
from sync.tablet.clock import SystemClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.speaking import Speaker

def start(line):
    process = start_process(line)
    print(process.pid, flush=True)
    return process

ApartClient(Speaker(sys.argv[1], (), ExchangeConfig()), clock=SystemClock(), start=start).exchange(b"{}")
"""


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM])
def test_it_does_not_outlive_the_app(ended_by: signal.Signals, api: CaseApi) -> None:
    api.may_answer.clear()
    command = [sys.executable, "-c", APP, api.origin]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as app:
        assert app.stdout is not None
        pid = int(app.stdout.readline())
        end = os.pidfd_open(pid)
        try:
            assert api.has_heard.wait(PATIENCE_S)
            app.send_signal(ended_by)
            app.wait(PATIENCE_S)
            # Readable once it has ended.
            poll = select.poll()
            poll.register(end)
            assert poll.poll(PATIENCE_S * 1000)
        finally:
            os.close(end)


def test_no_room_for_a_process_is_told(api: CaseApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "COMMAND", ("/nowhere/python",))
    with (
        closing(ApartClient(Speaker(api.origin, (), ExchangeConfig()), clock=FixedClock())) as client,
        pytest.raises(ExchangeError, match="cannot be started: No such file"),
    ):
        client.exchange(b"{}")


def test_a_process_that_cannot_begin_is_told(api: CaseApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with speaking(api, Started()) as client, pytest.raises(ExchangeError, match="status 3"):
        client.exchange(b"{}")


def test_a_fault_of_the_program_there_is_raised_here_with_its_place(api: CaseApi) -> None:
    with speaking(api, Started(), key=b"short") as client:
        with pytest.raises(RuntimeError, match=r"(?s)client_of.*ValueError"):
            client.exchange(b"{}")
        assert client.receipt_key(KEY.public_key().public_bytes_raw()), "and it goes on"


def test_a_signature_is_checked_there(api: CaseApi) -> None:
    started = Started()
    with speaking(api, started) as client:
        key = client.receipt_key(KEY.public_key().public_bytes_raw())
        key.verify(KEY.sign(b"receipt"), b"receipt")
        with pytest.raises(InvalidSignature):
            key.verify(KEY.sign(b"receipt"), b"another")
        assert len(started.processes) == 1


@pytest.mark.parametrize("code", [errno.EIO, errno.ECONNRESET])
@pytest.mark.parametrize("call", ["say", "hear", "send_fds"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_call_on_a_socket_that_fails_costs_no_answer(
    api: CaseApi, monkeypatch: pytest.MonkeyPatch, call: str, code: int, place: int
) -> None:
    real, left = getattr(apart, call), [place]

    def failing(*words: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise OSError(code, os.strerror(code))
        return real(*words)

    with speaking(api, Started()) as client:
        monkeypatch.setattr(apart, call, failing)
        assert client.exchange(b"{}").body == b"{}"
        assert client.exchange(b"{}").body == b"{}"


def test_sockets_that_always_fail_are_told(api: CaseApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise OSError(errno.EIO, "it fails")

    started = Started()
    with speaking(api, started) as client:
        monkeypatch.setattr(apart, "hear", failing)
        with pytest.raises(ExchangeError, match="is not heard"):
            client.exchange(b"{}")
        monkeypatch.undo()
        assert client.exchange(b"{}").body == b"{}"
    assert len(started.processes) == MOST_STARTS + 1


class FullDisk:
    """Takes no byte."""

    size_bytes = 0

    def restart(self) -> None:
        return

    def add(self, chunk: bytes) -> None:
        raise DiskFull(f"no room for {len(chunk)} bytes")


def test_what_is_broken_off_here_leaves_nothing_for_the_next_question(api: CaseApi) -> None:
    def start(theirs: socket) -> "subprocess.Popen[bytes]":
        script = (
            "import socket, sys\n"
            "from msgspec.msgpack import Decoder\n"
            "from sync.tablet.apart.talk import *\n"
            "from sync.tablet.speaking import Speaker\n"
            "control = socket.socket(fileno=int(sys.argv[1]))\n"
            "hear(control, Decoder(Speaker))\n"
            "while True:\n"
            "    message, (end, *_), *_ = socket.recv_fds(control, 1, 1)\n"
            "    line = socket.socket(fileno=end)\n"
            "    asked = hear(line, Decoder(Asked))\n"
            "    words = Piece(b'12345') if isinstance(asked.question, Fetch) else Answered('', b'{}', b'')\n"
            "    say(line, words)\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", script, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=Path(__file__).parents[3],
            stderr=subprocess.DEVNULL,
        )

    speaker = Speaker(api.origin, (), ExchangeConfig())
    with closing(ApartClient(speaker, clock=FixedClock(), start=start)) as client:
        with pytest.raises(DiskFull):
            client.snapshot("abc", FullDisk())
        assert client.exchange(b"{}").body == b"{}"
