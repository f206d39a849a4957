"""Files on their way: parts are appended on a local disk until a file is whole.

What `held` says is on disk: a part is synced before anybody is told of it, also one that was cut in the middle. After
a restart a file's own length is what is held; a file system that lost bytes of it in a power cut is found out by the
hash, and costs a new upload, never a record.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.blobs import Folders, refusals, sync_folder
from sync.caseapi.storage.holding import Hold

STAGING_FOLDER = "arriving"
"""Name of the folder, beside the whole files, so that a file that is whole can be moved by its name alone."""

CHUNK_BYTES = 256 * 1024
"""How much is read at once where a whole file is hashed."""


class Staging:
    """The folder of unfinished uploads; one file for each tablet and hash, so that no tablet can spoil another's."""

    def __init__(self, folder: Path, *, is_shared: bool = False) -> None:
        """Keep where uploads lie.

        Args:
            is_shared: other processes use the folder, too.
        """
        self._folder = folder
        self._folders = Folders(folder.parent)
        self._is_shared = is_shared

    def hold(self, sha256: str, device: UUID) -> Hold:
        """Return what keeps an upload from other processes, not yet taken; whoever asks for one closes it."""
        return Hold(self._folders, self._folder, self.path(sha256, device).name, is_shared=self._is_shared)

    def held(self, sha256: str, device: UUID) -> int:
        """Return how many bytes of an upload are held, and make sure that they are on disk.

        Raises:
            StorageFailed: the disk is full or failing.
        """
        with refusals("an upload could not be looked up"):
            try:
                descriptor = os.open(self.path(sha256, device), os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                return 0
            try:
                # A process that was killed may have written what it could not sync any more.
                os.fsync(descriptor)
                return os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)

    def open(self, sha256: str, device: UUID, offset: int) -> "StagedPart":
        """Open an upload to go on at an offset that is held; what lies beyond it goes.

        Raises:
            StorageFailed: the disk is full or failing.
        """
        path = self.path(sha256, device)
        with refusals("an upload could not be opened"):
            is_new = not path.exists()
            if is_new:
                self._folders.make(self._folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        part = StagedPart(descriptor, offset, self._folder if is_new else None)
        try:
            part.drop()
        except StorageFailed:
            part.close()
            raise
        return part

    def has_hash(self, sha256: str, device: UUID) -> bool:
        """Tell whether a whole upload has the hash it is named by, from its bytes on disk.

        Raises:
            StorageFailed: it could not be read.
        """
        running = hashlib.sha256()
        with refusals("an upload could not be read"), self.path(sha256, device).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                running.update(chunk)
        return running.hexdigest() == sha256

    def discard(self, sha256: str, device: UUID) -> None:
        """Let an upload go; what is not there is gone already.

        Raises:
            StorageFailed: the disk refused.
        """
        with refusals("an upload could not be discarded"):
            self.path(sha256, device).unlink(missing_ok=True)

    def uploads(self) -> Iterator[tuple[str, UUID]]:
        """Yield every unfinished upload.

        Raises:
            StorageFailed: the folder could not be read.
        """
        with refusals("the uploads could not be listed"):
            names = sorted(os.listdir(self._folder)) if self._folder.is_dir() else []
        for name in names:
            sha256, _, device = name.partition(".")
            with suppress(ValueError):
                yield sha256, UUID(device)

    def path(self, sha256: str, device: UUID) -> Path:
        """Return where an upload lies."""
        return self._folder / f"{sha256}.{device}"


class StagedPart:
    """An upload being written; used by one at a time.

    Attributes:
        offset: bytes written so far, synced or not.
    """

    def __init__(self, descriptor: int, offset: int, new_in: Path | None) -> None:
        self.offset = offset
        self._start = offset
        self._descriptor = descriptor
        self._new_in = new_in

    def write(self, chunk: bytes) -> None:
        """Append bytes, all or none.

        Raises:
            StorageFailed: the disk is full or failing; what was held before this part is still held.
        """
        view = memoryview(chunk)
        with refusals("an upload could not be written"):
            try:
                while view:
                    written = os.pwrite(self._descriptor, view, self.offset)
                    self.offset += written
                    view = view[written:]
            except OSError:
                self._back_out()
                raise

    def sync(self, *, is_whole: bool = False) -> int:
        """Put what was written on disk and return how much is held.

        Args:
            is_whole: the file is whole and moves on at once, so that its name here need not last.

        Raises:
            StorageFailed: the disk is full or failing; what was held before this part is still held.
        """
        with refusals("an upload could not be put on disk"):
            try:
                os.fsync(self._descriptor)
                if self._new_in is not None and not is_whole:
                    sync_folder(self._new_in)
                    self._new_in = None
            except OSError:
                self._back_out()
                raise
        return self.offset

    def drop(self) -> None:
        """Let go of what this part has written.

        Raises:
            StorageFailed: the disk refused.
        """
        with refusals("an upload could not be cut back"):
            os.ftruncate(self._descriptor, self._start)
            self.offset = self._start

    def close(self) -> None:
        """Close the file; twice does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _back_out(self) -> None:
        # After a failed sync nobody knows what is on disk: only what was synced before counts.
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._start)
        self.offset = self._start
