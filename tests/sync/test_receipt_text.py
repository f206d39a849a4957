"""A receipt's text fits the smallest code that a screen of 24 rows shows, and nothing else reads as one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import ReceiptInvalid
from sync.receipts import RECEIPT_BYTES, receipt_of_text, receipt_text

MOST_CHARS_OF_VERSION_6_L = 195


@given(st.binary(max_size=200))
def test_any_bytes_come_back(signed: bytes) -> None:
    assert receipt_of_text(receipt_text(signed)) == signed


@given(st.binary(min_size=RECEIPT_BYTES, max_size=RECEIPT_BYTES))
def test_a_receipt_fits_a_code_of_version_6(signed: bytes) -> None:
    assert len(receipt_text(signed)) <= MOST_CHARS_OF_VERSION_6_L


@given(st.text(max_size=300))
def test_other_text_is_refused_or_is_bytes(text: str) -> None:
    with suppress(ReceiptInvalid):
        assert isinstance(receipt_of_text(text), bytes)


def test_the_example_of_the_standard() -> None:
    assert receipt_of_text("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["a", "0", "::::", ":::"])
def test_what_is_no_receipt_text_is_refused(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        receipt_of_text(text)
