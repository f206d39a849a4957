"""What the desk shows so that a tablet may join, and the six digits both sides compare."""

import re

from msgspec import Struct

from sync.digests import sha256
from sync.errors import WireError
from sync.tags import CROCKFORD, crockford, typed_crockford

CODE_BYTES = 16
"""Random bytes of a one-time code."""

CODE_LENGTH = 25
"""Crockford characters of a one-time code: 125 bits."""

_MARK = "XGE1"
_HOST = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PIN = r"[A-Za-z0-9+/]{43}="
_OFFER = re.compile(
    rf"(?P<mark>\S{{4}})\s+(?P<origin>https?://{_HOST})/?\s+(?P<code>[0-9A-Za-z]{{{CODE_LENGTH}}})"
    rf"(?:\s+(?P<pins>{_PIN}(?:,{_PIN})*))?",
    re.ASCII,
)


class Offer(Struct, frozen=True):
    """An invitation to enrol, as QR text or typed.

    Attributes:
        origin: scheme, host and port of the case API.
        code: one-time code, valid for ten minutes, stored hashed.
        pins: SHA-256 of the server's public keys (base64), current and next; empty on loopback without TLS.
    """

    origin: str
    code: str
    pins: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text of the QR code, as in ``XGE1 https://case.example 0123… pin,pin``."""
        return " ".join([_MARK, self.origin, self.code, *([",".join(self.pins)] if self.pins else [])])


def parse_offer(text: str) -> Offer:
    """Return the offer that a scanned or typed text holds.

    Lower case and the look-alikes I, L, O are read as meant in the mark and the one-time code.

    Raises:
        WireError: not an enrolment code.
    """
    match = _OFFER.fullmatch(text.strip())
    code = typed_crockford(match["code"]) if match else ""
    if match is None or typed_crockford(match["mark"]) != _MARK or not set(code) <= set(CROCKFORD):
        raise WireError("not an enrolment code: it begins with XGE1, then the server's address and the one-time code")
    pins = match["pins"]
    return Offer(match["origin"], code, tuple(pins.split(",")) if pins else ())


def new_code(random_bytes: bytes) -> str:
    """Return the one-time code of `CODE_BYTES` random bytes."""
    return crockford(random_bytes, CODE_LENGTH)


def code_digest(code: str) -> str:
    """Return what the server keeps of a one-time code."""
    return sha256(f"xunge-enrol-1:{code}".encode()).hex()


def compare_digits(code: str, device_key: bytes, receipt_key: bytes) -> str:
    """Return the six digits that desk and tablet both show before the desk confirms."""
    digest = sha256(code.encode() + device_key + receipt_key)
    return f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"
