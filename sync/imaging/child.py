"""The process in which pictures are decoded: ``python -m sync.imaging.child develop SIDE BYTES < PICTURE``.

It writes one line of JSON and then bytes. Its memory and its processor time are limited, it writes no file, and what a
hostile picture breaks is this process alone.
"""

import json
import os
import resource
import sys

from sync.imaging.photos import Refused

MAX_FILE_BYTES = 48 * 1024 * 1024
"""Largest file that is read; the largest that tablets and phones write is about 30 MB."""

MEMORY_BYTES = 768 * 1024 * 1024
"""Address space of the process: Python, Pillow and the most pixels that the recipe reads, four bytes each, once."""

CPU_S = 20
"""Processor seconds of the process; a usual photo takes half a second on a slow tablet."""


def main(words: list[str]) -> int:
    """Develop, or preview in so many pixels, the picture on standard input."""
    _limit()
    # The screen and a save come first.
    os.nice(10)
    try:
        data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise Refused("file_too_large")
        work = _developed if words[0] == "develop" else _preview
        head, made = work(data, int(words[1]), int(words[2]))
    except Refused as refused:
        head, made = {"refused": refused.reason}, b""
    except MemoryError:
        head, made = {"refused": "too_many_pixels"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + made)
    return 0


def _developed(data: bytes, side: int, aim_bytes: int) -> tuple[dict[str, object], bytes]:
    from sync.imaging.recipe import developed

    photo = developed(data, side=side, aim_bytes=aim_bytes)
    return {"width": photo.width, "height": photo.height, "taken": photo.taken}, photo.data


def _preview(data: bytes, width: int, height: int) -> tuple[dict[str, object], bytes]:
    from sync.imaging.recipe import preview

    pixels = preview(data, width, height)
    return {"width": pixels.width, "height": pixels.height}, pixels.data


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
