"""Types that several kinds of record use."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.records.base import Digest, Moment
from sync.text import clean_text

Method = Literal["qr", "rfid", "manual", "list"]
"""How a place was told: scanned, tapped, its plate code typed, or chosen from the list."""

ReadMethod = Literal["qr", "rfid", "manual"]
"""How a tag itself was read when it was put up: scanned, tapped, or its code typed."""

TagQuality = Literal["verified", "unverified", "replaced", "revoked"]
"""How far a tag can be believed, by the reference data of the moment. It grades, it never blocks."""

Geofence = Literal["inside", "outside", "unknown"]
"""Where the tablet was, relative to the building. Coordinates are never kept."""

MediaMime = Literal["image/jpeg", "image/webp", "image/png", "audio/ogg", "audio/wav"]
"""What an attachment may be."""

MediaRole = Literal["before", "after", "verify", "recheck"]
"""What a photo shows of a problem: before or after it was solved, or how it was found when checked."""

Note = Annotated[str, Meta(max_length=500)]

Pixels = Annotated[int, Meta(ge=1, le=100_000)]


class TagSeen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The evidence of a tag: never its text, only the digest by which the district knows it."""

    medium: Literal["qr", "em", "a", "epc", "line"]
    digest: Digest
    quality: TagQuality


class TagRef(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag that is put up: a plate of this system or a card, by the digest under which the district knows it."""

    medium: Literal["qr", "em", "a", "epc"]
    digest: Digest


class MediaRef(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A photo or other attachment that a record refers to; the bytes travel on their own."""

    sha256: Digest
    bytes: Annotated[int, Meta(ge=1, le=100_000_000)]
    mime: MediaMime
    role: MediaRole
    taken_at: Moment | None = None
    width: Pixels | None = None
    height: Pixels | None = None


def is_blank(text: str) -> bool:
    """Tell whether nothing is left of a text once it is cleaned: it has no place where something must be said."""
    return not clean_text(text).strip()
