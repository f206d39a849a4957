"""The hash chain over a stream: one comparison of heads proves a whole history.

head_0 = SHA-256(stream id, 16 bytes); head_n = SHA-256(head_{n-1} ‖ SHA-256(record bytes)).
The chain is evidence, never a gate.
"""

from collections.abc import Iterable
from uuid import UUID

from sync.digests import sha256

HEAD_BYTES = 32
"""Length of a head and of a record's digest: SHA-256."""


def first_head(stream: UUID) -> bytes:
    """Return the head of a stream that holds nothing yet."""
    return sha256(stream.bytes)


def record_digest(record: bytes) -> bytes:
    """Return the digest of a record's exact bytes; it stays when the bytes are lawfully erased."""
    return sha256(record)


def next_head(head: bytes, digest: bytes) -> bytes:
    """Return the head after one more record."""
    return sha256(head + digest)


def head_after(head: bytes, records: Iterable[bytes]) -> bytes:
    """Return the head after several records, in order; the given head when there are none."""
    for record in records:
        head = next_head(head, record_digest(record))
    return head
