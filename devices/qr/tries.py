"""Looks again, in other ways, at what was not read at first; a further look only ever adds codes.

Which ways are worth their time, and their order, was measured on photographs and on made pictures (`make bench
ARGS=qr`): codes that are pale, shaken, small, iced over, or lost in the grain of a dark sensor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageChops, ImageFilter, ImageOps

from devices.qr.codes import Code, Threshold, codes_in, joined
from devices.qr.zbar import texts_in

WORK_PIXELS = 1_600_000
"""Most pixels of the picture that is looked at in many ways; a larger one is made smaller for it first."""

PATIENCE_PIXELS = 40_000_000
"""Most pixels that all further looks may have together where nothing was read."""

SECOND_LOOK_PIXELS = 4_000_000
"""The same where a code was read already: another one may stand beside it."""

MAX_SCALED_PIXELS = 12_000_000
"""Most pixels of a picture that was made larger."""

_BLACK_AND_WHITE_BITS = {"I", "I;16", "I;16B", "I;16L"}
"""Modes of Pillow with more than eight bits of gray."""


@dataclass(frozen=True, slots=True)
class Way:
    """One further look.

    Attributes:
        scale: how many times as large the picture is made before.
    """

    change: Callable[[Image.Image], Image.Image]
    threshold: Threshold = "local"
    scale: float = 1.0


def _as_it_is(picture: Image.Image) -> Image.Image:
    return picture


def _stretched(picture: Image.Image) -> Image.Image:
    return ImageOps.autocontrast(picture, cutoff=2)


def _evened(picture: Image.Image) -> Image.Image:
    """Return the picture without its light and shadow: each place against its surroundings."""
    return ImageChops.subtract(picture, picture.filter(ImageFilter.BoxBlur(16)), scale=0.35, offset=128)


def _sharpened(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.UnsharpMask(4, 250, 0))


def _calmed(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(1))


WAYS = (
    Way(_as_it_is, scale=0.5),
    Way(_as_it_is, "global"),
    Way(_as_it_is, "fixed"),
    Way(_evened),
    Way(_evened, "global"),
    Way(_stretched, "fixed"),
    Way(_sharpened),
    Way(_as_it_is, scale=0.4),
    Way(_calmed, "global"),
    Way(_as_it_is, scale=2),
    Way(_sharpened, scale=2),
    Way(_as_it_is, "fixed", scale=3),
    Way(_sharpened, "fixed", scale=2),
    Way(_sharpened, scale=3),
)
"""The further looks, in their order."""


def look(picture: Image.Image, patience_pixels: int = PATIENCE_PIXELS) -> tuple[list[Code], list[str]]:
    """Return the codes in a picture, and texts that only zbar sees and that somebody must judge.

    What zxing-cpp reads by default comes first, unchanged and in its order.

    Args:
        patience_pixels: most pixels that further looks may have together where nothing was read.
    """
    gray = _gray(picture)
    codes = codes_in(picture)
    if picture.mode != gray.mode and picture.mode not in {"RGB", "RGBA"}:
        # What the library made of this mode by itself may have lost the code: transparency, or sixteen bits.
        codes = joined(codes, codes_in(gray))
    codes = _looked_again(gray, codes, patience_pixels)
    work, _share = _working_size(gray)
    doubtful = [] if codes else texts_in(work.tobytes(), work.width, work.height)
    if not codes and not doubtful:
        sharp = _sharpened(work)
        doubtful = texts_in(sharp.tobytes(), sharp.width, sharp.height)
    return codes, doubtful


def _looked_again(gray: Image.Image, codes: list[Code], patience_pixels: int) -> list[Code]:
    """Return the codes with what further looks add; they end when the pixels that may be looked at are used up."""
    left = SECOND_LOOK_PIXELS if codes else patience_pixels
    work, share = _working_size(gray)
    if work is not gray:
        left -= gray.width * gray.height
        codes = joined(codes, codes_in(_sharpened(gray), plates_only=True))
    for way in WAYS:
        pixels = round(work.width * work.height * max(way.scale**2, 1))
        if pixels > left or pixels > MAX_SCALED_PIXELS:
            continue
        left -= pixels
        seen = codes_in(way.change(_scaled(work, way.scale)), way.threshold, plates_only=True)
        codes = joined(codes, [Code(code.text, code.spot.scaled(1 / (way.scale * share))) for code in seen])
        if codes:
            left = min(left, SECOND_LOOK_PIXELS)
    return codes


def _working_size(gray: Image.Image) -> tuple[Image.Image, float]:
    """Return the picture, made smaller where it is large, and the share that is left of its sides."""
    share = min((WORK_PIXELS / (gray.width * gray.height)) ** 0.5, 1.0)
    return (gray if share == 1.0 else _scaled(gray, share)), share


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    if scale == 1:
        return picture
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    return picture.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX)


def _gray(picture: Image.Image) -> Image.Image:
    """Return the picture in gray on white."""
    if picture.mode in _BLACK_AND_WHITE_BITS:
        return _eight_bits(picture)
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        flat = Image.new("RGBA", over.size, "white")
        flat.alpha_composite(over)
        return flat.convert("L")
    return picture if picture.mode == "L" else picture.convert("L")


def _eight_bits(picture: Image.Image) -> Image.Image:
    wide = picture.convert("I")
    lowest, highest = cast(tuple[float, float], wide.getextrema())
    spread = max(highest - lowest, 1)
    return wide.point(lambda value: (value - lowest) * 255 / spread).convert("L")
