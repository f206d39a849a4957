"""Enrolment: an offer survives the QR code and the hand, and nothing else is taken for one."""

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.enrolment import CODE_BYTES, CODE_LENGTH, Offer, code_digest, compare_digits, new_code, parse_offer
from sync.errors import WireError
from sync.tags import CROCKFORD

CODE = new_code(bytes(range(CODE_BYTES)))
PIN = base64.b64encode(sha256(b"server key").digest()).decode()
NEXT_PIN = base64.b64encode(sha256(b"next server key").digest()).decode()

origins = st.sampled_from(
    ["https://case.example", "http://127.0.0.1:8765", "https://[::1]:8443", "https://10.0.0.2:443", "http://localhost"]
)
codes = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES).map(new_code)
pins = st.lists(st.binary(min_size=32, max_size=32).map(lambda raw: base64.b64encode(raw).decode()), max_size=2)


@given(origins, codes, pins)
def test_an_offer_reads_back_from_its_text(origin: str, code: str, keys: list[str]) -> None:
    offer = Offer(origin, code, tuple(keys))
    assert parse_offer(offer.text) == offer
    assert parse_offer(f"  {offer.text}\r\n") == offer


def test_a_typed_offer_is_read_as_meant() -> None:
    typed = f"xge1  https://case.example/ {CODE.lower().replace('0', 'o').replace('1', 'l')}"
    assert parse_offer(typed) == Offer("https://case.example", CODE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "XGE1",
        f"XGE2 https://case.example {CODE}",
        f"XGE1 ftp://case.example {CODE}",
        f"XGE1 https:// {CODE}",
        f"XGE1 https://case.example {CODE[:-1]}",
        f"XGE1 https://case.example {CODE}0",
        f"XGE1 https://case.example {CODE[:-1]}U",
        f"XGE1 https://user@case.example {CODE}",
        f"XGE1 https://case.example/path {CODE}",
        f"XGE1 https://case.example?x {CODE}",
        f"XGE1 https://case\x1b[31m.example {CODE}",
        f"XGE1 https://\u202ecase.example {CODE}",
        f"XGE1 https://case.example {CODE} {PIN[:-1]}",
        f"XGE1 https://case.example {CODE} {PIN},",
        f"XGE1 https://case.example {CODE} {PIN} more",
        "https://example.invalid/",
        "XG104HMASW9NF6YY09345",
    ],
)
def test_nothing_else_is_taken_for_an_offer(text: str) -> None:
    with pytest.raises(WireError, match="not an enrolment code"):
        parse_offer(text)


@given(st.text())
def test_no_text_raises_anything_but_a_wire_error(text: str) -> None:
    try:
        offer = parse_offer(text)
    except WireError:
        return
    assert parse_offer(offer.text) == offer


@given(codes)
def test_a_code_has_125_bits_in_letters_nobody_misreads(code: str) -> None:
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CROCKFORD)


def test_the_server_keeps_only_a_digest_that_another_purpose_cannot_share() -> None:
    assert code_digest(CODE) == sha256(f"xunge-enrol-1:{CODE}".encode()).hexdigest()
    assert CODE not in code_digest(CODE)


def test_the_six_digits_are_those_of_the_protocol_s_formula() -> None:
    device_key, receipt_key = bytes(32), bytes(range(32))
    number = int.from_bytes(sha256(CODE.encode() + device_key + receipt_key).digest(), "big") % 10**6
    assert compare_digits(CODE, device_key, receipt_key) == f"{number:06d}"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_both_sides_always_show_six_digits(device_key: bytes, receipt_key: bytes) -> None:
    digits = compare_digits(CODE, device_key, receipt_key)
    assert len(digits) == 6
    assert digits.isdecimal()


def test_another_key_in_the_middle_changes_the_digits() -> None:
    seen = {compare_digits(CODE, bytes([place]) * 32, bytes(32)) for place in range(32)}
    assert len(seen) > 30


def test_an_offer_with_two_pins_fits_a_qr_code_that_a_tablet_reads_from_a_desk_screen() -> None:
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(Offer("https://case-api.pingfang.example:8443", CODE, (PIN, NEXT_PIN)).text)
    assert code.best_fit() <= 10
