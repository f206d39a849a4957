"""A real server process at the other end of a raw socket: garbage, halves, smuggled and endless requests."""

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.caseapi.hostile.hostility import state_of
from tests.sync.world import CaseApiProcess, grid_of, prepared_district, world_around

WAIT_S = 5.0
MANY = 300
"""Connections that never finish: more than a district's tablets keep open at once."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseApiProcess]:
    folder = tmp_path_factory.mktemp("central")
    prepared_district(folder)
    process = CaseApiProcess(folder)
    process.start()
    yield process
    process.kill()


def connected(server: CaseApiProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S)


def said(server: CaseApiProcess, data: bytes, *, shuts: bool = False, wait_s: float = WAIT_S) -> bytes:
    """Return all that the server answers to some bytes, until it closes or stays silent.

    Args:
        shuts: half-close the line behind them.
    """
    with connected(server) as line:
        line.settimeout(wait_s)
        with contextlib.suppress(ConnectionError):
            line.sendall(data)
            if shuts:
                line.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            while part := line.recv(65_536):
                answer += part
        return answer


def statuses(answer: bytes) -> list[int]:
    """Return the status of every answer in a stream of them."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def is_well(server: CaseApiProcess) -> bool:
    return statuses(said(server, b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == [200]


POST = b"POST /v1/sync HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = b'{"protocol":1}'

GARBAGE = {
    "nothing": b"",
    "line ends": b"\r\n" * 1000,
    "zeros": b"\0" * 10_000,
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x55" * 500,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 100,
    "HTTP/0.9": b"GET /\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a method of its own": b"FETCH\x01 /v1/sync HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path of no end": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path with a NUL": b"GET /v1/\0sync HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path that is no UTF-8": b"GET /v1/snapshots/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path out of the tree": b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    "headers without end": b"GET /livez HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\n",
    "a header without a name": b"GET /livez HTTP/1.1\r\n: b\r\n\r\n",
    "a header with a NUL": b"GET /livez HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
    "a folded header": b"GET /livez HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 14\r\n\r\n" + BODY,
    "a length and chunks": POST + b"Content-Length: 14\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + BODY,
    "a length below zero": POST + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length of words": POST + b"Content-Length: many\r\n\r\n" + BODY,
    "a length of many digits": POST + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    "chunks of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunks of every size": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    "an unknown transfer": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + BODY,
    "half a body": POST + b"Content-Length: 400\r\n\r\n" + BODY,
    "a body announced as too large": POST + b"Content-Length: 99999999\r\n\r\n",
    "an upgrade": b"GET /v1/sync HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_refused_or_dropped_and_nothing_changes(server: CaseApiProcess, data: bytes) -> None:
    before = state_of(server.database)
    answered = statuses(said(server, data, shuts=True) + said(server, data, wait_s=0.2))
    assert all(status in (200, 426) or 400 <= status < 500 for status in answered), answered
    assert state_of(server.database) == before
    assert is_well(server)


def test_requests_behind_one_another_are_each_answered(server: CaseApiProcess) -> None:
    bad = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    good = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = said(server, (bad + good) * 20, wait_s=0.5)
    assert statuses(answer) == [401, 200] * 20
    spoilt = said(server, (bad + good) * 20 + b"\xff\xfe garbage \r\n\r\n")
    assert set(statuses(spoilt)) <= {200, 400, 401}
    assert is_well(server)


def test_a_smuggled_request_is_a_body(server: CaseApiProcess) -> None:
    inner = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = said(server, POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner)
    assert statuses(answer) == [401]


def test_lines_that_never_finish_keep_nobody_out(server: CaseApiProcess) -> None:
    unfinished = [b"GET /livez HTTP/1.1\r\nX-", POST + b"Content-Length: 1000\r\n\r\n{", b"P"]
    with contextlib.ExitStack() as open_lines:
        for place in range(MANY):
            line = open_lines.enter_context(connected(server))
            line.sendall(unfinished[place % len(unfinished)])
        assert is_well(server)
    assert is_well(server)


def test_lines_that_are_reset_in_the_middle_harm_nobody(server: CaseApiProcess) -> None:
    for cut in range(1, 120, 7):
        with connected(server) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.sendall((POST + b"Content-Length: 14\r\n\r\n" + BODY)[:cut])
    assert is_well(server)


def test_after_all_of_it_a_tablet_joins_and_its_records_are_proven(server: CaseApiProcess, tmp_path: Path) -> None:
    with world_around(server, grid_of(server.folder), tmp_path) as world:
        world.enrol()
        world.save(3)
        for data in GARBAGE.values():
            said(server, data, shuts=True)
        world.synced()
        world.all_is_proven(3)
