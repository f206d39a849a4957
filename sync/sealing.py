"""Seals a flat or a contact so that only the handling chain can read it, not even the tablet that wrote it.

HPKE (RFC 9180), base mode: X25519, HKDF-SHA-256, ChaCha20-Poly1305; the text of the message is base64.
"""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_CONTEXT = b"xunge-seal-1"


def seal(text: str, seal_key: bytes) -> str:
    """Return the text sealed to the district's X25519 public key (32 bytes), as base64."""
    key = X25519PublicKey.from_public_bytes(seal_key)
    return b64encode(_SUITE.encrypt(text.encode(), key, info=_CONTEXT)).decode()


def unseal(sealed: str, private_key: X25519PrivateKey) -> str:
    """Return the text of a sealed field.

    Raises:
        cryptography.exceptions.InvalidTag: sealed to another key, changed, or not sealed at all.
    """
    try:
        data = b64decode(sealed, validate=True)
    except ValueError as exc:
        raise InvalidTag from exc
    return _SUITE.decrypt(data, private_key, info=_CONTEXT).decode()
