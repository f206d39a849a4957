"""The process in which pictures are looked at: ``python -m devices.qr.child SOCKET NICENESS``.

Over the socket comes one task at a time with its bytes as an open file; one line of JSON goes back. Memory and
processor time are limited, no file is written, and what a hostile picture breaks is this process alone.
"""

from __future__ import annotations

import os
import resource
import socket
import struct
import sys
import warnings
import zlib
from io import BytesIO

import msgspec
from PIL import Image, UnidentifiedImageError

from devices.qr.looked import MAX_PIXELS, MAX_SIDE, CannotLook, Looked, Task
from devices.qr.tries import PATIENCE_PIXELS, look

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM", "JPEG2000", "AVIF")
"""What cameras, phones and scanners write; formats that start other programs to be read are not among them."""

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space: Python, Pillow and the most pixels that are read, in colour, in gray, and as zxing-cpp copies them."""

CPU_S = 20
"""Processor seconds of one picture; one of 12 million pixels takes two on a usual machine."""

SHRINKS = (2, 4, 8)
"""How many times smaller a large JPEG may be decoded, the first that is enough."""

MAX_TASK_BYTES = 4096
"""Longest task."""

_DAMAGES = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError),
    *(struct.error, zlib.error),
)
"""What Pillow's decoders raise on bytes that are not as they should be."""


def main(words: list[str]) -> int:
    """Answer tasks until the other end closes."""
    _limit()
    os.nice(int(words[1]))
    warnings.simplefilter("ignore")
    Image.init()
    # Size is looked at before any pixel is read.
    Image.MAX_IMAGE_PIXELS = None
    with socket.socket(fileno=int(words[0])) as line:
        while True:
            message, descriptors, _flags, _address = socket.recv_fds(line, MAX_TASK_BYTES, 1)
            if not message or not descriptors:
                return 0
            with open(descriptors[0], "rb") as file:
                task = msgspec.json.decode(message, type=Task)
                _allow_more_time()
                answer = _answer(task, file.read(task.size))
            line.sendall(msgspec.json.encode(answer) + b"\n")


def _answer(task: Task, data: bytes) -> Looked:
    try:
        picture = _frame(task, data) if task.width else _opened(data)
        codes, doubtful = look(picture, task.patience_pixels or PATIENCE_PIXELS)
        return Looked(tuple(code.text for code in codes), tuple(doubtful))
    except CannotLook as refused:
        return Looked(refused=refused.reason)
    except MemoryError:
        return Looked(refused="too_many_pixels")
    except _DAMAGES:
        return Looked(refused="damaged")


def _frame(task: Task, data: bytes) -> Image.Image:
    return Image.frombytes("L", (task.width, task.height), data)


def _opened(data: bytes) -> Image.Image:
    """Return a picture with its pixels read.

    How the camera was held is left alone: a code is read in any position, also mirrored.
    """
    if not data:
        raise CannotLook("empty")
    try:
        picture = Image.open(BytesIO(data), formats=[name for name in FORMATS if name in Image.OPEN])
    except UnidentifiedImageError as exc:
        raise CannotLook("not_a_picture") from exc
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        shrink = next((times for times in SHRINKS if pixels <= MAX_PIXELS * times**2), SHRINKS[-1])
        # A JPEG can be decoded at a half of its size and less; what is no JPEG stays as it is.
        picture.draft(picture.mode, (picture.width // shrink, picture.height // shrink))
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise CannotLook("too_many_pixels")
    picture.load()
    return picture


def _allow_more_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_S, resource.RLIM_INFINITY))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
