"""The server's own keys, in files beside the database: Ed25519 for receipts, X25519 for what is sealed."""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.caseapi.errors import KeyUnreadable


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key file holds.

    Attributes:
        alg: ``ed25519`` or ``x25519``; a tag, so that another algorithm can come beside it.
        id: first 16 hex digits of the SHA-256 of the public key.
        private: raw 32 bytes, base64.
    """

    alg: str
    id: str
    private: str


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Both keys, opened."""

    receipt: Ed25519PrivateKey
    seal: X25519PrivateKey

    @property
    def receipt_public(self) -> bytes:
        """Return the raw 32 bytes with which receipts and proofs are checked."""
        return self.receipt.public_key().public_bytes_raw()

    @property
    def seal_public(self) -> bytes:
        """Return the raw 32 bytes to which tablets seal."""
        return self.seal.public_key().public_bytes_raw()


def make_keys(receipt_path: Path, seal_path: Path) -> None:
    """Make the key files that are missing, readable by this user alone; one that is there stays."""
    if not receipt_path.exists():
        receipt = Ed25519PrivateKey.generate()
        _write(receipt_path, "ed25519", receipt.public_key().public_bytes_raw(), receipt.private_bytes_raw())
    if not seal_path.exists():
        seal = X25519PrivateKey.generate()
        _write(seal_path, "x25519", seal.public_key().public_bytes_raw(), seal.private_bytes_raw())


def read_keys(receipt_path: Path, seal_path: Path) -> ServerKeys:
    """Return both keys.

    Raises:
        KeyUnreadable: a file is missing, damaged, of another algorithm or readable by others.
    """
    return ServerKeys(
        Ed25519PrivateKey.from_private_bytes(_read(receipt_path, "ed25519")),
        X25519PrivateKey.from_private_bytes(_read(seal_path, "x25519")),
    )


def _write(path: Path, alg: str, public: bytes, private: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = KeyFile(alg, sha256(public).hexdigest()[:16], b64encode(private).decode())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path, alg: str) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnreadable(f"{path} can be read by others; run: chmod 600 {path}")
        key = msgspec.json.decode(path.read_bytes(), type=KeyFile)
        private = b64decode(key.private, validate=True)
    except OSError as exc:
        raise KeyUnreadable(
            f"{path} cannot be read ({exc.strerror}); put back the key that was kept for this database"
            " (a new one fits no receipt given before); only a new database is made with: caseapi init"
        ) from exc
    except (msgspec.DecodeError, ValueError) as exc:
        raise KeyUnreadable(f"{path} is not a key file: {exc}") from exc
    if key.alg != alg or len(private) != 32:
        raise KeyUnreadable(f"{path} holds no {alg} key")
    return private
