"""The signed receipt: what the server durably held of a stream, when, in 129 bytes that fit one QR code.

Layout, big-endian: version 1 (1 byte) · incarnation, first 8 bytes (8) · stream (16) · watermark (4) · head (32) ·
server time, Unix seconds (4); then the Ed25519 signature (64) over those 65. Anybody with the public key can check
it; the six-character code is what tablet and desk show.
"""

import struct
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from msgspec import Struct

from sync.errors import ProofInvalid, ReceiptInvalid
from sync.tags import crockford

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RECEIPT_BYTES = 129
"""Length of a signed receipt."""

_FIELDS = struct.Struct(">B8s16sI32sI")
_VERSION = 1
_DOMAIN = b"xunge-receipt-1\0"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PROOF_DOMAIN = b"xunge-proof-1\0"


class ReceiptKey(Protocol):
    """The public key of a server's receipts and proofs: an Ed25519 one, or what asks one elsewhere."""

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return when the key has made the signature.

        Raises:
            cryptography.exceptions.InvalidSignature: it has not.
        """
        ...


class Receipt(Struct, frozen=True):
    """What the server says it durably held.

    Attributes:
        incarnation: first 8 bytes of the incarnation of the server's database.
        stream: the stream's id.
        watermark: records 1 to this one are held.
        head: the chain's head at the watermark.
        time_s: the server's Unix time in seconds.
    """

    incarnation: bytes
    stream: UUID
    watermark: int
    head: bytes
    time_s: int

    def packed(self) -> bytes:
        """Return the 65 bytes that are signed."""
        return _FIELDS.pack(_VERSION, self.incarnation, self.stream.bytes, self.watermark, self.head, self.time_s)


def sign_receipt(receipt: Receipt, key: "Ed25519PrivateKey") -> bytes:
    """Return the `RECEIPT_BYTES` of a signed receipt."""
    packed = receipt.packed()
    return packed + key.sign(_DOMAIN + packed)


def open_receipt(signed: bytes, key: ReceiptKey) -> Receipt:
    """Return what a signed receipt says, after checking it.

    Raises:
        ReceiptInvalid: wrong length, unknown version, or not signed by this key.
    """
    if len(signed) != RECEIPT_BYTES:
        raise ReceiptInvalid(f"a receipt has {RECEIPT_BYTES} bytes, this one {len(signed)}")
    packed, signature = signed[: _FIELDS.size], signed[_FIELDS.size :]
    version, incarnation, stream, watermark, head, time_s = _FIELDS.unpack(packed)
    if version != _VERSION:
        raise ReceiptInvalid(f"a receipt of version {version}; this program reads version {_VERSION}")
    if not is_signed(key, signature, _DOMAIN + packed):
        raise ReceiptInvalid("not signed by this district's receipt key")
    return Receipt(incarnation, UUID(bytes=stream), watermark, head, time_s)


def receipt_code(signed: bytes) -> str:
    """Return the six characters that the tablet and the desk show for a receipt."""
    return crockford(sha256(signed).digest(), 6)


def receipt_text(signed: bytes) -> str:
    """Return a signed receipt as Base45 (RFC 9285): 194 characters that a QR code of version 6 holds."""
    pairs = [signed[place : place + 2] for place in range(0, len(signed), 2)]
    return "".join(_base45(int.from_bytes(pair, "big"), 3 if len(pair) == 2 else 2) for pair in pairs)


def receipt_of_text(text: str) -> bytes:
    """Return the signed bytes that a receipt's text stands for; `open_receipt` judges them.

    Raises:
        ReceiptInvalid: not Base45.
    """
    try:
        digits = [_BASE45.index(char) for char in text.strip("\r\n")]
        groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
        return b"".join(_base45_bytes(group) for group in groups)
    except (ValueError, OverflowError) as exc:
        raise ReceiptInvalid("not the text of a receipt") from exc


def sign_proof(state: str, request_body: bytes, key: "Ed25519PrivateKey") -> bytes:
    """Return the 64-byte proof that a reply's state answers exactly this request body (before inflating)."""
    return key.sign(_PROOF_DOMAIN + state.encode() + b"\0" + sha256(request_body).digest())


def sign_agreed(agreed: int, request_body: bytes, key: "Ed25519PrivateKey") -> bytes:
    """Return the 64-byte proof that a fork's agreed place was said by this server about exactly this request body."""
    return sign_proof(_agreed_text(agreed), request_body, key)


def check_agreed(proof: bytes, agreed: int, request_body: bytes, key: ReceiptKey) -> None:
    """Check the proof of a fork's agreed place; where it is missing or wrong, the place counts as unknown.

    Raises:
        ProofInvalid: the place was not said by the server this tablet is enrolled with, or about another request.
    """
    check_proof(proof, _agreed_text(agreed), request_body, key)


def check_proof(proof: bytes, state: str, request_body: bytes, key: ReceiptKey) -> None:
    """Check a reply's proof.

    Raises:
        ProofInvalid: the reply is not from the server this tablet is enrolled with, or answers another request.
    """
    if not is_signed(key, proof, _PROOF_DOMAIN + state.encode() + b"\0" + sha256(request_body).digest()):
        raise ProofInvalid("the reply was not made by this district's server for this request")


def is_signed(key: ReceiptKey, signature: bytes, data: bytes) -> bool:
    """Tell whether a key has made a signature."""
    try:
        key.verify(signature, data)
    except Exception as exc:
        # Not loaded before: with a key that is asked elsewhere, a tablet does without any cryptography.
        from cryptography.exceptions import InvalidSignature

        if not isinstance(exc, InvalidSignature):
            raise
        return False
    return True


def _agreed_text(agreed: int) -> str:
    # No state has a space in it, so neither proof can stand for the other.
    return f"fork {agreed}"


def _base45(number: int, length: int) -> str:
    return "".join(_BASE45[number // 45**place % 45] for place in range(length))


def _base45_bytes(digits: list[int]) -> bytes:
    if len(digits) == 1:
        raise ValueError("a group of one")
    number: int = sum(digit * 45**place for place, digit in enumerate(digits))
    return number.to_bytes(len(digits) - 1, "big")
