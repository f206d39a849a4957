"""Where whole files are kept, named by their SHA-256: the contract, and folders on a disk.

A store of another kind, as an S3-compatible one, fulfils `BlobStore` and passes the same suite of tests. What arrives
in parts is never its business: that lies in `staging` until it is whole and its hash was checked.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sync.caseapi.errors import StorageFailed


class BlobStore(Protocol):
    """Keeps whole files; every call blocks, none belongs on an event loop.

    Consistency: when `put` returns, the file survives a power cut, and a reader sees all of it or nothing.
    """

    def put(self, sha256: str, source: Path) -> None:
        """Take a whole, checked file over from a local path, which is gone afterwards; the same name again is alike.

        Raises:
            StorageFailed: it could not be kept; the source may still be there.
        """
        ...

    def size(self, sha256: str) -> int | None:
        """Return a file's size in bytes, or None when it is not held.

        Raises:
            StorageFailed: the store could not be asked.
        """
        ...

    def read(self, sha256: str) -> bytes | None:
        """Return a whole file, or None when it is not held; whether it still has its hash is the caller's to check.

        Raises:
            StorageFailed: it could not be read.
        """
        ...

    def discard(self, sha256: str) -> None:
        """Let a file go that no longer has its hash; what is not held is gone already.

        Raises:
            StorageFailed: the store refused.
        """
        ...


class FileBlobs:
    """The `BlobStore` of a folder: 256 folders by the first two digits, so that none of them grows too long."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = Folders(root)

    def put(self, sha256: str, source: Path) -> None:
        """Take a file over by renaming it; the source lies on the same disk."""
        target = self._path(sha256)
        with refusals(f"the file {sha256[:12]} could not be kept"):
            self._folders.make(target.parent)
            source.replace(target)
            sync_folder(target.parent)

    def size(self, sha256: str) -> int | None:
        """Return a file's size in bytes, or None."""
        with refusals(f"the file {sha256[:12]} could not be found"):
            try:
                return self._path(sha256).stat().st_size
            except FileNotFoundError:
                return None

    def read(self, sha256: str) -> bytes | None:
        """Return a whole file, or None."""
        with refusals(f"the file {sha256[:12]} could not be read"):
            try:
                return self._path(sha256).read_bytes()
            except FileNotFoundError:
                return None

    def discard(self, sha256: str) -> None:
        """Remove a file."""
        with refusals(f"the file {sha256[:12]} could not be removed"):
            self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256


class Folders:
    """Makes folders that last: before anything lies in one, its name is on disk, whoever made it."""

    def __init__(self, top: Path) -> None:
        """Keep where they lie.

        Args:
            top: the highest folder that is the program's own; what lies above it and is there stays as it is.
        """
        self._top = top
        self._on_disk: set[Path] = set()

    def make(self, folder: Path) -> None:
        """Make a folder and those above it that are missing; one that is there may have come a moment ago.

        Another thread, or a process that was killed, can have made it and not put its name on disk yet. So every
        store does that once for each folder that it uses.

        Raises:
            OSError: the disk refused.
        """
        is_there = folder.is_dir()
        if is_there and (folder in self._on_disk or not folder.is_relative_to(self._top)):
            return
        self.make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
        self._on_disk.add(folder)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk.

    Raises:
        OSError: the disk refused.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def refusals(sentence: str) -> Iterator[None]:
    """Turn what the disk refuses into the storage's own error.

    Raises:
        StorageFailed: the disk is full or failing.
    """
    try:
        yield
    except OSError as exc:
        raise StorageFailed(f"{sentence}: {exc.strerror or exc}") from exc
