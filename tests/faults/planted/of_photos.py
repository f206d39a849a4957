"""Planted defects of photos, on either end."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

from sync.caseapi.service.media import MediaService
from sync.caseapi.storage.staging import Staging
from sync.tablet.errors import ExchangeError
from sync.tablet.media_session import MediaSession
from sync.tablet.speaking import PartAnswer
from sync.tablet.store.media import Media


@contextmanager
def photo_sent_is_photo_held() -> Iterator[None]:
    """A part that was sent counts as held, whatever came back, if anything did."""
    really = MediaSession._sent_part

    def sent_part(session: Any, upload: Any, state: Any) -> PartAnswer:
        size = min(session._parts.size_bytes, upload.size_bytes - state.offset)
        with suppress(ExchangeError):
            really(session, upload, state)
        return PartAnswer("kept", type(state)(state.offset + size, state.length))

    with patch.object(MediaSession, "_sent_part", sent_part):
        yield


@contextmanager
def photo_remembered_before_it_is_kept() -> Iterator[None]:
    """The database says that a photo is held, and then the photo is moved to where it is kept."""

    async def finish(service: Any, device: Any, sha256: str, length: int) -> None:
        await service._store.keep(sha256, length, service._now_ms())
        service._blobs.put(sha256, service._staging.path(sha256, device))

    with patch.object(MediaService, "_finish", finish):
        yield


@contextmanager
def photo_owed_again_is_ignored() -> Iterator[None]:
    """What was sent once is never sent again, also when the server says that it lacks it."""
    with patch.object(Media, "owe", lambda *_: 0):
        yield


@contextmanager
def photo_of_a_cut_part_is_whole() -> Iterator[None]:
    """An upload is named after its last request, and nobody looks whether all of it has come."""

    async def finish_anyway(service: Any, device: Any, sha256: str, part: Any, length: int, stop: Any) -> int:
        await really(service, device, sha256, part, length, stop)
        return length

    really = MediaService._take
    with patch.object(MediaService, "_take", finish_anyway), patch.object(Staging, "has_hash", lambda *_: True):
        yield
