"""Signed requests (RFC 9421, HTTP Message Signatures), the same words on both ends.

Every request covers method, path, query, content type and the digest of its body; the clock is an argument. What is
signed in our own words is made and checked here, at a tenth of the cost; all else by `signing_in_full`, which a tablet
never needs to load.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

import cryptography.exceptions
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.errors import ClockSkewed, SignatureInvalid

TAG = "xunge-1"
"""Application tag of every signature (RFC 9421 section 2.3)."""

COVERED = ("@method", "@path", "@query", "content-type", "content-digest")
"""What a signature must cover, at least."""

_USUAL_INPUT = re.compile(
    r'xunge=(\("@method" "@path" "@query" "content-type" "content-digest"\)'
    r';created=([1-9][0-9]{0,9});keyid="([0-9a-f-]{36})";alg="ed25519";tag="xunge-1")'
)
_USUAL_DEVICE = re.compile("[0-9a-f-]{36}")
_USUAL_SIGNATURE = re.compile(r"xunge=:([A-Za-z0-9+/]{86}==):")
_USUAL_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9/_-]*)")
_USUAL_METHODS = frozenset(("GET", "HEAD", "PATCH", "POST"))
_USUAL_TYPE = re.compile(r"[a-z]+/[a-z.+-]+")
_USUAL_DIGEST = re.compile("sha-256=:([A-Za-z0-9+/]{43}=):")

MAX_SKEW_S = 300
"""Most seconds between a signature's time and the server's; beyond it the answer is 401 `E-CLOCK`."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request as far as it is signed.

    Attributes:
        method: upper case.
        url: absolute; only its path and query are covered, so that a proxy may change the host.
        headers: changed in place by `sign_request`.
    """

    method: str
    url: str
    headers: MutableMapping[str, str] | Mapping[str, str]


def sign_request(message: Message, body: bytes, *, device: str, key: Ed25519PrivateKey, now_s: int) -> None:
    """Add `Content-Digest`, `Signature-Input` and `Signature` to the message's headers.

    Args:
        body: the bytes as sent, after compression.
        now_s: Unix time, corrected by what the tablet knows of the server's clock.
    """
    if not _is_signed_as_usual(message, body, device, key, now_s):
        from sync import signing_in_full

        signing_in_full.sign(message, body, device=device, key=key, now_s=now_s)


def signer_of(headers: Mapping[str, str]) -> str:
    """Return the device id that a request claims, unproven, so that its key can be looked up.

    Raises:
        SignatureInvalid: the request carries no signature of ours.
    """
    lines = [value for name, value in headers.items() if name.lower() == "signature-input"]
    if len(lines) != 1:
        raise SignatureInvalid(f"a request carries one signature, this one {len(lines) or 'none'}")
    usual = _USUAL_INPUT.fullmatch(lines[0])
    if usual is not None:
        return usual[3]
    from sync import signing_in_full

    return signing_in_full.key_id_of(lines[0])


def verify_request(message: Message, body: bytes, *, key: Ed25519PublicKey, now_s: int) -> str:
    """Check that a request is signed by this key, now, over all it must cover; return the device id.

    The id is the one that `signer_of` reads, so the key looked up by that is the right one.

    Raises:
        ClockSkewed: signed by this key, but more than `MAX_SKEW_S` away from now.
        SignatureInvalid: anything else.
    """
    return _timely(_verified_as_usual(message, body, key) or _verified_in_full(message, body, key), now_s)


class PromisedBody:
    """What a signature says of a body that is still on its way; the body counts once `is_kept` says so."""

    def __init__(self, device: str, digest: bytes) -> None:
        self.device = device
        self._digest = digest
        self._running = sha256()

    def update(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        self._running.update(chunk)

    def is_kept(self) -> bool:
        """Tell whether the bytes taken are the body that was signed."""
        return hmac.compare_digest(self._running.digest(), self._digest)


def verify_head(message: Message, *, key: Ed25519PublicKey, now_s: int) -> PromisedBody:
    """Check a request before its body has come: the signature covers the body's SHA-256, which is compared after.

    Raises:
        ClockSkewed: signed by this key, but more than `MAX_SKEW_S` away from now.
        SignatureInvalid: anything else, also a digest other than one SHA-256.
    """
    verified = _verified_as_usual(message, None, key) or _verified_in_full(message, None, key)
    device = _timely(verified, now_s)
    digests = [value for name, value in message.headers.items() if name.lower() == "content-digest"]
    if len(digests) != 1:
        raise SignatureInvalid(f"a request carries one SHA-256 of its body, this one {len(digests) or 'none'}")
    return PromisedBody(device, _promised_sha256(digests[0]))


def _timely(verified: tuple[str, int], now_s: int) -> str:
    device, created = verified
    if abs(created - now_s) > MAX_SKEW_S:
        raise ClockSkewed(f"signed {created - now_s:+d} s from the server's time")
    return device


def _is_signed_as_usual(message: Message, body: bytes, device: str, key: Ed25519PrivateKey, now_s: int) -> bool:
    """Sign a request in the words that the library would write, at a tenth of its cost, or tell that it must.

    It must for what stands otherwise in the signature than in the request: a query, odd letters, an old signature.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    url = _USUAL_URL.fullmatch(message.url)
    content_type = headers.get("content-type", "")
    is_new = headers.keys().isdisjoint(("content-digest", "signature-input", "signature"))
    is_plain = len(headers) == len(message.headers) and is_new and now_s > 0 and message.method in _USUAL_METHODS
    if not (is_plain and url and _USUAL_TYPE.fullmatch(content_type) and _USUAL_DEVICE.fullmatch(device)):
        return False
    digest = _digest_field(body)
    covered = " ".join(f'"{name}"' for name in COVERED)
    parameters = f'({covered});created={now_s};keyid="{device}";alg="ed25519";tag="{TAG}"'
    signature = key.sign(_usual_base(message.method, url[1], content_type, digest, parameters))
    signed = cast("MutableMapping[str, str]", message.headers)
    signed["Content-Digest"] = digest
    signed["Signature-Input"] = f"xunge={parameters}"
    signed["Signature"] = f"xunge=:{b64encode(signature).decode()}:"
    return True


def _usual_base(method: str, path: str, content_type: str, digest: str, parameters: str) -> bytes:
    """Return what is signed (RFC 9421 section 2.5) where nothing in it needs another form than in the request."""
    return (
        f'"@method": {method}\n"@path": {path}\n"@query": ?\n"content-type": {content_type}\n'
        f'"content-digest": {digest}\n"@signature-params": {parameters}'
    ).encode()


def _digest_field(body: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def _promised_sha256(content_digest: str) -> bytes:
    usual = _USUAL_DIGEST.fullmatch(content_digest)
    if usual is not None:
        return b64decode(usual[1])
    from sync import signing_in_full

    return signing_in_full.sha256_of(content_digest)


def _verified_as_usual(message: Message, body: bytes | None, key: Ed25519PublicKey) -> tuple[str, int] | None:
    """Return device and time of a request signed in exactly the words that `sign_request` writes.

    None for every other request, also a wrong one: the library says then what it is, at four times the cost.

    Args:
        body: None while it is still on its way: then the digest is what the header says.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    usual = _USUAL_INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _USUAL_SIGNATURE.fullmatch(headers.get("signature", ""))
    url = _USUAL_URL.fullmatch(message.url)
    content_type = headers.get("content-type", "")
    digest = headers.get("content-digest", "")
    is_plain = len(headers) == len(message.headers) and message.method in _USUAL_METHODS
    if not (is_plain and usual and signature and url and _USUAL_TYPE.fullmatch(content_type)):
        return None
    if _USUAL_DIGEST.fullmatch(digest) is None or (body is not None and digest != _digest_field(body)):
        return None
    try:
        key.verify(b64decode(signature[1]), _usual_base(message.method, url[1], content_type, digest, usual[1]))
    except cryptography.exceptions.InvalidSignature:
        return None
    return usual[3], int(usual[2])


def _verified_in_full(message: Message, body: bytes | None, key: Ed25519PublicKey) -> tuple[str, int]:
    from sync import signing_in_full

    return signing_in_full.verified(message, body, key=key, device=signer_of(message.headers))
