"""Photos in a form: one key adds the newest picture or takes one; there is nothing to see here, only what there is."""

from collections.abc import Sequence

from fieldapp.keymap import Action
from fieldapp.plain.form import FormPage, SaveStep, Step
from fieldapp.plain.page import Face, Listing, Page, Row, TalkPort, listing
from fieldapp.presentation.outside import shown
from fieldapp.presentation.photos import photos_line, refusal_sentence, size_text
from fieldapp.presentation.times import clock_time
from fieldapp.services.moments import local_time
from fieldapp.services.photo_field import FIELD, WANTED, PhotosToShow, photos_in, photos_text
from fieldapp.services.photos import Added, Job, Made, NotAdded
from fieldapp.text import _
from sync.errors import SyncError
from sync.imaging.photos import Picture
from sync.records import MediaRef


class PhotoForm(FormPage):
    """A form that takes photos."""

    def __init__(self, talk: TalkPort) -> None:
        super().__init__(talk)
        self.job: Job | None = None
        self.is_left_alone = False
        self.is_save_wanted = False

    @property
    def is_over(self) -> bool:
        """Return whether the photo under way is in the draft, or nobody waits for it."""
        return self.job is None or self.is_left_alone

    def left(self) -> None:
        """Let the photo go on by itself."""
        self.is_left_alone = True
        self.talk.say(_("It goes on by itself"))

    @property
    def photos(self) -> tuple[MediaRef, ...]:
        """Return the photos of the draft."""
        return photos_in(self.values)

    def add_photo(self, picture: Picture | None = None) -> None:
        """Begin a photo, and wait for it; it comes into the draft when it is ready, whoever still waits."""
        if self.job is not None:
            self.wait()
            return
        begun = self.services.photos.begin(self.FORM, picture)
        if isinstance(begun, NotAdded):
            self._refused(begun)
            return
        self.job = begun
        self.values[WANTED] = begun.id
        self.talk.beside(lambda: self.services.photos.make(begun), lambda made, fault: self._made(begun, made, fault))
        self.wait()

    def wait(self, words: str = "") -> None:
        """Wait for the photo under way."""
        self.is_left_alone = False
        self.talk.say(_("A moment"), words or _("The photo is being made"))
        self.talk.wait_for(self)

    def _made(self, job: Job, made: Made | NotAdded | None, fault: SyncError | None) -> None:
        self._finish(job, made or NotAdded("camera_failed"))
        if fault is not None:
            raise fault

    def _finish(self, job: Job, made: Made | NotAdded) -> None:
        self.job = None
        is_save_wanted, self.is_save_wanted = self.is_save_wanted, False
        result = self.services.photos.finish(job, made)
        if isinstance(result, NotAdded):
            self.values[WANTED] = ""
            self._refused(result)
        elif isinstance(result, Added):
            self.values |= {FIELD: photos_text(result.photos), WANTED: ""}
            self.talk.say(_("Photo added"), photos_line(result.photos))
            if is_save_wanted and self.talk.page is self and isinstance(self.step, SaveStep):
                self.step.save()

    def _refused(self, refusal: NotAdded) -> None:
        self.talk.say(_("No photo"), refusal_sentence(refusal.reason))


class TakesPhotos(Step):
    """A step at which photos can be added."""

    form: PhotoForm

    def is_shown(self, action: Action) -> bool:
        """Offer photos where there is a camera, or photos from when there was one."""
        has_any, photos = bool(self.form.photos), self.form.services.photos
        if action.verb == "photo":
            return has_any or photos.has_camera
        if action.verb == "photos":
            return has_any or (photos.has_camera and (photos.takes_pictures or bool(photos.offered(1))))
        return super().is_shown(action)

    def photo_face(self, face: Face) -> Face:
        """Say how many there are, and what adding one does."""
        form, photos = self.form, self.form.services.photos
        label = _("Photos {count}").format(count=len(form.photos)) if form.photos else face.label
        if form.job is not None:
            return Face(face.key, label, _("The photo is being made"))
        if len(form.photos) >= photos.limit:
            return Face(face.key, label, _("No more fit"))
        if not photos.has_camera:
            return Face(face.key, label)
        if photos.fresh() is not None:
            return Face(face.key, label, _("Newest picture"))
        return Face(face.key, label, _("Take one") if photos.takes_pictures else _("No new picture"))

    def do_photo(self) -> None:
        """Add the newest picture, or take one."""
        self.form.add_photo()


class ShowsPhotos(TakesPhotos):
    """A step that leads to the photos."""

    def do_photos(self) -> None:
        """List the photos, and the pictures that could become some."""
        self.form.stand("photos")


class SavesPhotos(SaveStep):
    """A step that saves when the photo under way is in the draft."""

    form: PhotoForm

    def save(self) -> None:
        """Save the record when the photo under way is ready; asked again meanwhile, save without it."""
        form = self.form
        if form.job is not None and not form.is_save_wanted:
            form.is_save_wanted = True
            form.wait(_("Saved as soon as the photo is ready"))
            return
        form.is_save_wanted = False
        super().save()


class PhotosStep(TakesPhotos):
    """The photos of the form, then the pictures of the camera, newest first."""

    def before(self) -> str:
        """Return to where the form stands."""
        return self._back_to or self.form.work.next_step(self.form.values)

    def face(self, face: Face, action: Action) -> Face:
        """Say what adding one does."""
        return self.photo_face(face) if action.verb == "photo" else face

    def facts(self) -> Sequence[str]:
        """Return how many there may be."""
        form = self.form
        return (_("{count} of {most} photos").format(count=len(form.photos), most=form.services.photos.limit),)

    def listing(self) -> Listing:
        """Return photos and pictures."""
        pictures = self.form.services.photos.offered() if self.form.services.photos.has_camera else []
        rows = [*self._photo_rows(), *(self._picture_row(picture) for picture in pictures)]
        return listing(rows, _("No pictures yet. Take one with the camera."))

    def chosen(self, row: Row) -> None:
        """Go to a photo, or make one of a picture."""
        photos, form = self.form.photos, self.form
        place = next((place for place, photo in enumerate(photos) if photo.sha256 == row.key), None)
        if place is not None:
            form.talk.go("photo", PhotosToShow(photos, place, form.FORM))
            return
        pictures = form.services.photos.offered()
        picture = next((picture for picture in pictures if picture.key == row.key), None)
        if picture is not None:
            form.add_photo(picture)

    def _photo_rows(self) -> list[Row]:
        return [photo_row(photo, number) for number, photo in enumerate(self.form.photos, 1)]

    def _picture_row(self, picture: Picture) -> Row:
        services = self.form.services
        when = clock_time(local_time(picture.at_ms, services.zone))
        name = shown(picture.name.encode(errors="replace").decode(), max_chars=60)
        mark = _("new") if services.photos.is_fresh(picture) else ""
        return Row(picture.key, name, "  ".join(text for text in (when, size_text(picture.size_bytes), mark) if text))


class PhotoPage(Page):
    """What there is to say of the photos of a draft or of a record, one after the other."""

    NAME = "photo"

    show = PhotosToShow(())
    place = 0
    is_sure = False

    def opened(self, argument: object) -> None:
        """Take the photos."""
        if isinstance(argument, PhotosToShow):
            self.show, self.place, self.is_sure = argument, argument.first, False

    def title(self) -> str:
        """Return which one it is."""
        return _("Photo {number} of {count}").format(number=self.place + 1, count=len(self.show.photos))

    def facts(self) -> Sequence[str]:
        """Return its measures; there is nothing to see here."""
        return (measures(self.show.photos[self.place]),) if self.show.photos else ()

    def is_shown(self, action: Action) -> bool:
        """Offer the next one where there are several, and removing from a draft only."""
        return bool(self.show.form) if action.verb == "remove" else len(self.show.photos) > 1

    def face(self, face: Face, action: Action) -> Face:
        """Ask before removing."""
        is_asking = action.verb == "remove" and self.is_sure
        return Face(face.key, _("Really remove")) if is_asking else face

    def do_next(self) -> None:
        """Go to the next photo, after the last to the first."""
        self.place = (self.place + 1) % len(self.show.photos)
        self.is_sure = False

    def do_remove(self) -> None:
        """Take the photo out of the draft, at the second time."""
        if not self.is_sure:
            self.is_sure = True
            return
        self.services.photos.remove(self.show.form, self.show.photos[self.place].sha256)
        self.talk.say(_("Photo removed"))
        self.talk.back()


def photo_row(photo: MediaRef, number: int) -> Row:
    """Return the row of a photo."""
    return Row(photo.sha256, _("Photo {number}").format(number=number), measures(photo))


def measures(photo: MediaRef) -> str:
    """Return what a photo weighs and measures."""
    return f"{size_text(photo.bytes)}  {photo.width} x {photo.height}"
