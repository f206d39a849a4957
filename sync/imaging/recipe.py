"""How a picture becomes the photo that is kept: small, upright, and silent about everything but when it was taken.

Only the child process loads this module, and with it Pillow. The same bytes in give the same bytes out.
"""

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from sync.imaging.photos import AIM_BYTES, SIDE, Developed, Pixels, Refused

FORMATS = ("JPEG", "PNG", "WEBP")
"""What cameras write; anything else is refused unread."""

MAX_PIXELS = 64_000_000
"""Most pixels of a picture that is read; a tablet's or phone's camera has 8 to 50 million."""

MAX_SIDE = 20_000
"""Longest side that is read; a longer one is no photo."""

LADDER = ((1.0, 76), (1.0, 64), (0.8, 70), (0.8, 56), (0.64, 56), (0.5, 50), (0.4, 40))
"""Share of the longest side, and JPEG quality: the first photo that is light enough is kept, else the last."""

FIRST_YEAR = 2000
"""An earlier moment is a camera's clock that was never set."""

_EXIF_IFD, _TAKEN = 0x8769, 0x9003
_DAMAGES = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError),
    *(struct.error, zlib.error),
)
"""What Pillow's decoders raise on bytes that are not as they should be."""

_MOMENT = re.compile(r"[0-9]{4}:[0-9]{2}:[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def developed(data: bytes, *, side: int = SIDE, aim_bytes: int = AIM_BYTES) -> Developed:
    """Return the photo made of a picture.

    Args:
        side: its longest side, pixels; a smaller picture is never enlarged.
        aim_bytes: what it is to weigh at most.

    Raises:
        Refused: it is no picture that can be used; the reason says why.
    """
    with _quietly():
        picture = _opened(data)
        taken = _taken(picture)
        flat = _read(picture, side)
    for share, quality in LADDER:
        flat = _shrunk(flat, round(side * share))
        kept = _jpeg(flat, quality, taken)
        if len(kept) <= aim_bytes:
            break
    return Developed(kept, flat.width, flat.height, taken)


def preview(data: bytes, width: int, height: int) -> Pixels:
    """Return a picture no larger than so many pixels, its shape kept.

    Raises:
        Refused: it is no picture that can be used; the reason says why.
    """
    with _quietly():
        flat = _read(_opened(data), max(width, height))
    flat.thumbnail((width, height), Image.Resampling.LANCZOS)
    return Pixels(flat.width, flat.height, flat.tobytes())


@contextmanager
def _quietly() -> Iterator[None]:
    """Let Pillow read without warnings: of broken tags, and of sizes, which are checked here before any pixel is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _opened(data: bytes) -> Image.Image:
    """Return a picture whose head is read and whose size is bearable; its pixels are not read yet."""
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as exc:
        raise Refused("not_a_picture" if data else "empty") from exc
    except Image.DecompressionBombError as exc:
        raise Refused("too_many_pixels") from exc
    except _DAMAGES as exc:
        raise Refused("damaged") from exc
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise Refused("too_many_pixels")
    return picture


def _read(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture upright and flat, its longer side at most so long."""
    try:
        # Decoding straight to about the wanted size saves most of the memory and the time of a large JPEG.
        picture.draft("RGB", (side, 1) if picture.width >= picture.height else (1, side))
        picture.load()
        return _flat(ImageOps.exif_transpose(_shrunk(picture, side)))
    except MemoryError as exc:
        raise Refused("too_many_pixels") from exc
    except _DAMAGES as exc:
        raise Refused("damaged") from exc


def _taken(picture: Image.Image) -> str:
    """Return when the picture was taken, as the camera wrote it, empty when it is no moment."""
    try:
        text = picture.getexif().get_ifd(_EXIF_IFD).get(_TAKEN, "")
    except _DAMAGES:
        return ""
    text = text.strip("\x00 ") if isinstance(text, str) else ""
    return text if _MOMENT.fullmatch(text) and _is_moment(text) else ""


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.replace(":", "-", 2)).year >= FIRST_YEAR
    except ValueError:
        return False


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture with its longer side at most so long; never enlarged."""
    longest = max(picture.size)
    if longest <= side:
        return picture
    scalable = picture if picture.mode in {"RGB", "RGBA", "L", "CMYK"} else _in_colour(picture)
    width, height = (max(round(length * side / longest), 1) for length in picture.size)
    smaller = scalable.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # A copy forgets how the camera was held.
    smaller.info = dict(picture.info)
    return smaller


def _in_colour(picture: Image.Image) -> Image.Image:
    has_holes = picture.has_transparency_data
    return picture.convert("RGBA" if has_holes else "RGB")


def _flat(picture: Image.Image) -> Image.Image:
    """Return the picture in red, green and blue on white, with nothing attached to it."""
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        flat = Image.new("RGB", over.size, "white")
        flat.paste(over, mask=over.getchannel("A"))
        return flat
    flat = picture.convert("RGB").copy()
    # The encoder writes what is found here: comments, XMP, profiles.
    flat.info.clear()
    return flat


def _jpeg(picture: Image.Image, quality: int, taken: str) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0", exif=_exif(taken))
    return out.getvalue()


def _exif(taken: str) -> bytes:
    """Return the only thing that is said of a photo."""
    if not taken:
        return b""
    exif = Image.Exif()
    exif[_EXIF_IFD] = {_TAKEN: taken}
    return exif.tobytes()
