"""Has pictures decoded in a process of its own, and waits for it: never on the event loop."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import msgspec

from sync.imaging.photos import AIM_BYTES, SIDE, Developed, Pixels, Reason, Refused

DEVELOP_S = 30.0
"""Longest to wait for a photo; the process's own limit of processor time comes first on an idle machine."""

_COMMAND = (sys.executable, "-P", "-m", "sync.imaging.child")


class _Head(msgspec.Struct, frozen=True):
    refused: str = ""
    width: int = 0
    height: int = 0
    taken: str = ""


class Darkroom:
    """Turns picture files into photos and photos into previews.

    Args:
        side: longest side of a photo, pixels.
        aim_bytes: what a photo is to weigh at most.
        timeout_s: longest to wait for one.
    """

    def __init__(self, *, side: int = SIDE, aim_bytes: int = AIM_BYTES, timeout_s: float = DEVELOP_S) -> None:
        self._recipe = (str(side), str(aim_bytes))
        self._timeout_s = timeout_s

    def develop(self, file: Path) -> Developed:
        """Return the photo made of a file; the file stays as it is.

        Raises:
            Refused: it is no picture that can be used; the reason says why.
        """
        with _opened(file) as descriptor:
            return _developed(self._run("develop", *self._recipe, stdin=descriptor))

    def develop_bytes(self, data: bytes) -> Developed:
        """Return the photo made of a picture that lies in memory.

        Raises:
            Refused: it is no picture that can be used; the reason says why.
        """
        return _developed(self._run("develop", *self._recipe, data=data))

    def preview(self, file: Path, width: int, height: int) -> Pixels:
        """Return a picture no larger than so many pixels, its shape kept.

        Raises:
            Refused: it cannot be shown; the reason says why.
        """
        with _opened(file) as descriptor:
            head, data = self._run("preview", str(width), str(height), stdin=descriptor)
        if len(data) != head.width * head.height * 3:
            raise Refused("damaged")
        return Pixels(head.width, head.height, data)

    def _run(self, *words: str, stdin: int | None = None, data: bytes | None = None) -> tuple[_Head, bytes]:
        try:
            done = subprocess.run(
                [*_COMMAND, *words],
                stdin=stdin,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            raise Refused("too_slow") from exc
        line, _, made = done.stdout.partition(b"\n")
        try:
            head = msgspec.json.decode(line, type=_Head)
        except msgspec.DecodeError as exc:
            # The process was ended by a limit or by the picture.
            raise Refused("damaged") from exc
        if head.refused:
            raise Refused(_reason(head.refused))
        return head, made


def _developed(made: tuple[_Head, bytes]) -> Developed:
    head, data = made
    return Developed(data, head.width, head.height, head.taken)


def _reason(text: str) -> Reason:
    return next((reason for reason in get_args(Reason) if reason == text), "damaged")


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    """Open a plain file for reading; a pipe or a device in its place is refused and never waited for."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as exc:
        raise Refused("gone") from exc
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused("not_a_file")
        yield descriptor
    finally:
        os.close(descriptor)
