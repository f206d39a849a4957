"""Receipts as they come to whoever checks them: a scanned QR code, a file of the case API or the tablet, raw bytes."""

import binascii
import json
from base64 import b64decode
from collections.abc import Callable

from sync.errors import ReceiptInvalid
from sync.receipts import RECEIPT_BYTES, receipt_of_text

KEY_BYTES = 32
"""Length of an Ed25519 public key."""

_FIELDS = ("signed", "receipt")
"""Members of a JSON object that may hold a receipt, outermost first."""


def receipt_in(data: bytes) -> bytes:
    """Return the signed bytes of a receipt, whatever it was written as; `open_receipt` judges them.

    Raises:
        ReceiptInvalid: there is no receipt in it.
    """
    if len(data) == RECEIPT_BYTES:
        return data
    try:
        return _receipt_of(data.decode("utf-8-sig").strip("\r\n\t"))
    except UnicodeDecodeError as exc:
        raise ReceiptInvalid(f"a receipt has {RECEIPT_BYTES} bytes, or is text; this is neither") from exc


def public_key_in(text: str) -> bytes:
    """Return the 32 bytes of a public key written as base64 or hex digits.

    Raises:
        ReceiptInvalid: it is no such key.
    """
    for read in (bytes.fromhex, _base64):
        found = _read(read, text.strip())
        if found is not None and len(found) == KEY_BYTES:
            return found
    raise ReceiptInvalid(f"a public key is {KEY_BYTES} bytes, as base64 or hex digits")


def _receipt_of(text: str) -> bytes:
    if text.lstrip().startswith("{"):
        return _receipt_of(_member(text))
    for read in (receipt_of_text, bytes.fromhex, _base64):
        found = _read(read, text)
        if found is not None and len(found) == RECEIPT_BYTES:
            return found
    raise ReceiptInvalid("not the text of a receipt: neither its QR code, nor base64, nor hex digits")


def _member(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ReceiptInvalid(f"this begins like JSON and is none: {exc}") from exc
    while isinstance(value, dict):
        value = next((value[name] for name in _FIELDS if name in value), None)
    if not isinstance(value, str):
        raise ReceiptInvalid(f"no member {' or '.join(_FIELDS)} holds a receipt")
    return value


def _read(read: Callable[[str], bytes], text: str) -> bytes | None:
    try:
        return read(text)
    except (ReceiptInvalid, ValueError):
        return None


def _base64(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except binascii.Error as exc:
        raise ValueError(str(exc)) from exc
