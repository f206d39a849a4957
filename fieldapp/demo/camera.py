"""An emulated camera: pictures that say they are synthetic, with everything in them that a camera writes."""

import os
import time
from pathlib import Path

SIZE = (2400, 1800)
"""Pixels of a picture, more than a photo keeps."""

WRITTEN_AGO_S = 5
"""How long ago a picture seems to have been written: one that is still being written is not offered."""

_EXIF_IFD, _GPS_IFD, _MAKER, _TAKEN = 0x8769, 0x8825, 0x010F, 0x9003


class EmulatedCamera:
    """Puts pictures into a folder, each another one.

    Args:
        folder: where they appear; created when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._taken = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self) -> Path:
        """Take the next picture and return its file."""
        self._taken += 1
        file = self.folder / f"SYN_{self._taken:04d}.jpg"
        hidden = file.with_name(f".{file.name}")
        _write_picture(hidden, self._taken)
        at_s = time.time() - WRITTEN_AGO_S + self._taken / 1000
        os.utime(hidden, (at_s, at_s))
        hidden.rename(file)
        return file


def _write_picture(file: Path, number: int) -> None:
    from PIL import Image, ImageDraw, ImageFont

    width, height = SIZE
    grain = Image.effect_noise((width // 4, height // 4), 60).resize(SIZE)
    picture = Image.merge(
        "RGB", [grain, grain.point(lambda level: level * 3 // 4), grain.point(lambda level: 255 - level)]
    )
    drawing = ImageDraw.Draw(picture)
    across = width * (number % 9 + 1) // 10
    drawing.rectangle((0, height // 3, across, height * 2 // 3), fill=(40 * number % 256, 90, 160))
    drawing.text(
        (width // 2, height // 2),
        f"SYNTHETIC {number}",
        font=ImageFont.load_default(size=200),
        fill="white",
        stroke_width=8,
        stroke_fill="black",
        anchor="mm",
    )
    exif = Image.Exif()
    exif[_MAKER] = "SYNTHETIC CAMERA"
    exif[_EXIF_IFD] = {_TAKEN: time.strftime("%Y:%m:%d %H:%M:%S")}
    exif[_GPS_IFD] = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    picture.save(file, "JPEG", quality=85, exif=exif.tobytes())
