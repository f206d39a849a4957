"""An emulated camera for codes: ``python -m fieldapp.demo.code_camera WIDTH HEIGHT FPS`` writes gray frames.

It asks the demo around the app which plate is next, shows a wall for a moment, and then comes nearer to that plate
until it can be read, as a hand does.
"""

import itertools
import os
import random
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from fieldapp.demo import SOCKET_VARIABLE
from fieldapp.demo.control import ask

if TYPE_CHECKING:
    from PIL.Image import Image

WALL_S = 1.0
"""How long only a wall is seen."""

NEARER_S = 1.6
"""How long the hand then needs to come near."""

FAR_SHARE, NEAR_SHARE = 0.14, 0.75
"""Share of the frame's height that the plate takes, at first and at last."""

WORST_BLUR = 4.0
"""Pixels over which a frame is out of focus at first; none is at last."""

NOISE_LEVELS = 24
"""How far the sensor's grain strays from the true brightness, of 255 levels."""

MODULE = 8
"""Pixels of a plate's module as it is drawn."""


def main(words: list[str]) -> None:
    """Write frames to standard output until nobody reads them."""
    width, height, fps = (int(word) for word in words)
    socket_path = os.environ.get(SOCKET_VARIABLE)
    if not socket_path:
        sys.exit("there is no demo around this camera")
    out: BinaryIO = sys.stdout.buffer
    begun = time.monotonic()
    for number, frame in enumerate(frames(ask(socket_path, "aim").plate, width, height, fps), 1):
        out.write(frame)
        out.flush()
        time.sleep(max(begun + number / fps - time.monotonic(), 0))


def frames(plate: str, width: int, height: int, fps: int) -> Iterator[bytes]:
    """Yield frames without end; the same plate gives the same ones.

    Args:
        plate: the text of the code that comes into sight.
    """
    from PIL import Image

    luck = random.Random(plate)  # noqa: S311 - grain, no secret
    label = _label(plate)
    wall = Image.new("L", (width, height), 140)
    for number in itertools.count():
        near = min((number / fps - WALL_S) / NEARER_S, 1.0)
        seen = wall if near < 0 else _held(wall, label, near, luck)
        yield _grainy(seen, luck).tobytes()


def _held(wall: "Image", label: "Image", near: float, luck: random.Random) -> "Image":
    """Return the wall with the plate on it, seen by an unsteady hand."""
    from PIL import Image, ImageFilter

    side = round(wall.height * (FAR_SHARE + (NEAR_SHARE - FAR_SHARE) * near))
    turned = label.resize((side, side), Image.Resampling.BICUBIC).rotate(luck.uniform(-3, 3), fillcolor=255)
    seen = wall.copy()
    left, top = ((whole - side) // 2 + luck.randint(-4, 4) for whole in wall.size)
    seen.paste(turned, (left, top))
    return seen.filter(ImageFilter.GaussianBlur(WORST_BLUR * (1 - near)))


def _grainy(seen: "Image", luck: random.Random) -> "Image":
    from PIL import Image, ImageChops

    grain = Image.frombytes("L", seen.size, luck.randbytes(seen.width * seen.height))
    return ImageChops.add(seen, grain.point(lambda level: 128 + (level - 128) * NOISE_LEVELS // 128), offset=-128)


def _label(plate: str) -> "Image":
    import qrcode
    from PIL import Image

    made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
    made.add_data(plate)
    matrix = made.get_matrix()
    dots = bytes(0 if is_dark else 255 for row in matrix for is_dark in row)
    small = Image.frombytes("L", (len(matrix), len(matrix)), dots)
    return small.resize((small.width * MODULE, small.height * MODULE), Image.Resampling.NEAREST)


if __name__ == "__main__":
    main(sys.argv[1:])
