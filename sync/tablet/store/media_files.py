"""The files of photos beside the database, each named by the SHA-256 of its bytes."""

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sync.media import HEAD_BYTES, MAX_MEDIA_BYTES, kind_of_bytes
from sync.records.shared import MediaMime
from sync.tablet.errors import DiskFull, PhotoRefused

FileState = Literal["whole", "missing", "damaged"]
"""Damaged: what was read does not have the digest of its name."""

READ_BYTES = 256 * 1024
"""How much is read at once where a file is copied or checked."""

_UNFINISHED = ".unfinished"


class MediaFiles:
    """The folder of photos; a file is either there as it was attached, or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._attached: set[str] = set()
        self._is_on_disk = False

    def keep(self, source: bytes | Path, mime: MediaMime) -> tuple[str, int]:
        """Put a file's bytes on disk and return their digest and size; the same bytes again cost no space.

        Raises:
            PhotoRefused: empty, too large, unreadable, or not what its type says.
            DiskFull: it could not be written; nothing was kept.
        """
        data = source if isinstance(source, bytes) else _read_source(source)
        if not 0 < len(data) <= MAX_MEDIA_BYTES:
            raise PhotoRefused(f"a photo has 1 to {MAX_MEDIA_BYTES} bytes, this one {len(data)}")
        if kind_of_bytes(data[:HEAD_BYTES]) != mime:
            raise PhotoRefused(f"these bytes are not {mime}")
        name = _digest(data)
        with self._lock, _disk_refusals("the photo cannot be saved"):
            # From here on the file is wanted, whatever `remove` was told before.
            self._attached.add(name)
            self._write(name, data)
        return name, len(data)

    def path(self, name: str) -> Path | None:
        """Return where a file lies, or None when it is not there."""
        path = self._folder / name
        return path if path.is_file() else None

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Return at most `size` bytes of a file from an offset on; fewer only at its end.

        Raises:
            DiskFull: it could not be read.
        """
        with _disk_refusals("a photo cannot be read"), (self._folder / name).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def check(self, name: str) -> FileState:
        """Tell whether a file still has the digest of its name.

        Raises:
            DiskFull: it could not be read.
        """
        from hashlib import sha256

        running = sha256()
        with _disk_refusals("a photo cannot be read"):
            try:
                with (self._folder / name).open("rb") as file:
                    while chunk := file.read(READ_BYTES):
                        running.update(chunk)
            except FileNotFoundError:
                return "missing"
        return "whole" if running.hexdigest() == name else "damaged"

    def earlier(self) -> list[str]:
        """Return the files that an earlier run of the program attached, unfinished ones among them, by name."""
        if not self._folder.is_dir():
            return []
        with _disk_refusals("the photos cannot be listed"):
            return sorted(name for name in os.listdir(self._folder) if name not in self._attached)

    def remove(self, names: Collection[str]) -> int:
        """Remove files, those attached since the program began excepted; return how many went."""
        removed = 0
        with self._lock:
            for name in names:
                if name not in self._attached:
                    with suppress(OSError):
                        (self._folder / name).unlink()
                        removed += 1
        return removed

    def remove_all(self) -> None:
        """Remove every file: this tablet was erased."""
        with self._lock:
            self._attached.clear()
            names = os.listdir(self._folder) if self._folder.is_dir() else []
        self.remove(names)

    def _write(self, name: str, data: bytes) -> None:
        is_there = self._folder.is_dir()
        if not is_there:
            self._folder.mkdir(mode=0o700, parents=True)
        if not (is_there and self._is_on_disk):
            # Once in a run also where it is there: a run that was killed may have made it and not synced its name.
            _sync_folder(self._folder.parent)
            self._is_on_disk = True
        unfinished = self._folder / f"{name}{_UNFINISHED}"
        try:
            _write_synced(unfinished, data)
            os.replace(unfinished, self._folder / name)
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_source(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_MEDIA_BYTES + 1)
    except OSError as exc:
        raise PhotoRefused(f"the picture {path.name} cannot be read: {exc.strerror}") from exc


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


@contextmanager
def _disk_refusals(sentence: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise DiskFull(f"{sentence}: {exc.strerror}") from exc
