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
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
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


class PinnedContext(ssl.SSLContext):
    """Trusts the pinned keys and no others.

    Attributes:
        ends_at_ms: when the certificate ends, or ended, that the server showed last; Unix milliseconds, or None.
    """

    pins: frozenset[str] = frozenset()
    ends_at_ms: int | None = None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """Return the secured connection, or close it before a byte is sent.

        Raises:
            ServerUntrusted: the server's key is not a pinned one.
        """
        secured = super().wrap_socket(*args, **kwargs)
        certificate = secured.getpeercert(binary_form=True) or b""
        pin = _pin_or_nothing(certificate)
        if pin not in self.pins:
            secured.close()
            raise ServerUntrusted("the server's key is not the one that the enrolment named")
        ends_at = x509.load_der_x509_certificate(certificate).not_valid_after_utc
        self.ends_at_ms = round(ends_at.timestamp() * 1000)
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
