"""A download that goes on where it was cut off, also after the program was ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sync.tablet.errors import DiskFull, PortalAnswered

_MARK = ".snapshot-"


class Arriving(Protocol):
    """What takes a file as it comes.

    Attributes:
        size_bytes: how much is there already.
    """

    size_bytes: int

    def restart(self) -> None:
        """Forget what is there."""
        ...

    def add(self, chunk: bytes) -> None:
        """Put the next bytes behind those that are there."""
        ...


class Download:
    """One file that is being fetched, kept beside the database until it is whole; nothing in it is believed before.

    Args:
        database: the database's file.
        sha256: the digest by which the server names the file.
        total_bytes: how much it is; more is refused.
        heard: called with the bytes that are there and those there will be.
    """

    def __init__(
        self, database: Path, sha256: str, total_bytes: int, heard: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        """Look at what is there already.

        Raises:
            DiskFull: the disk refused, or what is left of another download cannot be removed.
        """
        self._path = database.with_name(f"{database.name}{_MARK}{sha256}")
        self._total_bytes = total_bytes
        self._heard = heard
        discard_downloads(database, but=self._path)
        with _disk_refusals(self._path):
            self.size_bytes = self._path.stat().st_size if self._path.exists() else 0
        if self.size_bytes > total_bytes:
            self.restart()

    @property
    def is_whole(self) -> bool:
        """Return whether every byte is there."""
        return self.size_bytes == self._total_bytes

    def restart(self) -> None:
        """Forget what is there.

        Raises:
            DiskFull: it cannot be removed.
        """
        with _disk_refusals(self._path):
            self._path.unlink(missing_ok=True)
        self.size_bytes = 0

    def add(self, chunk: bytes) -> None:
        """Put the next bytes behind those that are there.

        Raises:
            PortalAnswered: there are more than were announced.
            DiskFull: they cannot be written; what is there stays.
        """
        if self.size_bytes + len(chunk) > self._total_bytes:
            self.restart()
            raise PortalAnswered(f"a download of more than the {self._total_bytes} bytes that were announced")
        with _disk_refusals(self._path), self._path.open("ab") as file:
            file.write(chunk)
        self.size_bytes += len(chunk)
        self._heard(self.size_bytes, self._total_bytes)

    def content(self) -> bytes:
        """Return what is there.

        Raises:
            DiskFull: it cannot be read.
        """
        with _disk_refusals(self._path):
            return self._path.read_bytes() if self.size_bytes else b""


def discard_downloads(database: Path, *, but: Path | None = None) -> None:
    """Remove what is left of downloads beside a database.

    Raises:
        DiskFull: the disk refused.
    """
    with _disk_refusals(database):
        for part in database.parent.glob(f"{database.name}{_MARK}*"):
            if part != but:
                part.unlink(missing_ok=True)


@contextmanager
def _disk_refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise DiskFull(f"the disk refuses the download {path}: {exc.strerror}") from exc
