"""Photos of a form: found or taken, made small, kept, and named in the draft until the record is saved."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, tzinfo

from msgspec import Struct

from fieldapp.services.forms import YES, Forms
from fieldapp.services.moments import CHINA
from fieldapp.services.photo_field import FIELD, WANTED, photos_in, photos_text
from fieldapp.services.ports import Camera, Clock, Darkroom, Machine, Media, Settings
from sync.clock import format_time
from sync.errors import SyncError
from sync.imaging.photos import Picture, Pixels, Reason, Refused
from sync.records import MediaRef
from sync.records.shared import MediaRole

PHOTOS_PER_RECORD = 4
"""Photos of one record when nothing else is configured: a heavy day has 40 photos in 26 reports and visits."""

FRESH_S = 15 * 60
"""How old a picture may be to be taken without asking: it was made at this door, on this errand."""

ROOM_BYTES = 64 * 1024 * 1024
"""Free space below which no photo is taken: what is left is for records, which weigh a thousandth."""

OFFERED = 8
"""Pictures offered for a choice."""

_USED = "photos.used"
_USED_KEPT = 200
_FULL_CODES = ("E-DISK",)


class Added(Struct, frozen=True):
    """A photo is in the draft.

    Attributes:
        photos: all photos of the draft.
    """

    photos: tuple[MediaRef, ...]


class NotAdded(Struct, frozen=True):
    """No photo was added; the draft is as it was."""

    reason: Reason


class Dropped(Struct, frozen=True):
    """The draft for which the photo was made is no more."""


class Job(Struct, frozen=True):
    """A photo that is to be made.

    Attributes:
        picture: the file it is made of; None when one is to be taken first.
    """

    form: str
    id: str
    role: MediaRole
    picture: Picture | None


class Made(Struct, frozen=True):
    """A photo that is kept, and what it was made of."""

    ref: MediaRef
    picture: Picture


class PhotoGear(Struct, frozen=True):
    """What photos are made with.

    Attributes:
        per_record: most photos of one record.
    """

    camera: Camera
    darkroom: Darkroom
    per_record: int = PHOTOS_PER_RECORD


class Photos:
    """Makes photos and names them in drafts.

    `begin`, `finish` and `remove` are quick and belong in the order of the other work; `make` takes as long as the
    camera and the picture need, and belongs beside it.
    """

    def __init__(
        self,
        *,
        media: Media,
        gear: PhotoGear,
        forms: Forms,
        settings: Settings,
        machine: Machine,
        clock: Clock,
        zone: tzinfo = CHINA,
    ) -> None:
        self._media, self._camera, self._darkroom = media, gear.camera, gear.darkroom
        self._forms, self._settings, self._machine, self._clock = forms, settings, machine, clock
        self._zone = zone
        self.limit = gear.per_record

    @property
    def has_camera(self) -> bool:
        """Return whether pictures can come from anywhere."""
        return self._camera.is_there

    @property
    def takes_pictures(self) -> bool:
        """Return whether one can be taken by command."""
        return self._camera.takes_pictures

    def offered(self, limit: int = OFFERED) -> list[Picture]:
        """Return the pictures that are no photos yet, newest first."""
        used = self._used()
        return [picture for picture in self._camera.pictures(limit + len(used)) if picture.key not in used][:limit]

    def fresh(self) -> Picture | None:
        """Return the newest picture that nobody has used, if it was made a short while ago."""
        newest = next(iter(self.offered(1)), None)
        return newest if newest is not None and self.is_fresh(newest) else None

    def is_fresh(self, picture: Picture) -> bool:
        """Return whether a picture was made a short while ago; a camera whose clock is ahead counts as well."""
        return self._clock.now_ms() - picture.at_ms <= FRESH_S * 1000

    def begin(self, form: str, picture: Picture | None = None) -> Job | NotAdded:
        """Return what is to be made for a form's draft, or why nothing is.

        Args:
            picture: the file to use; None for the newest fresh one, or else for taking one by command.
        """
        values = self._forms.values(form)
        if not self._camera.is_there:
            return NotAdded("no_camera")
        if len(photos_in(values)) >= self.limit:
            return NotAdded("enough")
        free = self._machine.free_bytes()
        if free is not None and free < ROOM_BYTES:
            return NotAdded("disk_low")
        if picture is None and (picture := self.fresh()) is None and not self._camera.takes_pictures:
            return NotAdded("nothing_new")
        job = Job(form, self._clock.random_bytes(8).hex(), _role_in(form, values), picture)
        self._forms.put(form, {WANTED: job.id})
        return job

    def make(self, job: Job) -> Made | NotAdded:
        """Take the picture where none is there yet, make the photo, and keep it."""
        try:
            picture = job.picture or self._camera.take()
            photo = self._darkroom.develop(picture.path)
        except Refused as refused:
            return NotAdded(refused.reason)
        try:
            ref = self._media.attach(
                photo.data,
                mime="image/jpeg",
                role=job.role,
                taken_at=self._moment(photo.taken),
                width=photo.width,
                height=photo.height,
            )
        except SyncError as error:
            if error.code in _FULL_CODES:
                return NotAdded("disk_low")
            raise
        return Made(ref, picture)

    def finish(self, job: Job, made: Made | NotAdded) -> Added | NotAdded | Dropped:
        """Name a photo in the draft it was made for."""
        values = self._forms.values(job.form)
        if values.get(WANTED) != job.id:
            return Dropped()
        if isinstance(made, NotAdded):
            self._forms.put(job.form, {WANTED: ""})
            return made
        photos = photos_in(values)
        is_there = any(photo.sha256 == made.ref.sha256 for photo in photos)
        photos = photos if is_there else (*photos, made.ref)
        self._forms.put(job.form, {FIELD: photos_text(photos), WANTED: ""})
        self._note_used(made.picture)
        return NotAdded("same") if is_there else Added(photos)

    def remove(self, form: str, sha256: str) -> tuple[MediaRef, ...]:
        """Take a photo out of a draft; return those that stay."""
        photos = tuple(photo for photo in photos_in(self._forms.values(form)) if photo.sha256 != sha256)
        self._forms.put(form, {FIELD: photos_text(photos)})
        return photos

    def preview(self, sha256: str, width: int, height: int) -> Pixels | NotAdded:
        """Return a kept photo in so many pixels at most, or why it cannot be shown."""
        path = self._media.path(sha256)
        if path is None:
            return NotAdded("gone")
        try:
            return self._darkroom.preview(path, width, height)
        except Refused as refused:
            return NotAdded(refused.reason)

    def _used(self) -> list[str]:
        return (self._settings.get(_USED) or "").split()

    def _note_used(self, picture: Picture) -> None:
        self._settings.put(_USED, " ".join([*self._used(), picture.key][-_USED_KEPT:]))
        self._camera.used(picture)

    def _moment(self, taken: str) -> str | None:
        """Return the camera's local time as the records write moments."""
        if not taken:
            return None
        with suppress(ValueError):
            day, _, hour = taken.partition(" ")
            local = datetime.fromisoformat(f"{day.replace(':', '-')} {hour}").replace(tzinfo=self._zone)
            return format_time(round(local.timestamp() * 1000), _minutes_off(local))
        return None


def _role_in(form: str, values: Mapping[str, str]) -> MediaRole:
    if form == "problem":
        return "after" if values.get("self_resolved") == YES else "before"
    return "recheck" if values.get("type") == "recheck" else "verify"


def _minutes_off(moment: datetime) -> int:
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)
