"""A six-digit PIN, or a password, becomes a verifier: Argon2id, slow on purpose."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.caseapi.config import PinCost

_HASHERS: dict[PinCost, PasswordHasher] = {
    # A stolen tablet meets a million PINs: at this cost each guess takes a tenth of a second and 64 MiB.
    "full": PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1),
    # Synthetic people, whose PINs stand in the demonstration's own files.
    "demo": PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
}


def pin_verifier(pin: str, cost: PinCost) -> str:
    """Return the Argon2id verifier of a PIN."""
    return _HASHERS[cost].hash(pin)


def still_verifies(verifier: str, pin: str, cost: PinCost) -> bool:
    """Tell whether a verifier is of this PIN and as hard as it should be."""
    hasher = _HASHERS[cost]
    try:
        return not hasher.check_needs_rehash(verifier) and hasher.verify(verifier, pin)
    except (VerificationError, InvalidHashError):
        return False


def verifies(verifier: str, secret: str) -> bool:
    """Tell whether a verifier, however hard, is of this PIN or password."""
    try:
        return _HASHERS["full"].verify(verifier, secret)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
