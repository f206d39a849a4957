"""The HTTP client: signed, bounded, and every failure has its code."""

import gzip
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.clock import format_time
from sync.coding import xunge_body
from sync.errors import ClockSkewed
from sync.media import MEDIA_PATH, UploadState, upload_headers
from sync.signing import Message, signer_of, verify_request
from sync.tablet import client
from sync.tablet.client import CaseApiClient, Server
from sync.tablet.config import ExchangeConfig
from sync.tablet.download import Download
from sync.tablet.errors import (
    BatchTooLarge,
    ClockRefused,
    ConnectionCut,
    ExchangeError,
    PortalAnswered,
    ServerBusy,
    ServerSilent,
    ServerUnreachable,
    ServerUntrusted,
)
from sync.tablet.pinning import tls_context
from sync.wire import MAX_REPLY_BYTES, PROTOCOL, EnrolRequest, inflate_body
from tests.sync.tablet.makers import AT_MS, FixedClock
from tests.sync.tablet.speaking import DEVICE, ORIGIN, RAW_KEY, Client, Handler, Speaks, spoken

KEY = Ed25519PrivateKey.from_private_bytes(RAW_KEY)


@pytest.fixture(params=["here", "apart"])
def client_of(request: pytest.FixtureRequest) -> Iterator[Speaks]:
    made: list[Client] = []

    def make(handler: Handler, clock: FixedClock | None = None, **more: Any) -> Client:
        made.append(spoken(request.param, handler, clock, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


def problem(status: int, code: str, **more: object) -> httpx.Response:
    body = {"code": code, "title": "no", "status": status, **more}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})


def verify(request: httpx.Request, now_ms: int) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    message = Message(request.method, str(request.url), headers)
    return verify_request(message, request.content, key=KEY.public_key(), now_s=now_ms // 1000)


def test_a_request_is_packed_and_signed_as_it_goes_over_the_wire(client_of: Speaks) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"{}", headers={"content-type": "application/json"})

    body = b'{"records": ["' + b"x" * 2000 + b'"]}'
    answer = client_of(handler).exchange(body)
    (request,) = seen
    assert gzip.decompress(request.content) == body
    assert answer.sent == request.content
    assert (answer.body, answer.content_type) == (b"{}", "application/json")
    assert verify(request, AT_MS) == DEVICE == signer_of(request.headers)


def test_a_small_request_is_not_packed(client_of: Speaks) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.content == b"{}"
        assert "content-encoding" not in request.headers
        return httpx.Response(200, content=b"{}", headers={"content-type": "application/json"})

    assert client_of(handler).exchange(b"{}").sent == b"{}"


def test_a_wrong_clock_is_corrected_once_and_signed_again(client_of: Speaks) -> None:
    clock = FixedClock()
    clock.wall_ms = 3_600_000  # a tablet that wakes in 1970
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        try:
            verify(request, AT_MS)
        except ClockSkewed:
            return problem(401, "E-CLOCK", time=format_time(AT_MS))
        return httpx.Response(200, content=b"{}", headers={"content-type": "application/json"})

    client_of(handler, clock).exchange(b"{}")
    assert len(requests) == 2
    assert clock.wall_ms + (clock.offset_ms or 0) == AT_MS


@pytest.mark.parametrize("time", [format_time(AT_MS), "", "nonsense"])
def test_a_clock_refused_twice_is_told(client_of: Speaks, time: str) -> None:
    with pytest.raises(ClockRefused) as caught:
        client_of(lambda _: problem(401, "E-CLOCK", time=time)).exchange(b"{}")
    assert caught.value.code == "E-CLOCK"


PORTAL = httpx.Response(200, html="<html>log in</html>")
REFUSALS: list[tuple[httpx.Response, type[ExchangeError], str]] = [
    (httpx.Response(302, headers={"location": "http://portal.example/"}), PortalAnswered, "E-PORTAL"),
    (httpx.Response(511, html="log in"), PortalAnswered, "E-PORTAL"),
    (httpx.Response(404, html="not here"), PortalAnswered, "E-PORTAL"),
    (
        httpx.Response(403, headers={"content-type": "application/problem+json"}, content=b"{"),
        PortalAnswered,
        "E-PORTAL",
    ),
    (httpx.Response(204), PortalAnswered, "E-PORTAL"),
    (problem(413, "E-SIZE"), BatchTooLarge, "E-SIZE"),
    (problem(408, "E-SLOW"), ServerSilent, "E-TIMEOUT"),
    (problem(503, "E-BUSY"), ServerBusy, "E-BUSY"),
    (problem(429, "E-RATE"), ServerBusy, "E-BUSY"),
    (httpx.Response(502, html="bad gateway"), ServerBusy, "E-SERVER"),
    (problem(401, "E-DEVICE"), ExchangeError, "E-DEVICE"),
    (problem(426, "E-PROTOCOL"), ExchangeError, "E-UPGRADE"),
    (problem(422, "E-WIRE", detail="\x1b[2Jbad"), ExchangeError, "E-WIRE"),
]


@pytest.mark.parametrize(("response", "error", "code"), REFUSALS)
def test_every_refusal_has_its_code(
    client_of: Speaks, response: httpx.Response, error: type[ExchangeError], code: str
) -> None:
    with pytest.raises(error) as caught:
        client_of(lambda _: response).exchange(b"{}")
    assert caught.value.code == code
    assert "\x1b" not in str(caught.value)


def test_a_busy_server_says_when_to_come_back(client_of: Speaks) -> None:
    response = httpx.Response(503, headers={"retry-after": "17"})
    with pytest.raises(ServerBusy) as caught:
        client_of(lambda _: response).exchange(b"{}")
    assert caught.value.retry_after_s == 17


@pytest.mark.parametrize(
    ("failure", "error", "code"),
    [
        (httpx.ConnectError("refused"), ServerUnreachable, "E-OFFLINE"),
        (httpx.ConnectTimeout("slow"), ServerUnreachable, "E-OFFLINE"),
        (httpx.ReadTimeout("slow"), ServerSilent, "E-TIMEOUT"),
        (httpx.ReadError("reset"), ConnectionCut, "E-OFFLINE"),
        (httpx.WriteError("reset"), ConnectionCut, "E-OFFLINE"),
        (httpx.RemoteProtocolError("cut"), ConnectionCut, "E-OFFLINE"),
        (httpx.UnsupportedProtocol("none"), ServerUnreachable, "E-OFFLINE"),
    ],
)
def test_every_broken_line_has_its_code(
    client_of: Speaks, failure: Exception, error: type[ExchangeError], code: str
) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise failure

    with pytest.raises(error) as caught:
        client_of(handler).exchange(b"{}")
    assert (type(caught.value), caught.value.code) == (error, code)


def test_an_endless_answer_is_cut_off(client_of: Speaks) -> None:
    huge = httpx.Response(200, content=b" " * (MAX_REPLY_BYTES + 1), headers={"content-type": "application/json"})
    with pytest.raises(PortalAnswered):
        client_of(lambda _: huge).exchange(b"{}")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip, deflate, gzip", "br", "zstd"])
def test_an_answer_packed_as_the_case_api_never_packs_is_not_unpacked(client_of: Speaks, encoding: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": encoding, "content-type": "application/json"}
        return httpx.Response(200, stream=httpx.ByteStream(gzip.compress(gzip.compress(b"{}"))), headers=headers)

    with pytest.raises(PortalAnswered, match="packed"):
        client_of(handler).exchange(b"{}")


def test_an_answer_that_cannot_be_unpacked_is_not_the_servers(client_of: Speaks) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(b"no gzip"), headers={"content-encoding": "gzip"})

    with pytest.raises(PortalAnswered):
        client_of(handler).exchange(b"{}")


def test_only_a_line_that_is_secured_loads_the_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []

    def load(pins: Sequence[str]) -> ssl.SSLContext:
        loaded.append(pins)
        return tls_context(pins)

    monkeypatch.setattr(client, "tls_context", load)
    given = httpx.MockTransport(lambda _: httpx.Response(200))
    for origin, transport in (("http://127.0.0.1:8080", None), ("https://case.example", given)):
        CaseApiClient(Server(origin), clock=FixedClock(), config=ExchangeConfig(), transport=transport).close()
    assert not loaded
    CaseApiClient(Server("https://case.example", ("pin",)), clock=FixedClock(), config=ExchangeConfig()).close()
    assert loaded == [("pin",)]


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    client = CaseApiClient(Server(ORIGIN), clock=FixedClock(), config=ExchangeConfig())
    assert not client._http._mounts
    client.close()


@pytest.mark.parametrize("origin", ["http://case.example", "http://10.0.0.1:80", "ftp://case.example"])
def test_beyond_this_machine_only_https_is_used(origin: str) -> None:
    with pytest.raises(ServerUntrusted):
        CaseApiClient(Server(origin), clock=FixedClock(), config=ExchangeConfig())


@pytest.mark.parametrize("origin", ["https://case.example:99999", "https://[::zz]", "https://a..b", "https://x:0"])
def test_an_address_that_is_none_is_told(origin: str) -> None:
    with pytest.raises(ServerUnreachable):
        CaseApiClient(Server(origin), clock=FixedClock(), config=ExchangeConfig())


def test_an_enrolment_answered_by_a_portal_is_told(client_of: Speaks) -> None:
    with pytest.raises(PortalAnswered):
        client_of(lambda _: PORTAL).enrol(EnrolRequest(PROTOCOL, "code", "key"))


def ranged(data: bytes, cut: int = 0) -> Handler:
    """Serve a file as the case API does; the first answer breaks off after so many bytes."""
    left = [cut]

    def broken(part: bytes) -> Iterator[bytes]:
        yield part
        raise httpx.ReadError("the line broke")

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/snapshots/abc"
        verify(request, AT_MS)
        start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        headers = {"content-type": "application/gzip", "content-range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        if left and (most := left.pop()):
            return httpx.Response(200, content=broken(data[:most]), headers=headers)
        return httpx.Response(206 if start else 200, content=data[start:], headers=headers)

    return handler


def test_a_snapshot_is_asked_for_by_its_digest_and_signed(client_of: Speaks, tmp_path: Path) -> None:
    download = Download(tmp_path / "journal.db", "abc", 5)
    client_of(ranged(b"12345")).snapshot("abc", download)
    assert (download.content(), download.is_whole) == (b"12345", True)
    with pytest.raises(PortalAnswered):
        client_of(ranged(b"12345")).snapshot("abc", Download(tmp_path / "other.db", "abc", 4))


def test_a_snapshot_goes_on_where_the_line_broke_also_in_another_program(client_of: Speaks, tmp_path: Path) -> None:
    data, database = bytes(range(256)) * 40, tmp_path / "journal.db"
    heard: list[tuple[int, int]] = []
    handler = ranged(data, cut=4_000)
    with pytest.raises(ServerUnreachable):
        client_of(handler).snapshot("abc", Download(database, "abc", len(data), lambda *now: heard.append(now)))
    again = Download(database, "abc", len(data))
    assert again.size_bytes == 4_000 == heard[-1][0]
    client_of(handler).snapshot("abc", again)
    assert again.content() == data
    assert Download(database, "another", 5).size_bytes == 0
    assert Download(database, "abc", len(data)).size_bytes == 0, "what is left of another snapshot is removed"


def test_a_server_without_ranges_sends_a_snapshot_whole(client_of: Speaks, tmp_path: Path) -> None:
    download = Download(tmp_path / "journal.db", "abc", 5)
    download.add(b"1x")
    client_of(lambda _: httpx.Response(200, content=b"12345")).snapshot("abc", download)
    assert download.content() == b"12345"


@pytest.mark.parametrize(("status", "kept"), [(404, 0), (416, 0), (503, 2)])
def test_a_snapshot_that_is_refused_is_begun_anew_unless_the_server_is_busy(
    client_of: Speaks, status: int, kept: int, tmp_path: Path
) -> None:
    download = Download(tmp_path / "journal.db", "abc", 5)
    download.add(b"12")
    with pytest.raises(ExchangeError):
        client_of(lambda _: problem(status, "E-SNAPSHOT")).snapshot("abc", download)
    assert download.size_bytes == kept


def test_the_short_coding_is_used_once_the_server_says_that_it_reads_it(client_of: Speaks) -> None:
    codings: list[str] = []
    told: list[str] = []
    body = b'{"protocol": 1}'

    def handler(request: httpx.Request) -> httpx.Response:
        codings.append(request.headers.get("content-encoding", ""))
        assert inflate_body(request.content, codings[-1]) == body
        verify(request, AT_MS)
        headers = {"content-type": "application/json", "accept-encoding": "gzip, x-xunge-1"}
        return httpx.Response(200, content=xunge_body(b"{}"), headers=headers | {"content-encoding": "x-xunge-1"})

    client = client_of(handler, on_coding=told.append)
    assert [client.exchange(body).body for _ in range(2)] == [b"{}", b"{}"]
    assert codings == ["", "x-xunge-1"]
    assert told == ["x-xunge-1"]


def test_a_server_that_reads_the_short_coding_no_more_is_sent_gzip(client_of: Speaks) -> None:
    told: list[str] = []
    body = b'{"records": ["' + b"x" * 2000 + b'"]}'

    def handler(request: httpx.Request) -> httpx.Response:
        if request.headers["content-encoding"] != "gzip":
            return problem(415, "E-MEDIA")
        return httpx.Response(200, content=b"{}", headers={"content-type": "application/json"})

    answer = client_of(handler, coding="x-xunge-1", on_coding=told.append).exchange(body)
    assert gzip.decompress(answer.sent) == body
    assert told == [""]


def test_a_bomb_in_the_short_coding_is_not_unfolded(client_of: Speaks) -> None:
    bomb = xunge_body(bytes(MAX_REPLY_BYTES + 1))
    headers = {"content-type": "application/json", "content-encoding": "x-xunge-1"}
    with pytest.raises(PortalAnswered):
        client_of(lambda _: httpx.Response(200, content=bomb, headers=headers)).exchange(b"{}")


@pytest.mark.parametrize("is_question", [True, False])
def test_an_answer_about_another_photo_does_not_count(client_of: Speaks, is_question: bool) -> None:
    def kept_on_the_way(request: httpx.Request) -> httpx.Response:
        path = request.url.path if is_honest else f"{MEDIA_PATH}/{'b' * 64}"
        return httpx.Response(200 if is_question else 204, headers=upload_headers(path, UploadState(300, 300)))

    client = client_of(kept_on_the_way)

    def ask() -> UploadState | None:
        if is_question:
            return client.upload_state("a" * 64)
        return client.send_part("a" * 64, UploadState(0, 300), b"part").state

    is_honest = True
    assert ask() == UploadState(300, 300)
    is_honest = False
    with pytest.raises(PortalAnswered, match="another photo"):
        ask()
