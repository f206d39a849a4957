"""Receipts say what was held, proofs say who answers; no byte of either can be changed unseen."""

import base64
from uuid import UUID

import pytest
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import ProofInvalid, ReceiptInvalid
from sync.receipts import (
    RECEIPT_BYTES,
    Receipt,
    check_proof,
    open_receipt,
    receipt_code,
    sign_proof,
    sign_receipt,
)
from sync.tags import CROCKFORD

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
RECEIPT = Receipt(b"incarnat", UUID("01934c2e-7b1a-7c3d-9e4f-0123456789ab"), 34, bytes(range(32)), 1_795_392_903)
SIGNED = sign_receipt(RECEIPT, KEY)

receipts = st.builds(
    Receipt,
    incarnation=st.binary(min_size=8, max_size=8),
    stream=st.uuids(),
    watermark=st.integers(0, 2**32 - 1),
    head=st.binary(min_size=32, max_size=32),
    time_s=st.integers(0, 2**32 - 1),
)


@given(receipts)
def test_what_was_signed_is_what_is_read(receipt: Receipt) -> None:
    signed = sign_receipt(receipt, KEY)
    assert len(signed) == RECEIPT_BYTES == 129
    assert open_receipt(signed, KEY.public_key()) == receipt


def test_the_layout_does_not_move() -> None:
    # Receipts are kept for years and checked by other programs.
    assert SIGNED[0] == 1
    assert SIGNED[1:9] == RECEIPT.incarnation
    assert SIGNED[9:25] == RECEIPT.stream.bytes
    assert int.from_bytes(SIGNED[25:29], "big") == RECEIPT.watermark
    assert SIGNED[29:61] == RECEIPT.head
    assert int.from_bytes(SIGNED[61:65], "big") == RECEIPT.time_s
    KEY.public_key().verify(SIGNED[65:], b"xunge-receipt-1\0" + SIGNED[:65])


@pytest.mark.parametrize("place", range(RECEIPT_BYTES))
def test_a_change_of_any_byte_is_found(place: int) -> None:
    for flip in (0x01, 0x80, 0xFF):
        changed = SIGNED[:place] + bytes([SIGNED[place] ^ flip]) + SIGNED[place + 1 :]
        with pytest.raises(ReceiptInvalid):
            open_receipt(changed, KEY.public_key())


@given(st.binary(max_size=200))
def test_no_other_bytes_are_a_receipt(data: bytes) -> None:
    with pytest.raises(ReceiptInvalid):
        open_receipt(data, KEY.public_key())


@pytest.mark.parametrize("data", [SIGNED[:-1], SIGNED + b"\0", b""])
def test_another_length_is_refused_and_named(data: bytes) -> None:
    with pytest.raises(ReceiptInvalid, match=f"129 bytes, this one {len(data)}"):
        open_receipt(data, KEY.public_key())


def test_a_newer_version_is_named_as_such() -> None:
    with pytest.raises(ReceiptInvalid, match="version 2"):
        open_receipt(b"\2" + SIGNED[1:], KEY.public_key())


def test_a_receipt_of_another_district_is_refused() -> None:
    with pytest.raises(ReceiptInvalid, match="receipt key"):
        open_receipt(SIGNED, OTHER_KEY.public_key())


def test_a_signature_made_for_a_proof_is_no_receipt() -> None:
    with pytest.raises(ReceiptInvalid):
        open_receipt(SIGNED[:65] + sign_proof("ok", SIGNED[:65], KEY), KEY.public_key())


def test_a_receipt_fits_a_qr_code_that_a_small_screen_shows() -> None:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(qrcode.util.QRData(SIGNED, mode=qrcode.util.MODE_8BIT_BYTE))
    # Version 6 has 41 modules: 21 rows of half blocks, which leaves three of 24 for the quiet zone and the code.
    assert code.best_fit() <= 6


@given(st.binary(min_size=RECEIPT_BYTES, max_size=RECEIPT_BYTES))
def test_the_code_is_six_characters_that_nobody_misreads(signed: bytes) -> None:
    code = receipt_code(signed)
    assert len(code) == 6
    assert set(code) <= set(CROCKFORD)


def test_the_code_of_known_bytes_does_not_move() -> None:
    # SHA-256 of 129 zero bytes begins with the 30 bits of these six characters.
    assert receipt_code(bytes(RECEIPT_BYTES)) == "5J0637"


@given(st.sampled_from(["ok", "rewind", "fork", "drain", "erase", "upgrade"]), st.binary(max_size=100))
def test_a_proof_answers_its_own_request_and_state(state: str, body: bytes) -> None:
    check_proof(sign_proof(state, body, KEY), state, body, KEY.public_key())


@given(st.binary(max_size=100))
def test_a_proof_answers_no_other_request_state_or_server(body: bytes) -> None:
    proof = sign_proof("ok", body, KEY)
    for wrong in ((proof, "erase", body), (proof, "ok", body + b"x"), (proof[:-1], "ok", body), (b"", "ok", body)):
        with pytest.raises(ProofInvalid):
            check_proof(*wrong, KEY.public_key())
    with pytest.raises(ProofInvalid):
        check_proof(proof, "ok", body, OTHER_KEY.public_key())


@pytest.mark.parametrize("place", range(64))
def test_a_change_of_any_byte_of_a_proof_is_found(place: int) -> None:
    proof = sign_proof("ok", b"body", KEY)
    changed = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
    with pytest.raises(ProofInvalid):
        check_proof(changed, "ok", b"body", KEY.public_key())


def test_a_receipt_travels_as_base64_without_loss() -> None:
    assert base64.b64decode(base64.b64encode(SIGNED), validate=True) == SIGNED
