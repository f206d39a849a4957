"""Speaks HTTP with the case API: signed requests, checked sizes, every failure a sentence with a code.

The only module that knows httpx; it is loaded by the first sync, never before the first paint.
"""

import re
import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.clock import parse_time
from sync.coding import XUNGE_1, accepts, xunge_body
from sync.errors import WireError
from sync.media import MEDIA_PATH, OFFSET_HEADER, PART_TYPE, TUS_HEADER, TUS_VERSION, UploadState
from sync.signing import Message, sign_request
from sync.tablet.answers import HttpAnswer, problem_of, refusal, refusal_of_head, upload_state_of
from sync.tablet.clock import TabletClock, corrected_now_ms, has_ended
from sync.tablet.config import ExchangeConfig
from sync.tablet.download import Arriving
from sync.tablet.errors import (
    ClockRefused,
    ConnectionCut,
    ExchangeError,
    PortalAnswered,
    ServerSilent,
    ServerUnreachable,
    ServerUntrusted,
)
from sync.tablet.http_library import httpx
from sync.tablet.pinning import PinnedContext, refuse_plain_text, tls_context
from sync.tablet.speaking import Answer, PartAnswer, PartOutcome, Speaker
from sync.wire import (
    CONTENT_TYPE,
    ENROL_PATH,
    MAX_REPLY_BYTES,
    SNAPSHOT_PATH,
    SYNC_PATH,
    EnrolReply,
    EnrolRequest,
    Problem,
    decode_message,
    encode_message,
    gzip_body,
    inflate_body,
)

ALIVE_PATH = "/livez"
"""Where the case API says that it is there, to anybody."""

MAX_LOOK_BYTES = 4096
"""Longest answer to that."""

GZIP_FROM_BYTES = 600
"""Smaller bodies do not shrink enough to be worth it."""

_BREAKS = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
"""What the library says of a connection that there was."""

_CUT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""What the system says of it."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the case API is and whom it must be.

    Attributes:
        pins: SHA-256 of its public keys, base64; empty without TLS on this machine.
    """

    origin: str
    pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs the requests of an enrolled tablet."""

    device: str
    key: Ed25519PrivateKey


class CaseApiClient:
    """Kept connections to one server; exchanges are for one thread at a time, photos for several."""

    def __init__(
        self,
        server: Server,
        *,
        clock: TabletClock,
        config: ExchangeConfig,
        signer: Signer | None = None,
        on_time: Callable[[int], None] = lambda _: None,
        coding: str = "",
        on_coding: Callable[[str], None] = lambda _: None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare a connection; nothing is sent yet.

        Args:
            on_time: told the server's Unix milliseconds when it refuses the tablet's clock.
            coding: the coding of request bodies that this server was known to read, as `on_coding` was told.
            on_coding: told the best coding that the server says it reads, empty for gzip, when that changes.
            transport: replaces the network, in tests.
        """
        _refuse_strange_address(server.origin)
        refuse_plain_text(server.origin)
        self._server = server
        self._clock = clock
        self._on_time = on_time
        self._knows_xunge_1 = coding == XUNGE_1
        self._on_coding = on_coding
        self._auth = None if signer is None else _Signature(signer, clock)
        # The system's authorities take long to load: only who speaks TLS does so.
        is_secured = transport is None and httpx.URL(server.origin).scheme == "https"
        self._tls = tls_context(server.pins) if is_secured else None
        self._http = httpx.Client(
            base_url=server.origin,
            transport=transport or httpx.HTTPTransport(verify=self._tls or False, trust_env=False),
            timeout=httpx.Timeout(config.answer_timeout_s, connect=config.connect_timeout_s),
            trust_env=False,
            follow_redirects=False,
            headers={"Accept-Encoding": f"{XUNGE_1}, gzip", "User-Agent": "xunge"},
        )

    def exchange(self, body: bytes) -> Answer:
        """Send a sync request and return what came back with status 200.

        Raises:
            ExchangeError: it did not come to an answer; the code says why.
        """
        sent, coding = self._packed(body)
        response = self._post(SYNC_PATH, sent, coding)
        if response.status == 401 and problem_of(response).code == "E-CLOCK":
            self._learn_time(problem_of(response))
            response = self._post(SYNC_PATH, sent, coding)
        if response.status == 415 and XUNGE_1 in coding.values():
            self._learn_coding(response)
            sent, coding = self._packed(body)
            response = self._post(SYNC_PATH, sent, coding)
        if response.status != 200:
            raise refusal(response)
        self._learn_coding(response)
        return Answer(response.content_type, response.body, sent)

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Send an enrolment request and return the reply.

        Raises:
            ExchangeError: it did not come to a reply; the code says why.
        """
        response = self._post(ENROL_PATH, encode_message(request), {})
        if response.status not in (200, 202):
            raise refusal(response)
        try:
            return decode_message(response.body, EnrolReply)
        except WireError as exc:
            raise PortalAnswered(f"an enrolment was not answered by a case API: {exc}") from exc

    def snapshot(self, sha256: str, into: Arriving) -> None:
        """Fetch what is not there yet of a snapshot, a gzip file; the caller checks its digest.

        Raises:
            ExchangeError: it could not be fetched whole; the code says why, and what came stays.
        """
        # A signature covers the content type, also of a request without a body.
        headers = {"Content-Type": CONTENT_TYPE, "Accept-Encoding": "identity"}
        if into.size_bytes:
            headers["Range"] = f"bytes={into.size_bytes}-"
        with self._stream("GET", f"{SNAPSHOT_PATH}/{sha256}", b"", headers) as response:
            goes_on = response.status_code == 206 and _begins_at(response.headers) == into.size_bytes
            if not goes_on and response.status_code not in (429, 500, 502, 503, 504):
                into.restart()
            if not goes_on and response.status_code != 200:
                raise refusal(HttpAnswer(response.status_code, response.headers, _bounded(response, MAX_REPLY_BYTES)))
            for chunk in response.iter_bytes():
                into.add(chunk)

    def upload_state(self, sha256: str) -> UploadState | None:
        """Return how much of a photo the server holds, or None when no record that it holds names it.

        Raises:
            ExchangeError: it did not come to an answer; the code says why.
        """
        headers = {"Content-Type": CONTENT_TYPE}
        path = f"{MEDIA_PATH}/{sha256}"
        response = self._request("HEAD", path, b"", headers, limit_bytes=0)
        if response.status == 404:
            return None
        if response.status != 200:
            raise refusal_of_head(response)
        return upload_state_of(response, path, None)

    def send_part(self, sha256: str, state: UploadState, part: bytes) -> PartAnswer:
        """Send a part of a photo, from where the server's part ends, and return what it holds then.

        Raises:
            ExchangeError: it did not come to an answer; what arrived may be held all the same.
        """
        headers = {"Content-Type": PART_TYPE, OFFSET_HEADER: str(state.offset), TUS_HEADER: TUS_VERSION}
        path = f"{MEDIA_PATH}/{sha256}"
        response = self._request("PATCH", path, part, headers, limit_bytes=MAX_REPLY_BYTES)
        if response.status == 204:
            return PartAnswer("kept", upload_state_of(response, path, state.length))
        if response.status not in (404, 409, 422):
            raise refusal(response)
        code = problem_of(response).code
        if code == "E-OFFSET":
            return PartAnswer("elsewhere", upload_state_of(response, path, state.length))
        outcomes: dict[str, PartOutcome] = {"E-UNNAMED": "unnamed", "E-HASH": "discarded"}
        if code not in outcomes:
            raise refusal(response)
        return PartAnswer(outcomes[code], UploadState(0, state.length))

    def look(self) -> int | None:
        """Ask whether the server is there and is itself; return its Unix milliseconds where it says them.

        Raises:
            ExchangeError: it is not; the code says why.
        """
        response = self._request("GET", ALIVE_PATH, b"", {}, limit_bytes=MAX_LOOK_BYTES)
        is_json = response.content_type.partition(";")[0].strip().lower() == CONTENT_TYPE
        if response.status != 200 or not is_json or b'"ok"' not in response.body:
            raise PortalAnswered(f"status {response.status} of type {response.content_type[:60]!r}: not the case API")
        try:
            return round(parsedate_to_datetime(response.headers.get("date", "")).timestamp() * 1000)
        except ValueError:
            return None

    def has_expired(self) -> bool:
        """Tell whether the pinned server's certificate has ended, as far as this tablet knows the time."""
        return has_ended(self.certificate_ends_at_ms(), self._clock)

    def certificate_ends_at_ms(self) -> int | None:
        """Return when the pinned server's certificate ends, Unix milliseconds; None where none is pinned."""
        return self._tls.ends_at_ms if isinstance(self._tls, PinnedContext) else None

    def receipt_key(self, raw: bytes) -> Ed25519PublicKey:
        """Return the server's receipt key of its 32 bytes."""
        return Ed25519PublicKey.from_public_bytes(raw)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        return self._request("POST", path, body, {"Content-Type": CONTENT_TYPE, **headers}, limit_bytes=MAX_REPLY_BYTES)

    def _request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, limit_bytes: int
    ) -> HttpAnswer:
        with self._stream(method, path, body, headers) as response:
            return HttpAnswer(response.status_code, response.headers, _bounded(response, limit_bytes))

    @contextmanager
    def _stream(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Generator[httpx.Response, None, None]:
        try:
            with self._http.stream(method, path, content=body, headers=dict(headers), auth=self._auth) as response:
                yield response
        except (httpx.TransportError, httpx.DecodingError) as exc:
            raise _broken(exc, self._server.origin) from exc

    def _packed(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        """Return a body as it is sent, and the header that says how."""
        if self._knows_xunge_1:
            return xunge_body(body), {"Content-Encoding": XUNGE_1}
        if len(body) >= GZIP_FROM_BYTES:
            return gzip_body(body), {"Content-Encoding": "gzip"}
        return body, {}

    def _learn_coding(self, response: HttpAnswer) -> None:
        knows = response.status == 200 and accepts(response.headers.get("accept-encoding", ""), XUNGE_1)
        if knows != self._knows_xunge_1:
            self._knows_xunge_1 = knows
            self._on_coding(XUNGE_1 if knows else "")

    def _learn_time(self, problem: Problem) -> None:
        try:
            self._on_time(parse_time(problem.time))
        except ValueError as exc:
            raise ClockRefused(f"the server refused this tablet's time and named none: {problem.time[:40]!r}") from exc


def client_of(
    speaker: Speaker,
    *,
    clock: TabletClock,
    on_time: Callable[[int], None],
    on_coding: Callable[[str], None],
    transport: httpx.BaseTransport | None = None,
) -> CaseApiClient:
    """Return a client for who speaks with whom, not connected yet; for the rest see `CaseApiClient`."""
    signer = Signer(speaker.device, Ed25519PrivateKey.from_private_bytes(speaker.key)) if speaker.device else None
    return CaseApiClient(
        Server(speaker.origin, speaker.pins),
        clock=clock,
        config=speaker.config,
        signer=signer,
        on_time=on_time,
        coding=speaker.coding,
        on_coding=on_coding,
        transport=transport,
    )


class _Signature(httpx.Auth):
    """Signs each request at the moment it is sent, with the time corrected by what is known of the server's."""

    requires_request_body = True

    def __init__(self, signer: Signer, clock: TabletClock) -> None:
        self._signer = signer
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        message = Message(request.method, str(request.url), request.headers)
        now_s = corrected_now_ms(self._clock) // 1000
        sign_request(message, request.content, device=self._signer.device, key=self._signer.key, now_s=now_s)
        yield request


def _broken(exc: httpx.RequestError, origin: str) -> ExchangeError:
    """Return what a request without an answer means."""
    if isinstance(exc, httpx.ConnectTimeout):
        return ServerUnreachable(f"no connection to {origin} in time")
    if isinstance(exc, httpx.TimeoutException):
        return ServerSilent(f"{origin} did not answer in time")
    if isinstance(exc, httpx.DecodingError):
        return PortalAnswered(f"an answer that cannot be unpacked: {exc}")
    if _comes_of(exc, ssl.SSLCertVerificationError):
        return ServerUntrusted(f"the certificate of {origin} is not trusted: {exc}")
    # What was connected already and breaks within the handshake of TLS is an error of connecting, too.
    if isinstance(exc, _BREAKS) or _comes_of(exc, *_CUT):
        return ConnectionCut(f"the connection to {origin} broke: {exc}")
    return ServerUnreachable(f"no connection to {origin}: {exc}")


def _comes_of(exc: BaseException | None, *kinds: type[BaseException]) -> bool:
    while exc is not None:
        if isinstance(exc, kinds):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def _refuse_strange_address(origin: str) -> None:
    try:
        url = httpx.URL(origin)
        url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError) as exc:
        raise ServerUnreachable(f"{origin} is not an address: {exc}") from exc
    if url.port is not None and not 0 < url.port < 65_536:
        raise ServerUnreachable(f"{origin} is not an address: there is no port {url.port}")


def _bounded(response: httpx.Response, limit_bytes: int) -> bytes:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", XUNGE_1):
        # Also a bomb in layers: the library would undo each of them, whatever was asked for.
        raise PortalAnswered(f"an answer packed as {encoding[:60]!r}, which was not asked for")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit_bytes:
            raise PortalAnswered(f"an answer of more than {limit_bytes} bytes")
    if encoding != XUNGE_1:
        return bytes(body)
    try:
        return inflate_body(bytes(body), XUNGE_1, limit_bytes=limit_bytes)
    except WireError as exc:
        raise PortalAnswered(f"an answer that cannot be unpacked: {exc}") from exc


def _begins_at(headers: httpx.Headers) -> int | None:
    """Return the place of the first byte of a partial answer, or None when it does not say."""
    found = re.match(r"bytes (\d{1,15})-", headers.get("content-range", ""))
    return int(found[1]) if found else None
