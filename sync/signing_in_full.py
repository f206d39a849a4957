"""Signatures of requests as RFC 9421 has them in full, by its library: for what is said in other words than ours."""

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

from sync.errors import SignatureInvalid
from sync.signing import COVERED, TAG, Message


def sign(message: Message, body: bytes, *, device: str, key: Ed25519PrivateKey, now_s: int) -> None:
    """Add the three headers of a signature to the message's, as `sync.signing.sign_request` does."""
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


def key_id_of(signature_input: str) -> str:
    """Return the key id that the one signature of a `Signature-Input` header names.

    Raises:
        SignatureInvalid: unreadable, several signatures, or none that names a key.
    """
    try:
        parsed = http_sf.parse(signature_input.encode("ascii"), tltype="dictionary", on_duplicate_key=_no_duplicate)
    except ValueError as exc:
        raise SignatureInvalid(f"signature unreadable: {exc}") from exc
    inputs = cast("dict[str, tuple[object, dict[str, object]]]", parsed)
    keys = [parameters.get("keyid") for _, parameters in inputs.values()]
    if len(keys) != 1 or not isinstance(keys[0], str):
        raise SignatureInvalid("a request carries one signature that names its device")
    return keys[0]


def verified(message: Message, body: bytes | None, *, key: Ed25519PublicKey, device: str) -> tuple[str, int]:
    """Return the device that signed a message, which must be the one it claims, and the Unix seconds it did so.

    Args:
        body: as it came; None where it is still on its way and only the header with its digest counts.

    Raises:
        SignatureInvalid: it did not, or not over all that must be covered.
    """
    verifier = _TimelessVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(public=key))
    try:
        (result,) = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=COVERED, body=body)
    except InvalidSignature as exc:
        raise SignatureInvalid(f"signature refused: {exc}") from exc
    except (HTTPMessageSignaturesException, ValueError) as exc:
        raise SignatureInvalid(f"signature unreadable: {exc}") from exc
    if result.parameters["keyid"] != device:
        raise SignatureInvalid("the signature names two devices")
    return device, int(result.parameters["created"])


def sha256_of(content_digest: str) -> bytes:
    """Return the digest that a `Content-Digest` header states (RFC 9530).

    Raises:
        SignatureInvalid: unreadable, or other than one SHA-256.
    """
    try:
        parsed = http_sf.parse(content_digest.encode("ascii"), tltype="dictionary", on_duplicate_key=_no_duplicate)
        ((algorithm, (digest, _)),) = cast("dict[str, tuple[object, object]]", parsed).items()
    except (ValueError, TypeError) as exc:
        raise SignatureInvalid(f"a request carries one SHA-256 of its body: {exc}") from exc
    if algorithm != "sha-256" or not isinstance(digest, bytes):
        raise SignatureInvalid("a request carries one SHA-256 of its body and no other digest")
    return digest


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
