"""A pinned key is trusted whatever the certificate's dates say; another key gets not a byte."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.tablet.errors import ConnectionCut, ServerUnreachable, ServerUntrusted
from sync.tablet.pinning import key_pin
from tests.sync.tablet.makers import AT_MS, FixedClock
from tests.sync.tablet.speaking import Client, Speaks, spoken

SpeaksAt = Callable[[str], Client]
"""Makes a client of a server that is pinned and speaks TLS."""

REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class TlsServer:
    """Answers one fixed reply over TLS with a certificate that ended in 1999; remembers what it got."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
        builder = x509.CertificateBuilder(
            issuer_name=name,
            subject_name=name,
            public_key=key.public_key(),
            serial_number=1,
            not_valid_before=datetime(1998, 1, 1, tzinfo=UTC),
            not_valid_after=datetime(1999, 1, 1, tzinfo=UTC),
        )
        certificate = builder.sign(key, hashes.SHA256())
        file = folder / "server.pem"
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
        self.pin = key_pin(certificate.public_bytes(Encoding.DER))
        self.received = b""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(file)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(5)
        try:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                while not self.received.endswith(b"{}") and (chunk := secured.recv(65536)):
                    self.received += chunk
                secured.sendall(REPLY)
        except OSError:
            connection.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TlsServer]:
    running = TlsServer(tmp_path)
    yield running
    running.stop()


@pytest.fixture(params=["here", "apart"])
def client_with(request: pytest.FixtureRequest) -> Speaks:
    def make(server: TlsServer, *pins: str, clock: FixedClock | None = None) -> Client:
        return spoken(request.param, None, clock, origin=server.origin, pins=pins)

    return make


@pytest.fixture(params=["here", "apart"])
def client_at(request: pytest.FixtureRequest) -> SpeaksAt:
    return lambda origin: spoken(request.param, None, None, origin=origin, pins=("pin",))


def test_the_pinned_key_is_trusted_whatever_name_and_dates_say(client_with: Speaks, server: TlsServer) -> None:
    client = client_with(server, "another", server.pin)
    assert client.exchange(b"{}").body == b"{}"
    client.close()


def test_an_ended_certificate_is_named_once_the_time_is_known(client_with: Speaks, server: TlsServer) -> None:
    clock = FixedClock()
    client = client_with(server, server.pin, clock=clock)
    assert not client.has_expired()
    assert client.exchange(b"{}").body == b"{}"
    assert not client.has_expired(), "this tablet may have woken in 1970: it knows no time to judge by"
    clock.learn(AT_MS)
    assert client.has_expired()
    client.close()


def test_another_key_gets_not_a_byte(client_with: Speaks, server: TlsServer) -> None:
    client = client_with(server, "another")
    with pytest.raises(ServerUntrusted) as caught:
        client.exchange(b"{}")
    assert caught.value.code == "E-PIN"
    client.close()
    server.stop()
    assert server.received == b""


def test_without_pins_the_authorities_of_the_system_decide(client_with: Speaks, server: TlsServer) -> None:
    client = client_with(server)
    with pytest.raises(ServerUntrusted):
        client.exchange(b"{}")
    client.close()


@pytest.mark.parametrize("linger", [None, struct.pack("ii", 1, 0)], ids=["closed", "reset"])
def test_a_line_that_is_cut_within_the_handshake_was_there(client_at: SpeaksAt, linger: bytes | None) -> None:
    def cut() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            if linger is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=cut)
        thread.start()
        origin = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with closing(client_at(origin)) as client, pytest.raises(ConnectionCut):
            client.exchange(b"{}")
        thread.join(5)
    with closing(client_at(origin)) as client, pytest.raises(ServerUnreachable) as refused:
        client.exchange(b"{}")
    assert not isinstance(refused.value, ConnectionCut)
