"""The receipt's code on the screen is read by a camera and gives the very receipt back."""

import os
from uuid import UUID

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from fieldapp.widgets.qr import qr_lines
from sync.receipts import Receipt, open_receipt, receipt_of_text, receipt_text, sign_receipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CELL = 6
"""Pixels of a module; a phone's camera sees more."""

HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def picture(lines: tuple[str, ...]) -> Image.Image:
    """Return the rows of half blocks as black on white, as a terminal paints them."""
    image = Image.new("L", (len(lines[0]) * CELL, len(lines) * 2 * CELL), 255)
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            for half, is_black in enumerate(HALVES[block]):
                if is_black:
                    top = (2 * y + half) * CELL
                    image.paste(0, (x * CELL, top, (x + 1) * CELL, top + CELL))
    return image


@pytest.mark.parametrize("watermark", [1, 34, 4_294_967_295])
def test_the_code_on_the_screen_gives_the_receipt_back(watermark: int) -> None:
    receipt = Receipt(b"\xa5" * 8, UUID(int=7 << 100), watermark, os.urandom(32), 1_795_453_657)
    signed = sign_receipt(receipt, KEY)
    (read,) = zxingcpp.read_barcodes(picture(qr_lines(receipt_text(signed))))
    assert receipt_of_text(read.text) == signed
    assert open_receipt(receipt_of_text(read.text), KEY.public_key()) == receipt


def test_the_code_fits_a_screen_of_24_rows() -> None:
    lines = qr_lines(receipt_text(sign_receipt(Receipt(b"\0" * 8, UUID(int=1), 1, b"\0" * 32, 0), KEY)))
    assert len(lines) <= 23
    assert len(lines[0]) <= 45
