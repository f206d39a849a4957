"""Photos that a form brings: taken in one by one; why one was not; what waits with a form that was not taken."""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from sync.caseapi.desk.casework.forms import Form
from sync.caseapi.desk.casework.visit import Visit
from sync.caseapi.desk.text import N_
from sync.caseapi.service.casework.photos import MAX_PICTURE_BYTES, MOST_PHOTOS, CasePhotos
from sync.caseapi.service.people.sessions import photo_mark
from sync.imaging.photos import Refused

REASONS = {
    "empty": N_("{name} is empty."),
    "not_a_picture": N_("{name} is no picture: a JPEG, PNG or WebP is one."),
    "damaged": N_("{name} is damaged and cannot be read."),
    "too_many_pixels": N_("{name} has too many pixels."),
    "file_too_large": N_("{name} is too large: a picture has at most 12 MB."),
    "too_slow": N_("{name} takes too long to read."),
}
"""Why a picture is not used, by the word of the refusal."""

TOO_MANY = N_("An action has at most four photos; the rest was left out.")

_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a form's photos.

    Attributes:
        names: those that are here, the ones of an earlier try first.
        faults: a sentence for each that is not.
    """

    names: tuple[str, ...]
    faults: tuple[str, ...]


NO_PHOTOS = TakenIn((), ())


async def taken_in(form: Form, case: UUID, visit: Visit, photos: CasePhotos) -> TakenIn:
    """Take a form's pictures in.

    Raises:
        StorageFailed: the disk is full or failing.
    """
    names, faults = list(_waiting(form, case, visit)), []
    for picture in form.files:
        if len(names) == MOST_PHOTOS:
            faults.append(visit.texts(TOO_MANY))
            break
        try:
            data = await picture.read(MAX_PICTURE_BYTES)
            if len(data) > MAX_PICTURE_BYTES:
                raise Refused("file_too_large")
            names.append(await photos.take(data))
        except Refused as refused:
            sentence = REASONS.get(refused.reason, REASONS["damaged"])
            faults.append(visit.texts(sentence).format(name=picture.name[:_NAME_CHARS] or visit.texts(N_("A picture"))))
    return TakenIn(tuple(dict.fromkeys(names)), tuple(faults))


def marked(names: tuple[str, ...], case: UUID, visit: Visit) -> list[str]:
    """Return what a form carries of photos that wait with it."""
    return [f"{name}.{photo_mark(visit.token, str(case), name)}" for name in names]


def _waiting(form: Form, case: UUID, visit: Visit) -> list[str]:
    pairs = (each.partition(".") for each in form.every("waiting")[:MOST_PHOTOS])
    return [
        name
        for name, _, mark in pairs
        if compare_digest(mark.encode(), photo_mark(visit.token, str(case), name).encode())
    ]
