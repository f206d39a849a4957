"""Pictures of codes as cameras take them in bad light and from bad places, made here from a seed.

No photograph of anybody: each is drawn, set into a textured wall, tilted, lit unevenly, iced, blurred, made noisy and
compressed. The same seed gives the same picture.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from sync.tags import plate_code

MODULE = 12
"""Pixels of a module as drawn, before a camera makes it smaller."""

QUIET_MODULES = 4
"""White around a code, as printed."""

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
"""Error correction by its letter, in the numbers of the library that draws."""

Corners = Sequence[tuple[float, float]]
"""Top left, top right, bottom right, bottom left."""


@dataclass(frozen=True, slots=True)
class Hard:
    """A picture and what stands in it."""

    name: str
    picture: Image.Image
    texts: tuple[str, ...]


def plate(seed: int) -> str:
    """Return a plate's text."""
    return plate_code(random.Random(seed).randbytes(10))


def code(text: str | bytes, level: str = "Q") -> Image.Image:
    """Return a code with its white border, large, black on white."""
    made = qrcode.QRCode(error_correction=LEVELS[level], border=QUIET_MODULES)
    made.add_data(text)
    matrix = made.get_matrix()
    small = Image.frombytes(
        "L", (len(matrix), len(matrix)), bytes(0 if dark else 255 for row in matrix for dark in row)
    )
    return small.resize((small.width * MODULE, small.height * MODULE), Image.Resampling.NEAREST)


def wall(width: int, height: int, luck: random.Random, level: int = 150) -> Image.Image:
    """Return a rough wall with some edges in it."""
    grain = Image.frombytes(
        "L", (width // 8 + 1, height // 8 + 1), luck.randbytes((width // 8 + 1) * (height // 8 + 1))
    )
    rough = grain.resize((width, height), Image.Resampling.BICUBIC).point(lambda value: level - 20 + value * 40 // 255)
    drawing = ImageDraw.Draw(rough)
    for _line in range(12):
        ends = [(luck.randrange(width), luck.randrange(height)) for _end in range(2)]
        drawing.line(ends, fill=luck.randrange(40, 220), width=luck.randrange(1, 5))
    return rough


def placed(ground: Image.Image, label: Image.Image, corners: Corners) -> Image.Image:
    """Return the ground with a label whose corners lie there, as seen from aside."""
    rule = _perspective(corners, label.size)
    seen = label.transform(ground.size, Image.Transform.PERSPECTIVE, rule, Image.Resampling.BICUBIC)
    whole = Image.new("L", label.size, 255)
    mask = whole.transform(ground.size, Image.Transform.PERSPECTIVE, rule, Image.Resampling.BICUBIC)
    return Image.composite(seen, ground, mask)


def corners_of(middle: tuple[float, float], side: float, turn: float, luck: random.Random, tilt: float) -> Corners:
    """Return the corners of a square that is turned by degrees and tilted by a share of its side."""
    from math import cos, radians, sin

    across, down = cos(radians(turn)) * side / 2, sin(radians(turn)) * side / 2
    square = [(-across + down, -down - across), (across + down, down - across)]
    square += [(across - down, down + across), (-across - down, -down + across)]
    return [
        (middle[0] + x + luck.uniform(-tilt, tilt) * side, middle[1] + y + luck.uniform(-tilt, tilt) * side)
        for x, y in square
    ]


def iced(picture: Image.Image, luck: random.Random, middle: tuple[int, int], side: int, share: float) -> Image.Image:
    """Return the picture with bright frost over a share of the square there."""
    over = picture.copy()
    drawing = ImageDraw.Draw(over)
    left = share * side * side
    while left > 0:
        radius = luck.uniform(0.02, 0.07) * side
        x, y = (at + luck.uniform(-0.5, 0.5) * side for at in middle)
        drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=luck.randrange(200, 250))
        left -= radius * radius * 3.14
    return over.filter(ImageFilter.GaussianBlur(0.7))


def shaken(picture: Image.Image, length: int) -> Image.Image:
    """Return the picture as it is when the camera moves by so many pixels."""
    total = picture
    for step in range(1, length):
        total = ImageChops.blend(total, ImageChops.offset(picture, step, step // 2), 1 / (step + 1))
    return total


def noisy(picture: Image.Image, luck: random.Random, strength: int) -> Image.Image:
    """Return the picture with the grain of a sensor in the dark."""
    grain = Image.frombytes("L", picture.size, luck.randbytes(picture.width * picture.height))
    grain = grain.point(lambda value: 128 + (value - 128) * strength // 128)
    return ImageChops.add(picture, grain, offset=-128)


def shaded(picture: Image.Image, dark: float) -> Image.Image:
    """Return the picture with light that falls from one side; the other keeps so much of it."""
    light = Image.linear_gradient("L").resize((512, 512)).rotate(60).crop((90, 90, 422, 422)).resize(picture.size)
    light = light.point(lambda value: int(255 * dark + value * (1 - dark)))
    return ImageChops.multiply(picture, light)


def pale(picture: Image.Image, contrast: float, level: int) -> Image.Image:
    """Return the picture with that share of its contrast, around a level."""
    return picture.point(lambda value: int(level + (value - 128) * contrast))


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Return the picture after a JPEG of that quality."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("L")


def _perspective(corners: Corners, size: tuple[int, int]) -> tuple[float, ...]:
    """Return the eight numbers that take a pixel of the picture to the label's."""
    width, height = size
    wanted = [(0, 0), (width, 0), (width, height), (0, height)]
    rows = []
    for (x, y), (u, v) in zip(corners, wanted, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> tuple[float, ...]:
    """Return the solution of linear equations, by elimination."""
    count = len(rows)
    for place in range(count):
        best = max(range(place, count), key=lambda row: abs(rows[row][place]))
        rows[place], rows[best] = rows[best], rows[place]
        rows[place] = [value / rows[place][place] for value in rows[place]]
        for other in range(count):
            if other != place and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[place], strict=True)]
    return tuple(row[-1] for row in rows)


def _one(
    luck: random.Random, seed: int, *, side: float = 180, turn: float = 8, tilt: float = 0.04
) -> tuple[Image.Image, str]:
    """Return a wall of 640 by 480 with one plate on it."""
    text = plate(seed)
    ground = wall(640, 480, luck)
    middle = (luck.uniform(220, 420), luck.uniform(190, 290))
    return placed(ground, code(text), corners_of(middle, side, luck.uniform(-turn, turn), luck, tilt)), text


def _plain(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed)
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.6)), luck, 8), (text,)


def _turned(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed, turn=180, tilt=0.12)
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.8)), luck, 10), (text,)


def _blurred(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed, side=luck.uniform(110, 170))
    return noisy(picture.filter(ImageFilter.GaussianBlur(luck.uniform(1.0, 2.0))), luck, 6), (text,)


def _shaken(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed, side=luck.uniform(130, 200))
    return noisy(shaken(picture, luck.randrange(5, 14)), luck, 6), (text,)


def _small(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed, side=luck.uniform(48, 64))
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.6)), luck, 8), (text,)


def _pale(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed)
    return noisy(pale(picture, luck.uniform(0.03, 0.12), luck.randrange(50, 200)), luck, 8), (text,)


def _shaded(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed)
    return noisy(shaded(picture, luck.uniform(0.01, 0.06)), luck, 10), (text,)


def _frosted(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    text = plate(seed)
    side = 200
    picture = placed(wall(640, 480, luck), code(text), corners_of((320, 240), side, luck.uniform(-8, 8), luck, 0.03))
    picture = iced(picture, luck, (320, 240), int(side * 25 / 33), luck.uniform(0.01, 0.06))
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.6)), luck, 8), (text,)


def _grainy(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed, side=luck.uniform(110, 200))
    return compressed(noisy(picture, luck, luck.randrange(90, 200)), luck.randrange(15, 40)), (text,)


def _inverted(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, text = _one(luck, seed)
    return noisy(ImageOps.invert(picture), luck, 8), (text,)


def _several(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    picture, texts = wall(1280, 720, luck), []
    for place in range(4):
        texts.append(plate(seed * 10 + place))
        middle = (200 + place * 290, luck.uniform(200, 520))
        picture = placed(
            picture, code(texts[-1]), corners_of(middle, luck.uniform(56, 180), luck.uniform(-60, 60), luck, 0.08)
        )
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.8)), luck, 12), tuple(texts)


def _large(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    text = plate(seed)
    middle = (luck.uniform(900, 3100), luck.uniform(700, 2300))
    corners = corners_of(middle, luck.uniform(90, 1400), luck.uniform(-40, 40), luck, 0.05)
    picture = placed(wall(4000, 3000, luck), code(text), corners).filter(ImageFilter.GaussianBlur(luck.uniform(1, 4)))
    return compressed(picture, 80), (text,)


def _words(luck: random.Random, seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    text = ["平房区友协大街 12 号 3 单元", "https://example.org/p/8QX2Z?w=1", "Straße № 7", "0123456789" * 4][seed % 4]
    label = code(text.encode(), luck.choice("LMQ"))
    picture = placed(wall(640, 480, luck), label, corners_of((320, 240), 260, luck.uniform(-20, 20), luck, 0.05))
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.7)), luck, 8), (text,)


SCENES: dict[str, Callable[[random.Random, int], tuple[Image.Image, tuple[str, ...]]]] = {
    "plain": _plain,
    "turned": _turned,
    "blurred": _blurred,
    "shaken": _shaken,
    "small": _small,
    "pale": _pale,
    "shaded": _shaded,
    "frosted": _frosted,
    "grainy": _grainy,
    "inverted": _inverted,
    "several": _several,
    "large": _large,
    "words": _words,
}
"""What is hard about a picture, to how it is made."""


def hard_pictures(count: int, scenes: Sequence[str] = tuple(SCENES), first_seed: int = 1) -> Iterator[Hard]:
    """Yield so many pictures of each scene."""
    for scene in scenes:
        for seed in range(first_seed, first_seed + count):
            picture, texts = SCENES[scene](random.Random(f"{scene} {seed}"), seed)
            yield Hard(f"{scene}-{seed}", picture, texts)
