"""A receipt is checked by the public key alone, however it was written down; no tablet and no network are needed."""

import json
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldapp.bootstrap import open_tablet
from sync.receipts import Receipt, receipt_code, receipt_text, sign_receipt
from sync.tablet.store.identity import Membership
from tests.fieldapp.cli.command_line import Home

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
STREAM = UUID("0195a2c0-0000-4000-8000-00000000000a")
SIGNED = sign_receipt(Receipt(bytes(8), STREAM, 34, bytes(range(32)), 1_795_392_903), KEY)

WRITINGS = {
    "the scanned code": receipt_text(SIGNED).encode(),
    "the scanned code with Enter": receipt_text(SIGNED).encode() + b"\r\n",
    "raw bytes": SIGNED,
    "base64 in lines": b"\n".join(b64encode(SIGNED)[place : place + 64] for place in range(0, 172, 64)),
    "hex digits": SIGNED.hex().encode(),
    "JSON": json.dumps({"signed": b64encode(SIGNED).decode(), "counts": []}).encode(),
    "JSON of a whole reply": json.dumps({"receipt": {"signed": SIGNED.hex()}, "state": "ok"}).encode(),
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS.keys())
def test_every_writing_of_a_receipt_is_read(home: Home, tmp_path: Path, writing: bytes) -> None:
    file = tmp_path / "receipt"
    file.write_bytes(writing)
    ended = home.call("verify-receipt", str(file), "--key", b64encode(PUBLIC).decode(), "--json")
    assert (ended.status, ended.err) == (0, "")
    (facts,) = ended.rows
    assert facts == {
        "valid": True,
        "code": receipt_code(SIGNED),
        "stream": str(STREAM),
        "records": 34,
        "head": bytes(range(32)).hex(),
        "time": "2026-11-23T00:15:03.000+00:00",
        "server": bytes(8).hex(),
    }
    assert not home.database.exists(), "no tablet is made on the way"


def test_it_says_in_words_what_is_proven(home: Home) -> None:
    ended = home.call("verify-receipt", "-", "--key", PUBLIC.hex(), stdin=receipt_text(SIGNED).encode())
    assert ended.status == 0
    for word in (receipt_code(SIGNED), "34", str(STREAM), "2026-11-23", bytes(range(32)).hex()):
        assert word in ended.out


def test_a_joined_tablet_has_the_key_and_gives_it(home: Home, tmp_path: Path) -> None:
    with open_tablet(home.database) as tablet:
        membership = Membership("https://a.example", (), "", "", PUBLIC, bytes(32), "", "device")
        tablet.store.identity.keep("joined", membership)
    shown = home.call("verify-receipt", "--show-key")
    assert (shown.status, shown.out) == (0, b64encode(PUBLIC).decode() + "\n")
    assert home.call("verify-receipt", "-", stdin=SIGNED).status == 0
    file = tmp_path / "key.txt"
    file.write_text(shown.out, encoding="utf-8")
    assert home.call("verify-receipt", "-", "--key", str(file), stdin=SIGNED).status == 0


@pytest.mark.parametrize("place", [0, 20, 28, 64, 128])
def test_a_receipt_with_one_other_bit_proves_nothing(home: Home, place: int) -> None:
    forged = bytearray(SIGNED)
    forged[place] ^= 1
    ended = home.call("verify-receipt", "-", "--key", PUBLIC.hex(), "--json", stdin=bytes(forged))
    assert ended.status == 1
    (facts,) = ended.rows
    assert (facts["valid"], facts["fault"]) == (False, "E-RECEIPT")


def test_another_districts_key_proves_nothing(home: Home) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    ended = home.call("verify-receipt", "-", "--key", other.hex(), stdin=SIGNED)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("verify-receipt",),
        ("verify-receipt", "-"),
        ("verify-receipt", "not-there", "--key", PUBLIC.hex()),
        ("verify-receipt", "-", "--key", "short"),
        ("verify-receipt", "--show-key"),
    ],
)
def test_nothing_to_check_or_to_check_with_is_wrong_usage(home: Home, words: tuple[str, ...]) -> None:
    ended = home.call(*words, stdin=SIGNED)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("junk", [b"", b"\xff\xfe", b"{", b'{"signed": 3}', b"HELLO", b"[" * 9000, b"{" * 9000])
def test_what_is_no_receipt_is_said(home: Home, junk: bytes) -> None:
    ended = home.call("verify-receipt", "-", "--key", PUBLIC.hex(), stdin=junk)
    assert ended.status == 2
    assert "Traceback" not in ended.err
