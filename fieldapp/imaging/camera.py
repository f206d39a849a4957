"""Where pictures come from: a folder that a camera fills, a command that takes one, or files that are handed in."""

import heapq
import itertools
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from sync.imaging.photos import Picture, Refused

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
"""Endings of the files that are offered, in small letters; what they hold is judged when one is chosen."""

SETTLED_S = 0.7
"""How long a file must have been left alone to be offered: a camera may still be writing it."""

MAX_LOOKED_AT = 20_000
"""Most files of a folder that are looked at, so that a forgotten archive cannot hold the tablet up."""

FILE_WORD = "{file}"
"""Stands in the capture command for the file it has to write."""

SPOOL_DAYS_S = 7 * 86_400
"""How long a picture that was taken by the command or handed in, and not used, is offered again."""


class Camera:
    """Finds pictures in a folder, takes some by command and is handed others as files.

    Args:
        folder: where a camera's pictures appear, and its sub-folders, one level deep; None for none.
        command: program and arguments, `FILE_WORD` where the file is named, else it comes last; empty for none. It is
            run without a shell.
        spool: own folder for what the command takes and what is handed in; created when first needed.
        timeout_s: longest that the command may take.
        now: Unix seconds.
    """

    def __init__(
        self,
        folder: Path | None,
        command: Sequence[str],
        spool: Path,
        *,
        timeout_s: float = 60.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._command = _with_file_word(command)
        self._spool = spool
        self._timeout_s = timeout_s
        self._now = now

    @property
    def is_there(self) -> bool:
        """Return whether pictures can come from anywhere."""
        has_source = self._folder is not None or bool(self._command)
        return has_source or next(self._pictures_in(self._spool), None) is not None

    @property
    def takes_pictures(self) -> bool:
        """Return whether one can be taken by command."""
        return bool(self._command)

    def pictures(self, limit: int) -> list[Picture]:
        """Return the newest pictures, newest first, at most so many; a folder that cannot be read holds none."""
        folders = [*([self._folder] if self._folder else []), self._spool]
        found = (picture for folder in folders for picture in self._pictures_in(folder))
        return heapq.nlargest(limit, found, key=lambda picture: (picture.at_ms, picture.name))

    def take(self) -> Picture:
        """Run the command and return the picture it wrote.

        Raises:
            Refused: there is no command, or it wrote no picture; the reason says why.
        """
        if not self._command:
            raise Refused("no_camera")
        self._open_spool()
        file = self._spool / f"{time.time_ns()}.jpg"
        self._run([word.replace(FILE_WORD, str(file)) for word in self._command])
        picture = _picture(file)
        if picture is None or not picture.size_bytes:
            raise Refused("camera_failed")
        return picture

    def hand_in(self, file: Path) -> Picture:
        """Offer a copy of a file as the newest picture, wherever it lies and however old it is.

        Raises:
            Refused: there is no room for the copy.
            OSError: the file cannot be read.
        """
        self._open_spool()
        with file.open("rb") as source:
            is_known = file.suffix.lower() in SUFFIXES
            place = self._free_name(file.name if is_known else f"{file.name}.jpg")
            fresh = place.with_name(f".{place.name}")
            try:
                with fresh.open("xb") as copy:
                    shutil.copyfileobj(source, copy)
                # It is whole: nobody need wait until it has been left alone.
                settled_s = self._now() - SETTLED_S
                os.utime(fresh, (settled_s, settled_s))
                fresh.replace(place)
            except OSError as exc:
                fresh.unlink(missing_ok=True)
                raise Refused("disk_low") from exc
        picture = _picture(place)
        if picture is None:
            raise Refused("gone")
        return picture

    def used(self, picture: Picture) -> None:
        """Remove a copy that is kept as a photo now, taken by command or handed in; others are the camera's."""
        if picture.path.parent == self._spool:
            with suppress(OSError):
                picture.path.unlink()

    def _open_spool(self) -> None:
        try:
            self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._tidy()
        except OSError as exc:
            raise Refused("disk_low") from exc

    def _free_name(self, name: str) -> Path:
        stem, suffix = os.path.splitext(name)
        others = (f"{stem}-{number}{suffix}" for number in itertools.count(2))
        places = (self._spool / each for each in itertools.chain([name], others))
        return next(place for place in places if not os.path.lexists(place))

    def _run(self, command: Sequence[str]) -> None:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as exc:
            raise Refused("camera_missing") from exc
        try:
            status = process.wait(self._timeout_s)
        except subprocess.TimeoutExpired as exc:
            raise Refused("camera_slow") from exc
        finally:
            # The command may be a script: what it started ends with it.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if status != 0:
            raise Refused("camera_failed")

    def _pictures_in(self, folder: Path) -> Iterator[Picture]:
        latest_ns = int((self._now() - SETTLED_S) * 1e9)
        for count, entry in enumerate(_entries(folder)):
            if count >= MAX_LOOKED_AT:
                return
            if os.path.splitext(entry.name)[1].lower() not in SUFFIXES or entry.name.startswith("."):
                continue
            picture = _picture(Path(entry.path))
            is_being_written = picture is not None and latest_ns < picture.at_ms * 1_000_000 <= self._now() * 1e9
            if picture is not None and not is_being_written:
                yield picture

    def _tidy(self) -> None:
        for entry in _entries(self._spool):
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < self._now() - SPOOL_DAYS_S:
                    os.unlink(entry.path)


def _with_file_word(command: Sequence[str]) -> tuple[str, ...]:
    is_named = any(FILE_WORD in word for word in command)
    return (*command,) if is_named or not command else (*command, FILE_WORD)


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield the entries of a folder and of its own sub-folders, as far as they can be read."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            with suppress(OSError):
                yield from os.scandir(entry.path)
        else:
            yield entry


def _picture(path: Path) -> Picture | None:
    """Return a plain file as a picture, None for anything else."""
    try:
        facts = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    key = sha256(f"{path.name}\0{facts.st_size}\0{facts.st_mtime_ns}".encode(errors="surrogateescape")).hexdigest()
    return Picture(key[:16], path.name, path, facts.st_mtime_ns // 1_000_000, facts.st_size)
