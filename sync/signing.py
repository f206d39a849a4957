"""Signed requests (RFC 9421, HTTP Message Signatures), the same words on both ends.

Every request covers method, path, query, content type and the digest of its body; the clock is an argument.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from sync.errors import ClockSkewed, SignatureInvalid

TAG = "xunge-1"
"""Application tag of every signature (RFC 9421 section 2.3)."""

COVERED = ("@method", "@path", "@query", "content-type", "content-digest")
"""What a signature must cover, at least."""

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
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(private=key))
    signer.sign(
        message,
        key_id=device,
        created=datetime.fromtimestamp(now_s, UTC),
        tag=TAG,
        label="xunge",
        covered_component_ids=COVERED[:-1],
        body=body,
    )


def signer_of(headers: Mapping[str, str]) -> str:
    """Return the device id that a request claims, unproven, so that its key can be looked up.

    Raises:
        SignatureInvalid: the request carries no signature of ours.
    """
    lines = [value for name, value in headers.items() if name.lower() == "signature-input"]
    if len(lines) != 1:
        raise SignatureInvalid(f"a request carries one signature, this one {len(lines) or 'none'}")
    try:
        parsed = http_sf.parse(lines[0].encode("ascii"), tltype="dictionary", on_duplicate_key=_no_duplicate)
    except ValueError as exc:
        raise SignatureInvalid(f"signature unreadable: {exc}") from exc
    inputs = cast("dict[str, tuple[object, dict[str, object]]]", parsed)
    keys = [parameters.get("keyid") for _, parameters in inputs.values()]
    if len(keys) != 1 or not isinstance(keys[0], str):
        raise SignatureInvalid("a request carries one signature that names its device")
    return keys[0]


def verify_request(message: Message, body: bytes, *, key: Ed25519PublicKey, now_s: int) -> str:
    """Check that a request is signed by this key, now, over all it must cover; return the device id.

    The id is the one that `signer_of` reads, so the key looked up by that is the right one.

    Raises:
        ClockSkewed: signed by this key, but more than `MAX_SKEW_S` away from now.
        SignatureInvalid: anything else.
    """
    device = signer_of(message.headers)
    verifier = _TimelessVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(public=key))
    try:
        (result,) = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=COVERED, body=body)
    except InvalidSignature as exc:
        raise SignatureInvalid(f"signature refused: {exc}") from exc
    except (HTTPMessageSignaturesException, ValueError) as exc:
        raise SignatureInvalid(f"signature unreadable: {exc}") from exc
    created = int(result.parameters["created"])
    if abs(created - now_s) > MAX_SKEW_S:
        raise ClockSkewed(f"signed {created - now_s:+d} s from the server's time")
    if result.parameters["keyid"] != device:
        raise SignatureInvalid("the signature names two devices")
    return device


def _no_duplicate(key: str, context: str) -> None:  # noqa: ARG001  # the library's signature
    raise SignatureInvalid(f"signature unreadable: {key!r} stands twice")


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, *, private: Ed25519PrivateKey | None = None, public: Ed25519PublicKey | None = None) -> None:
        self._private = private
        self._public = public

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ARG002  # the library's signature
        return self._private

    def resolve_public_key(self, key_id: str) -> Any:  # noqa: ARG002  # the library's signature
        return self._public


class _TimelessVerifier(HTTPMessageVerifier):
    """Leaves the judgement of time to the caller, whose clock is an argument."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:  # noqa: ARG002  # the library's signature
        if "created" not in sig_input.params:
            raise InvalidSignature('the signature has no "created"')
