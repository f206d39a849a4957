"""`verify --receipts`: what receipts prove, by the public key alone; no database and no private key are needed."""

import argparse
import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.cli.settings import settings_of
from sync.caseapi.errors import KeyUnreadable, StorageFailed
from sync.caseapi.keys import read_keys
from sync.clock import format_time
from sync.errors import ReceiptInvalid
from sync.receipt_files import public_key_in, receipt_in
from sync.receipts import open_receipt, receipt_code
from sync.text import clean_line


def show_key(arguments: argparse.Namespace) -> int:
    """Print the public key with which anybody checks this district's receipts."""
    config = settings_of(arguments)
    print(b64encode(read_keys(config.receipt_key_path, config.seal_key_path).receipt_public).decode())
    return 0


def verify_receipts(arguments: argparse.Namespace) -> int:
    """Check one receipt in any writing, or every line of a file of receipts; exit 1 when one is not genuine."""
    key = _key(arguments)
    checked = [_checked(data, key) for data in _receipts_in(_read(arguments.receipts))]
    for facts in checked:
        print(json.dumps(facts) if arguments.json else _sentence(facts))
    genuine = sum(bool(facts["valid"]) for facts in checked)
    print(f"{genuine} of {len(checked)} receipts are genuine", file=sys.stderr)
    return 0 if checked and genuine == len(checked) else 1


def _key(arguments: argparse.Namespace) -> Ed25519PublicKey:
    if arguments.key is None:
        config = settings_of(arguments)
        return read_keys(config.receipt_key_path, config.seal_key_path).receipt.public_key()
    text: str = arguments.key
    try:
        path = Path(text)
        return Ed25519PublicKey.from_public_bytes(public_key_in(path.read_text("utf-8") if path.is_file() else text))
    except (OSError, UnicodeDecodeError, ReceiptInvalid) as exc:
        raise KeyUnreadable(f"this is no public key: {exc}") from exc


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise StorageFailed(f"{path} cannot be read: {exc.strerror}") from exc


def _receipts_in(data: bytes) -> Iterator[bytes]:
    lines = [line for line in data.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.startswith(b"{") and line.endswith(b"}") for line in lines):
        yield from lines
    else:
        yield data


def _checked(data: bytes, key: Ed25519PublicKey) -> dict[str, object]:
    try:
        signed = receipt_in(data)
        receipt = open_receipt(signed, key)
    except ReceiptInvalid as exc:
        return {"valid": False, "fault": exc.code, "detail": clean_line(str(exc))}
    return {
        "valid": True,
        "code": receipt_code(signed),
        "stream": str(receipt.stream),
        "records": receipt.watermark,
        "head": receipt.head.hex(),
        "time": format_time(receipt.time_s * 1000),
        "incarnation": receipt.incarnation.hex(),
    }


def _sentence(facts: dict[str, object]) -> str:
    if not facts["valid"]:
        return f"not genuine: {facts['detail']}"
    return "{code}: records 1 to {records} of stream {stream} were held at {time}".format(**facts)
