"""Photos that come with what a desk does: made small and silent as a tablet's are, kept once the act is taken.

Until then a photo lies with the unfinished uploads, under its name: a form that is refused for another reason need not
send it again. What nobody came back for goes when the server starts.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256 as new_hash

from sync.caseapi.errors import InputRefused
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.media import DESK_DEVICE
from sync.caseapi.storage.staging import Staging
from sync.imaging.darkroom import Darkroom

MOST_PHOTOS = 4
"""Most photos of one act."""

MAX_PICTURE_BYTES = 12 * 1024 * 1024
"""Largest picture that is taken; one as it comes from a telephone has 3 to 8 MiB."""

AT_ONCE = 2
"""Pictures decoded at the same moment, each in a process of its own."""


class CasePhotos:
    """Takes pictures in and keeps what becomes of them."""

    def __init__(self, blobs: BlobStore, staging: Staging, darkroom: Darkroom | None = None) -> None:
        self._blobs = blobs
        self._staging = staging
        self._darkroom = darkroom or Darkroom()
        self._decoding = asyncio.Semaphore(AT_ONCE)

    async def take(self, picture: bytes) -> str:
        """Return the name, its SHA-256, of the photo made of a picture; it is on disk, and nothing names it yet.

        Raises:
            sync.imaging.photos.Refused: it is no picture that can be used; the reason says why.
            StorageFailed: the disk is full or failing.
        """
        async with self._decoding:
            photo = await asyncio.to_thread(self._darkroom.develop_bytes, picture)
        name = new_hash(photo.data).hexdigest()
        await asyncio.to_thread(self._stage, name, photo.data)
        return name

    async def keep(self, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """Keep photos that were taken in; return each with its size in bytes. One that is kept already stays.

        Raises:
            InputRefused: one of them is not there any more.
            StorageFailed: the disk is full or failing.
        """
        return tuple([(name, await asyncio.to_thread(self._keep, name)) for name in dict.fromkeys(names)])

    def _stage(self, name: str, data: bytes) -> None:
        staged = self._staging.open(name, DESK_DEVICE, 0)
        try:
            staged.write(data)
            staged.sync()
        finally:
            staged.close()

    def _keep(self, name: str) -> int:
        if self._staging.held(name, DESK_DEVICE) and self._staging.has_hash(name, DESK_DEVICE):
            self._blobs.put(name, self._staging.path(name, DESK_DEVICE))
        size = self._blobs.size(name)
        if size is None:
            raise InputRefused("the photo is not here any more", "photo")
        return size
