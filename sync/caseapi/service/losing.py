"""What a restored database lost: receipts that promise more than is held. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.storage.rows import StreamRow
from sync.errors import ReceiptInvalid
from sync.receipts import open_receipt


class LostRange(msgspec.Struct, frozen=True):
    """Records that a receipt proves to have been held and that are not now; a tablet that has them sends them again.

    Attributes:
        first, last: their places in the stream.
    """

    stream: str
    first: int
    last: int

    def __str__(self) -> str:
        """Return it as a sentence."""
        return f"stream {self.stream}: {self.first} to {self.last} were promised by a receipt and are not held"


def lost_ranges(
    streams: Sequence[StreamRow], receipts: Iterable[bytes], key: Ed25519PublicKey
) -> tuple[LostRange, ...]:
    """Return what genuine receipts promise beyond what is held, by stream.

    Args:
        receipts: signed bytes; what this key did not sign promises nothing.
    """
    promised: dict[UUID, int] = {}
    for signed in receipts:
        try:
            receipt = open_receipt(signed, key)
        except ReceiptInvalid:
            continue
        promised[receipt.stream] = max(promised.get(receipt.stream, 0), receipt.watermark)
    held = {stream.stream: stream.watermark for stream in streams}
    return tuple(
        LostRange(str(stream), held.get(stream, 0) + 1, watermark)
        for stream, watermark in sorted(promised.items())
        if watermark > held.get(stream, 0)
    )
