"""Photos and other attachments on the wire: paths, headers, sizes, and what bytes are by their first ones. Pure.

A file is named by its SHA-256 and sent after all records, resumable at any byte (tus 1.0 core): `HEAD` tells how much
the server holds, `PATCH` goes on there. An upload exists once a stored record names its hash and size.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from sync.records.shared import MediaMime, MediaRef

MEDIA_PATH = "/v1/media"

PART_TYPE = "application/offset+octet-stream"
"""Content type of a part."""

OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
TUS_HEADER = "Tus-Resumable"
TUS_VERSION = "1.0.0"

ABOUT_HEADER = "Content-Location"
"""Says of which file an answer speaks (RFC 9110): its path. One that something on the way kept is another's."""

MAX_MEDIA_BYTES = 16 * 1024 * 1024
"""Largest file: a photo has 250 KB, one as it comes from a camera 10 MB."""

MAX_PART_BYTES = 1024 * 1024
"""Largest part: as much as any body may have."""

MAX_NAMED = 40
"""Most files that one record names."""

HEAD_BYTES = 16
"""First bytes that tell what a file is."""


class UploadState(Struct, frozen=True):
    """How much of a file the server holds durably, of how much."""

    offset: int
    length: int

    @property
    def is_complete(self) -> bool:
        """Tell whether the server holds all of it, its hash checked."""
        return self.offset == self.length


def upload_headers(path: str, state: UploadState) -> dict[str, str]:
    """Return the headers of an answer about an upload at a path."""
    return {
        OFFSET_HEADER: str(state.offset),
        LENGTH_HEADER: str(state.length),
        TUS_HEADER: TUS_VERSION,
        ABOUT_HEADER: path,
    }


def upload_state(headers: Mapping[str, str], *, length: int | None = None) -> UploadState | None:
    """Return what an answer's headers say of an upload, or None when they say nothing of the kind.

    Args:
        headers: names in any case where the mapping does not mind.
        length: of the file, where the answer need not repeat it.
    """
    offset, told = headers.get(OFFSET_HEADER, ""), headers.get(LENGTH_HEADER, "")
    whole = int(told) if _is_number(told) else length
    if not _is_number(offset) or whole is None or int(offset) > whole:
        return None
    return UploadState(int(offset), whole)


def kind_of_bytes(head: bytes) -> MediaMime | None:
    """Return what a file is by its first `HEAD_BYTES`, or None when it is nothing that records may name."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/ogg" if head.startswith(b"OggS") else None


class Naming(Struct, frozen=True):
    """What a record says of files, whatever its kind and however it will be judged.

    Attributes:
        id: of the record, canonical text.
        media: the files it names.
        lost: the hash of a file that its tablet can no longer send, else empty.
    """

    id: str
    media: tuple[MediaRef, ...] = ()
    lost: str = ""


class _Names(Struct, frozen=True):
    media: list[Raw] = []
    sha256: str = ""


class _Peek(Struct, frozen=True):
    id: str
    kind: str
    body: _Names


LOST_KIND = "media_lost"
"""Kind of the record by which a tablet says that a file is gone."""

_PEEKS = msgspec.json.Decoder(_Peek)
_REFS = msgspec.json.Decoder(MediaRef)


def naming_of(record: bytes) -> Naming | None:
    """Return which files a record's bytes name, or None when they name none; never fails, whatever the bytes are."""
    if b'"media' not in record:
        return None
    try:
        peek = _PEEKS.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if peek.kind == LOST_KIND:
        return Naming(peek.id, lost=peek.body.sha256) if _is_digest(peek.body.sha256) else None
    named = tuple(ref for raw in peek.body.media[:MAX_NAMED] if (ref := _ref(raw)) is not None)
    return Naming(peek.id, named) if named else None


def _ref(raw: Raw) -> MediaRef | None:
    try:
        return _REFS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _is_digest(text: str) -> bool:
    return len(text) == 64 and not text.strip("0123456789abcdef")


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and text.isascii() and text.isdigit()
