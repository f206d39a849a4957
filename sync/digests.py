"""SHA-256, as ids, chains and codes use it.

Its library is loaded when the first digest is made: a start that only shows what is stored makes none, and would wait
for it longer than for any module of ours.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of the digest."""
    return _maker()(data).digest()


# An import statement, even of what is loaded, costs as much as a short digest; a herd's chain needs 90,000 of them.
@cache
def _maker() -> "Callable[[bytes], hashlib._Hash]":
    import hashlib

    return hashlib.sha256
