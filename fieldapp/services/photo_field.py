"""The photos of a form, as its draft holds them: one field with what each photo is called and weighs."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from sync.records import MediaRef

FIELD = "photos"
"""Name of the field in the drafts."""

WANTED = "photo_wanted"
"""Hidden field that ties a photo under way to the very draft it was begun for: the draft ends, and it is dropped."""

_DECODER = msgspec.json.Decoder(list[MediaRef])


class PhotosToShow(Struct, frozen=True):
    """What the preview is asked for.

    Attributes:
        first: place of the photo that is shown first, from 0.
        form: the form whose draft they are in and can be removed from, empty for a saved record's.
    """

    photos: tuple[MediaRef, ...]
    first: int = 0
    form: str = ""


def photos_in(values: Mapping[str, str]) -> tuple[MediaRef, ...]:
    """Return the photos of a draft in the order in which they were added; none when the field is unreadable."""
    text = values.get(FIELD, "")
    try:
        return tuple(_DECODER.decode(text)) if text else ()
    except msgspec.MsgspecError:
        return ()


def images_of(media: Iterable[MediaRef]) -> tuple[MediaRef, ...]:
    """Return those of a record's media that are photos."""
    return tuple(ref for ref in media if ref.mime.startswith("image/"))


def photos_text(photos: Sequence[MediaRef]) -> str:
    """Return photos as the draft's field holds them; empty for none."""
    return msgspec.json.encode(list(photos)).decode() if photos else ""
