"""The running hash over a scope's entries, of which a cursor's check is the beginning. Pure."""

from hashlib import sha256

CHECK_BYTES = 8
"""Bytes of the running hash that stand in a cursor, as 16 hex digits."""


def first_running(scope: str) -> bytes:
    """Return the running hash of a scope that has no entries."""
    return sha256(f"xunge-feed-1:{scope}".encode()).digest()


def next_running(running: bytes, *, number: int, entry_type: str, entry_id: str, op: str, body: bytes) -> bytes:
    """Return the running hash after one more entry."""
    head = f"{number}\0{entry_type}\0{entry_id}\0{op}\0".encode()
    return sha256(running + sha256(head + body).digest()).digest()


def check_of(running: bytes) -> str:
    """Return the check that stands in a cursor."""
    return running[:CHECK_BYTES].hex()
