"""The reverse proxy's settings are understood by nginx, and a request arrives through it as it was sent."""

import http.server
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.caseapi.desk.notices import HEADERS
from tests.house.tree import ROOT

SETTINGS = ROOT / "deploy" / "central" / "nginx-xunge.conf"
OUTER = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/xunge.conf;
}}
"""

HEARD = threading.Event()
"""Set when the first event of a stream was read."""

PATIENCE_S = 10.0
"""How long the second one waits for that; twice as long as a reader is patient."""

pytestmark = pytest.mark.needs("nginx")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def write_certificate(folder: Path) -> None:
    """Write a key and a certificate for localhost, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    certificate = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    folder.joinpath("fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    folder.joinpath("privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def stage(folder: Path, *, port: int, upstream: int) -> Path:
    """Write the settings with a test's paths and ports; return the outer file."""
    text = SETTINGS.read_text(encoding="utf-8")
    for given, ours in {
        "/etc/xunge/tls": str(folder),
        "/var/log/nginx": str(folder),
        "127.0.0.1:8650": f"127.0.0.1:{upstream}",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen [::]:443 ssl http2;": "",
    }.items():
        assert given in text, f"{SETTINGS.name} no longer says {given}: mend this test"
        text = text.replace(given, ours)
    folder.joinpath("xunge.conf").write_text(text, encoding="utf-8")
    outer = folder / "nginx.conf"
    outer.write_text(OUTER.format(folder=folder), encoding="utf-8")
    return outer


class Echo(http.server.BaseHTTPRequestHandler):
    """Stands for the case API: answers with what arrived."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.path}|{self.headers['Signature-Input']}|".encode() + body)

    def do_GET(self) -> None:
        """Stream as the desk does: one event, and the next only when the first was read."""
        self.send_response(200)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        HEARD.wait(PATIENCE_S)
        self.wfile.write(b"data: second\n\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(tmp_path: Path, program: Callable[[str], str]) -> Iterator[int]:
    """The proxy before an echo, on a port of loopback."""
    write_certificate(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        port = free_port()
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        outer = stage(tmp_path, port=port, upstream=upstream.server_port)
        with subprocess.Popen([program("nginx"), "-p", str(tmp_path), "-c", str(outer)], stderr=subprocess.PIPE) as run:
            wait_until_open(port, run)
            yield port
            run.terminate()
        upstream.shutdown()


def wait_until_open(port: int, run: subprocess.Popen[bytes]) -> None:
    while run.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
        return
    pytest.fail(f"nginx ended: {run.stderr.read().decode() if run.stderr else ''}")


def connected(port: int, *, timeout_s: float = 20) -> HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return HTTPSConnection("127.0.0.1", port, context=context, timeout=timeout_s)


def post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    with closing(connected(port)) as connection:
        connection.request("POST", path, body, {"Signature-Input": 'sig=("@method")'})
        reply = connection.getresponse()
        return reply.status, reply.read()


def test_nginx_understands_the_settings(tmp_path: Path, program: Callable[[str], str]) -> None:
    write_certificate(tmp_path)
    outer = stage(tmp_path, port=free_port(), upstream=free_port())
    result = subprocess.run(
        [program("nginx"), "-t", "-p", str(tmp_path), "-c", str(outer)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "[warn]" not in result.stderr, result.stderr


def test_a_signed_request_arrives_as_it_was_sent(proxy: int, tmp_path: Path) -> None:
    status, echoed = post(proxy, "/v1/sync?a=%2F", b"\x1f\x8b\x00")
    log = tmp_path.joinpath("error.log").read_text(encoding="utf-8")
    assert (status, echoed) == (200, b'/v1/sync?a=%2F|sig=("@method")|\x1f\x8b\x00'), log


def test_a_body_beyond_the_limit_is_refused_with_413(proxy: int) -> None:
    status, _ = post(proxy, "/v1/sync", bytes(8 * 1024 * 1024 + 1))
    assert status == 413


def test_only_what_tablets_speak_and_the_desk_goes_through(proxy: int) -> None:
    answers = [post(proxy, path, b"")[0] for path in ("/", "/metrics", "/desks", "//v1/../metrics")]
    assert answers == [404, 404, 404, 404]
    assert post(proxy, "/desk/sign-in", b"name=a")[1].startswith(b"/desk/sign-in|")
    assert [post(proxy, path, b"")[0] for path in ("/desk", "/v1/../desk")] == [302, 302]


def test_what_a_stream_says_goes_through_at_once(proxy: int) -> None:
    HEARD.clear()
    with closing(connected(proxy, timeout_s=PATIENCE_S / 2)) as connection:
        connection.request("GET", "/desk/notices")
        answer = connection.getresponse()
        assert [answer.readline(), answer.readline()] == [b"data: first\n", b"\n"]
        HEARD.set()
        assert answer.read() == b"data: second\n\n"
