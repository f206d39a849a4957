"""Codes read in pictures, against zxing-cpp with its defaults on the same pictures: how many, what text, how long.

The pictures are made (`tests/devices/hard_pictures`); a folder of photographs in ``QR_PHOTOS`` is read beside them,
where `NAME.txt` beside a photograph says what stands in it.
"""

import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import zxingcpp
from PIL import Image, UnidentifiedImageError

from devices.camera import MAX_PREVIEW, shrunk
from devices.qr.codes import codes_and_unread
from devices.qr.tries import look
from sync.tags import is_plate_code
from tests.devices.hard_pictures import SCENES, Hard, hard_pictures, noisy, wall

EACH = 8
"""Pictures of each scene."""

FIRST_SEED = 1_000
"""Seeds that nothing was chosen by."""

LIVE = (1280, 720)
"""Pixels of a frame as a tablet's camera is asked for."""

LIVE_FRAMES = 40

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


@dataclass(slots=True)
class Side:
    """What one way of reading came to on one kind of pictures."""

    read: int
    wrong: int
    times_s: list[float]


def main() -> int:
    """Print a line for each kind of pictures; fail when a default read is missing, or a text is wrong."""
    is_worse = False
    for name, pictures in _kinds():
        codes, default, ours, missing = _compared(pictures)
        is_worse |= bool(missing or ours.wrong > default.wrong)
        gain = f"{ours.read / default.read:.2f}" if default.read else "-"
        print(
            f"{name:10} ratio {gain}  of {codes:3} codes: defaults {default.read:3}, ours {ours.read:3}; "
            f"default reads missing {missing}, wrong {default.wrong} / {ours.wrong}; "
            f"median ms {median(default.times_s) * 1000:.1f} / {median(ours.times_s) * 1000:.0f}, "
            f"longest {max(ours.times_s) * 1000:.0f}",
            flush=True,
        )
    print(f"live       a frame of {LIVE[0]} x {LIVE[1]}, read and shrunk: {_frame_cost_ms():.1f} ms of a core")
    return int(is_worse)


def _frame_cost_ms() -> float:
    """Return the median processor time that the camera's thread has for a frame without a code in it."""
    width, height = LIVE
    frame = bytearray(noisy(wall(width, height, random.Random(1)), random.Random(2), 12).tobytes())
    shaped = memoryview(frame).cast("B", (height, width))
    times_s = []
    for _frame in range(LIVE_FRAMES):
        begun = time.process_time()
        codes_and_unread(shaped)
        shrunk(frame, width, height, MAX_PREVIEW)
        times_s.append(time.process_time() - begun)
    return median(times_s) * 1000


def _kinds() -> Iterator[tuple[str, list[Hard]]]:
    for scene in SCENES:
        yield scene, list(hard_pictures(EACH, [scene], FIRST_SEED))
    folder = os.environ.get("QR_PHOTOS")
    if folder:
        yield "photos", list(_photographs(Path(folder)))


def _photographs(folder: Path) -> Iterator[Hard]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in SUFFIXES:
            continue
        try:
            picture = Image.open(file)
            picture.load()
        except (UnidentifiedImageError, OSError):
            continue
        said = file.with_suffix(".txt")
        text = said.read_bytes().decode("utf-8", "replace") if said.exists() else ""
        yield Hard(str(file), picture, (text,) if text else ())


def _compared(pictures: Sequence[Hard]) -> tuple[int, Side, Side, int]:
    """Return how many codes there are, what each side read of them, and how many default reads ours lacks."""
    codes, missing = 0, 0
    default, ours = Side(0, 0, []), Side(0, 0, [])
    for hard in pictures:
        wanted = {_even(text) for text in hard.texts}
        codes += len(wanted)
        seen = {}
        for side, read in ((default, _by_default), (ours, _by_us)):
            begun = time.perf_counter()
            texts = read(hard.picture)
            side.times_s.append(time.perf_counter() - begun)
            seen[id(side)] = texts
            found = {_even(text) for text in texts}
            side.read += len(found & wanted) if wanted else len(found)
            side.wrong += len(found - wanted) if wanted else 0
        left = list(seen[id(ours)])
        for text in seen[id(default)]:
            if text in left:
                left.remove(text)
            else:
                missing += 1
    return codes, default, ours, missing


def _by_default(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def _by_us(picture: Image.Image) -> list[str]:
    codes, doubtful = look(picture)
    return [*(code.text for code in codes), *dict.fromkeys(text for text in doubtful if is_plate_code(text))]


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
