"""What TLS adds to a herd: full handshakes of the server's half, in memory, in one thread."""

import ssl
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANDSHAKES = 300


def handshakes_said() -> str:
    """Return in words how many full TLS 1.3 handshakes one core answers in a second."""
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        server, client = _contexts(Path(name))
    took_s = sum(_handshake(server, client) for _ in range(HANDSHAKES))
    each_ms = took_s / HANDSHAKES * 1000
    return f"TLS apart: {each_ms:.2f} ms of the server for a full handshake (P-256), {1000 / each_ms:,.0f} a second"


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> float:
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(up, down, server_side=True)
    theirs = client.wrap_bio(down, up, server_hostname="localhost")
    spent_s = 0.0
    for _ in range(4):
        _step(theirs)
        begun = time.perf_counter()
        is_done = _step(ours)
        spent_s += time.perf_counter() - begun
        if is_done:
            return spent_s
    raise AssertionError("the handshake did not come to its end")


def _step(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "both.pem"
    file.write_bytes(pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    return server, client
