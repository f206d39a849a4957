"""A store of whole files with no disk under it: the fake that passes the suite of the real one."""

from pathlib import Path

import pytest

from sync.caseapi.storage import media_place
from sync.caseapi.storage.blobs import BlobStore

SCHEME = "memory"


class MemoryBlobs:
    """Keeps files in a dictionary, as a remote store keeps them somewhere else."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def put(self, sha256: str, source: Path) -> None:
        """Take a file over; the source is gone afterwards."""
        self._files[sha256] = source.read_bytes()
        source.unlink()

    def size(self, sha256: str) -> int | None:
        """Return a file's size in bytes, or None."""
        return len(self._files[sha256]) if sha256 in self._files else None

    def read(self, sha256: str) -> bytes | None:
        """Return a whole file, or None."""
        return self._files.get(sha256)

    def discard(self, sha256: str) -> None:
        """Let a file go."""
        self._files.pop(sha256, None)


def teach_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let settings name stores in memory; one address is one store, however often it is opened."""
    stores: dict[str, BlobStore] = {}
    monkeypatch.setitem(media_place.STORES, SCHEME, lambda where: stores.setdefault(where, MemoryBlobs()))
