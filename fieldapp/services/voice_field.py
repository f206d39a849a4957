"""The spoken note of a form, as its draft holds it; and all media of a draft, for the record."""

from collections.abc import Mapping, Sequence

import msgspec

from fieldapp.services.photo_field import FIELD as PHOTOS
from fieldapp.services.photo_field import photos_in, photos_text
from sync.records import MediaRef

FIELD = "voice"
"""Name of the field in the drafts."""

WANTED = "voice_wanted"
"""Hidden field that ties a recording under way to the very draft it was begun for."""

_DECODER = msgspec.json.Decoder(list[MediaRef])


def voices_in(values: Mapping[str, str]) -> tuple[MediaRef, ...]:
    """Return the spoken notes of a draft; none when the field is unreadable."""
    text = values.get(FIELD, "")
    try:
        return tuple(_DECODER.decode(text)) if text else ()
    except msgspec.MsgspecError:
        return ()


def media_in(values: Mapping[str, str]) -> tuple[MediaRef, ...]:
    """Return the photos of a draft, then its spoken notes."""
    return (*photos_in(values), *voices_in(values))


def media_fields(media: Sequence[MediaRef]) -> dict[str, str]:
    """Return a record's media as the fields of a draft hold them."""
    return {
        PHOTOS: photos_text([ref for ref in media if not is_voice(ref)]),
        FIELD: voices_text([ref for ref in media if is_voice(ref)]),
    }


def voices_text(voices: Sequence[MediaRef]) -> str:
    """Return spoken notes as the draft's field holds them; empty for none."""
    return photos_text(voices)


def is_voice(ref: MediaRef) -> bool:
    """Tell whether an attachment is a spoken note."""
    return ref.mime.startswith("audio/")
