"""Signs what the server holds, and what it answers."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.caseapi.storage.base import SignReceipt, ToSign
from sync.receipts import Receipt, sign_receipt


def receipt_signer(key: Ed25519PrivateKey) -> SignReceipt:
    """Return what makes signed receipts with a key."""

    def sign(content: ToSign) -> bytes:
        receipt = Receipt(
            content.incarnation.bytes[:8], content.stream, content.watermark, content.head, content.time_s
        )
        return sign_receipt(receipt, key)

    return sign
