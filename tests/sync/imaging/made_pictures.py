"""Pictures made here: no photograph of anybody, real files all the same, with all that cameras write into them."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

TAKEN = "2026:11:23 08:15:30"
"""When the made pictures were taken."""

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Return a picture whose corners differ: red, green, blue and white, clockwise from the top left."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("lime", (width // 2, 0, width, height // 2))
    picture.paste("blue", (width // 2, height // 2, width, height))
    picture.paste("white", (0, height // 2, width // 2, height))
    return picture


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return what compresses worst."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def as_bytes(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture's file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def as_camera_writes(picture: Image.Image, *, taken: str = TAKEN, orientation: int = 1) -> bytes:
    """Return a JPEG with place, maker, serial number, notes, a thumbnail's tags, a comment and XMP in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110], exif[0x0131] = "SYNTHETIC MAKER", "SYNTHETIC MODEL", "SYNTHETIC FIRMWARE"
    exif[0x013B] = "SYNTHETIC OWNER"
    exif[_EXIF_IFD] = {
        0x9003: taken,
        0x9004: taken,
        0x927C: b"SYNTHETIC MAKER NOTE" * 20,
        0x9286: b"ASCII\0\0\0SYNTHETIC USER COMMENT",
        0xA431: "SYNTHETIC SERIAL",
        0xA430: "SYNTHETIC OWNER",
    }
    exif[_GPS_IFD] = {1: "N", 2: (45.0, 36.0, 30.0), 3: "E", 4: (126.0, 37.0, 12.0), 29: "2026:11:23"}
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><SYNTHETIC-XMP/></x:xmpmeta>'
    return as_bytes(picture, quality=90, exif=exif.tobytes(), comment=b"SYNTHETIC COMMENT", xmp=xmp)


def tags_of(data: bytes) -> Iterator[tuple[int, object]]:
    """Yield every EXIF tag of a picture with its value, those of the inner tables too, pointers to them left out."""
    with Image.open(BytesIO(data)) as picture:
        exif = picture.getexif()
        yield from ((tag, value) for tag, value in exif.items() if tag not in {_EXIF_IFD, _GPS_IFD, 0xA005})
        for table in (_EXIF_IFD, _GPS_IFD, 0xA005, 1):
            yield from exif.get_ifd(table).items()


def png_claiming(width: int, height: int) -> bytes:
    """Return a small PNG whose head claims so many pixels: a decompression bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 5_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
