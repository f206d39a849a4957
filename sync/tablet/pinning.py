"""TLS that trusts the pinned keys of the enrolment, and says so before a byte is sent.

A pin is the SHA-256 of a public key. Where it matches, the certificate's dates and names say nothing more: a tablet
that wakes in 1970 must still be able to sync.
"""

import ssl
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.tablet.errors import ServerUntrusted


def tls_context(pins: Sequence[str]) -> ssl.SSLContext:
    """Return the context for connections to a server with these pins; without pins the system's authorities count."""
    if not pins:
        return ssl.create_default_context()
    context = _PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.pins = frozenset(pins)
    return context


def key_pin(certificate: bytes) -> str:
    """Return the pin of a certificate (DER): base64 of the SHA-256 of its public key."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return b64encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


def refuse_plain_text(origin: str) -> None:
    """Refuse an origin without TLS, except on this very machine.

    Raises:
        ServerUntrusted: records would travel readable and unproven.
    """
    parts = urlsplit(origin)
    if parts.scheme == "https" or _is_loopback(parts.hostname or ""):
        return
    raise ServerUntrusted(f"{origin} is not encrypted; only https is used beyond this machine")


class _PinnedContext(ssl.SSLContext):
    pins: frozenset[str] = frozenset()

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        secured = super().wrap_socket(*args, **kwargs)
        certificate = secured.getpeercert(binary_form=True) or b""
        pin = _pin_or_nothing(certificate)
        if pin not in self.pins:
            secured.close()
            raise ServerUntrusted("the server's key is not the one that the enrolment named")
        return secured


def _pin_or_nothing(certificate: bytes) -> str:
    try:
        return key_pin(certificate)
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
