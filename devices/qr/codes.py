"""Codes as zxing-cpp reads them: the text as it says it by default, and where in the picture they lie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from zxingcpp import Barcode

Threshold = Literal["local", "global", "fixed"]
"""How light is told from dark: around each place, by the whole picture's histogram, or at the middle of the scale."""


class Spot(Struct, frozen=True):
    """Where a code lies: the box around its corners, in pixels from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def side(self) -> float:
        """Return the mean of width and height."""
        return (self.right - self.left + self.bottom - self.top) / 2

    def holds_middle_of(self, other: Spot) -> bool:
        """Return whether the middle of another spot lies in this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def scaled(self, factor: float) -> Spot:
        """Return the same spot in a picture that is so many times as large."""
        return Spot(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)


class Code(Struct, frozen=True):
    """A code that was read."""

    text: str
    spot: Spot


def codes_in(image: object, threshold: Threshold = "local", *, plates_only: bool = False) -> list[Code]:
    """Return the codes in an image, as zxing-cpp finds them by default in its default order, QR only.

    Args:
        image: a Pillow image, or a memory view of gray bytes with two dimensions; no copy is kept.
        plates_only: look for the usual square QR alone, not for the micro and the rectangular kind.
    """
    found = _found(image, threshold, plates_only=plates_only, also_unread=False)
    return [Code(code.text, _spot(code)) for code in found]


def codes_and_unread(image: object) -> tuple[list[Code], list[Spot]]:
    """Return the usual QR codes in an image, and where others are seen whose content cannot be read."""
    found = _found(image, "local", plates_only=True, also_unread=True)
    read = [Code(code.text, _spot(code)) for code in found if code.valid]
    return read, [_spot(code) for code in found if not code.valid]


def joined(known: Sequence[Code], more: Iterable[Code]) -> list[Code]:
    """Return the known codes and those of the others that lie where none is known."""
    codes = list(known)
    for code in more:
        if not any(one.spot.holds_middle_of(code.spot) or code.spot.holds_middle_of(one.spot) for one in codes):
            codes.append(code)
    return codes


def _found(image: object, threshold: Threshold, *, plates_only: bool, also_unread: bool) -> list[Barcode]:
    import zxingcpp
    from zxingcpp import BarcodeFormat, BarcodeFormats, Binarizer

    binarizers = {
        "local": Binarizer.LocalAverage,
        "global": Binarizer.GlobalHistogram,
        "fixed": Binarizer.FixedThreshold,
    }
    return zxingcpp.read_barcodes(
        image,
        formats=BarcodeFormats(BarcodeFormat.QRCodeModel2 if plates_only else BarcodeFormat.QRCode),
        binarizer=binarizers[threshold],
        return_errors=also_unread,
    )


def _spot(code: Barcode) -> Spot:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return Spot(min(across), min(down), max(across), max(down))
