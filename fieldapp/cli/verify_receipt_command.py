"""`fieldapp verify-receipt`: what a receipt proves, by the public key alone; no tablet and no network are needed."""

import argparse
import json
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, configured_database, readable_store
from fieldapp.text import _
from sync.errors import ReceiptInvalid
from sync.receipt_files import public_key_in, receipt_in

if TYPE_CHECKING:
    from fieldapp.config import LoadedConfig
    from sync.receipts import Receipt

MAX_FILE_BYTES = 64 * 1024
"""Largest file that is read: a receipt has 129 bytes, and no writing of it a hundred times as many."""

STANDARD_INPUT = "-"


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the scanned QR text, base64, hex, JSON or raw bytes; - for stdin"
    )
    parser.add_argument(
        "--key", metavar="KEY", help="the district's public receipt key, base64 or hex, or a file with it"
    )
    parser.add_argument("--show-key", action="store_true", help="print the public key this tablet was given, and end")
    parser.add_argument("--json", action="store_true", help="one JSON object, also when it proves nothing")


def run(args: argparse.Namespace) -> int:
    """Check a receipt; exit 0 when it is genuine, 1 when not, 2 when there is nothing to check or to check it with."""
    loaded = configuration(args)
    if args.show_key:
        print(b64encode(_key_of_tablet(loaded)).decode())
        return 0
    if args.file is None:
        raise CommandFailed(_("Name the file of a receipt, or - for what is scanned into this terminal"), 2)
    signed = _read_receipt(args.file)
    key = _key_given(args.key) if args.key else _key_of_tablet(loaded)
    return _judge(signed, key, as_json=args.json)


def _judge(signed: bytes, key: bytes, *, as_json: bool) -> int:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from sync.receipts import open_receipt

    try:
        receipt = open_receipt(signed, Ed25519PublicKey.from_public_bytes(key))
    except ReceiptInvalid as exc:
        if as_json:
            print(json.dumps({"valid": False, "fault": exc.code, "detail": str(exc)}))
        print(_("This receipt is not genuine: {reason}").format(reason=exc), file=sys.stderr)
        return 1
    facts = _facts(receipt, signed)
    if as_json:
        print(json.dumps(facts))
    else:
        _say(facts)
    return 0


def _facts(receipt: "Receipt", signed: bytes) -> dict[str, object]:
    from sync.clock import format_time
    from sync.receipts import receipt_code

    return {
        "valid": True,
        "code": receipt_code(signed),
        "stream": str(receipt.stream),
        "records": receipt.watermark,
        "head": receipt.head.hex(),
        "time": format_time(receipt.time_s * 1000),
        "server": receipt.incarnation.hex(),
    }


def _say(facts: dict[str, object]) -> None:
    lines = (
        _("Receipt {code}"),
        _("The server held records 1 to {records} of the tablet's stream {stream}"),
        _("on {time}, in its database {server}"),
        _("Whoever holds these records can show that they are the same: head {head}"),
    )
    for line in lines:
        print(line.format(**facts))


def _read_receipt(file: str) -> bytes:
    try:
        if file == STANDARD_INPUT:
            return receipt_in(sys.stdin.buffer.read(MAX_FILE_BYTES))
        with Path(file).open("rb") as source:
            return receipt_in(source.read(MAX_FILE_BYTES))
    except OSError as exc:
        unreadable = _("{file} cannot be read: {cause}").format(file=file, cause=exc.strerror)
        raise CommandFailed(unreadable, exit_status=2) from exc
    except ReceiptInvalid as exc:
        raise CommandFailed(_("This is no receipt: {reason}").format(reason=exc), exit_status=2) from exc


def _key_given(given: str) -> bytes:
    try:
        file = Path(given)
        return public_key_in(file.read_text(encoding="utf-8") if file.is_file() else given)
    except (OSError, UnicodeDecodeError, ReceiptInvalid) as exc:
        raise CommandFailed(_("This is no public key: {reason}").format(reason=exc), exit_status=2) from exc


def _key_of_tablet(loaded: "LoadedConfig") -> bytes:
    missing = _("No key to check with: give the district's public key with --key, or call this on a joined tablet")
    if not configured_database(loaded).exists():
        raise CommandFailed(missing, exit_status=2)
    with readable_store(loaded) as store:
        membership = store.identity.membership()
    if membership is None:
        raise CommandFailed(missing, exit_status=2)
    return membership.receipt_key
