"""SHA-256, as ids, chains and codes use it.

Its library is loaded when the first digest is made: a start that only shows what is stored makes none, and would wait
for it longer than for any module of ours.
"""


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of the digest."""
    from hashlib import sha256 as made

    return made(data).digest()
