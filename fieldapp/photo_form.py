"""Photos in a form: one key adds the newest picture or takes one; making it small never holds the form up."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import SaveStep, Step
from fieldapp.keymap import Action
from fieldapp.panel import Kit, StagePort
from fieldapp.presentation.outside import shown
from fieldapp.presentation.photos import photos_line, refusal_sentence, size_text
from fieldapp.presentation.times import ago, clock_time
from fieldapp.safety import beside
from fieldapp.services.moments import local_time
from fieldapp.services.photo_field import FIELD, WANTED, PhotosToShow, photos_in, photos_text
from fieldapp.services.photos import Added, Job, Made, NotAdded
from fieldapp.text import _
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of
from sync.imaging.photos import Picture
from sync.records import MediaRef

PHOTO_VERBS = ("photo", "photos")
"""Actions that only a tablet with a camera has."""


class PhotoForm(FormPanel):
    """A form that takes photos."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self.offered: Sequence[Picture] = ()
        self.job: Job | None = None
        self.is_save_wanted = False

    @property
    def photos(self) -> tuple[MediaRef, ...]:
        """Return the photos of the draft."""
        return photos_in(self.draft.values)

    @property
    def fresh(self) -> Picture | None:
        """Return the newest picture that is offered, if it was made a short while ago."""
        newest = self.offered[0] if self.offered else None
        return newest if newest is not None and self.services.photos.is_fresh(newest) else None

    async def opened(self, argument: object) -> None:
        """Read the draft, and see which pictures are there."""
        await super().opened(argument)
        self.look()

    async def stand(self, step: str = "") -> None:
        """Go to a step, and see which pictures are there."""
        await super().stand(step)
        self.look()

    def tick(self) -> None:
        """See which pictures are there now: a camera's new one is offered at once."""
        self.look()

    def look(self) -> None:
        """Look for pictures, where the step offers them."""
        if self.services.photos.has_camera and isinstance(self.step, TakesPhotos):
            beside(self, "pictures", self._look, replaces=True)

    async def add_photo(self, picture: Picture | None = None) -> None:
        """Begin a photo; it comes into the draft in a turn of its own, when it is ready."""
        if self.job is not None:
            self.stage.flash(_("A moment"), _("The photo is being made"), "plain")
            return
        begun = await self.work.do(self.services.photos.begin, self.FORM, picture)
        if isinstance(begun, NotAdded):
            await self._refused(begun)
            return
        self.job = begun
        self.draft.values[WANTED] = begun.id
        # The app's worker, not the form's: whoever leaves the form finds the photo in it later.
        beside(self.app, "photo", partial(self._make, begun), hears=self)
        self.stage.repaint()

    def is_shown(self, action: Action) -> bool:
        """Let the step say what it offers now."""
        return self.step.is_shown(action)

    def holds_save(self) -> bool:
        """Save when the photo is ready; asked again, save without it."""
        if self.job is None or self.is_save_wanted:
            self.is_save_wanted = False
            return False
        self.is_save_wanted = True
        self.stage.flash(_("A moment"), _("Saved as soon as the photo is ready"), "plain")
        self.stage.repaint()
        return True

    async def _look(self) -> None:
        offered = await asyncio.to_thread(self.services.photos.offered)
        if offered != self.offered:
            self.offered = offered
            if self.display:
                self.stage.repaint()

    async def _make(self, job: Job) -> None:
        made: Made | NotAdded = NotAdded("camera_failed")
        try:
            made = await asyncio.to_thread(self.services.photos.make, job)
        finally:
            self.stage.take(lambda _stage: self._finish(job, made))

    async def _finish(self, job: Job, made: Made | NotAdded) -> None:
        self.job = None
        is_save_wanted, self.is_save_wanted = self.is_save_wanted, False
        result = await self.work.do(self.services.photos.finish, job, made)
        if isinstance(result, NotAdded):
            self.draft.values[WANTED] = ""
            await self._refused(result)
        elif isinstance(result, Added):
            self.draft.values |= {FIELD: photos_text(result.photos), WANTED: ""}
            self.stage.flash(_("Photo added"), photos_line(result.photos))
            if is_save_wanted and self.display and isinstance(self.step, SaveStep):
                await self.step.save()
        if self.display:
            self.look()
            self.stage.repaint()

    async def _refused(self, refusal: NotAdded) -> None:
        self.stage.flash(_("No photo"), refusal_sentence(refusal.reason), "warn")
        if refusal.reason == "nothing_new" and self.display and self.step.name != "photos":
            await self.stand("photos")


class TakesPhotos(Step):
    """A step at which photos can be added."""

    form: PhotoForm

    def is_shown(self, action: Action) -> bool:
        """Offer photos where there is a camera, or photos from when there was one."""
        has_any = bool(self.form.photos)
        if action.verb == "photo":
            return has_any or self.form.services.photos.has_camera
        if action.verb == "photos":
            return has_any or bool(self.form.offered) or self.form.services.photos.takes_pictures
        return super().is_shown(action)

    def photo_face(self, face: Face) -> Face:
        """Say how many there are, what is being made, and what is new."""
        form = self.form
        label = _("Photos {count}").format(count=len(form.photos)) if form.photos else face.label
        if form.job is not None:
            return Face(face.key, label, _("being made .."))
        if form.fresh is not None:
            passed_s = max(form.services.clock.now_ms() - form.fresh.at_ms, 0) / 1000
            return Face(face.key, label, _("New picture, {ago}").format(ago=ago(passed_s)), "urgent")
        if len(form.photos) >= form.services.photos.limit:
            return Face(face.key, label, _("No more fit"))
        return Face(face.key, label, _("Take one") if form.services.photos.takes_pictures else _("No new picture"))

    async def do_photo(self) -> None:
        """Add the newest picture, or take one."""
        await self.form.add_photo()


class ShowsPhotos(TakesPhotos):
    """A step that leads to the photos."""

    async def do_photos(self) -> None:
        """Show the photos, and the pictures that could become some."""
        await self.form.stand("photos")


class SavesPhotos(SaveStep):
    """A step that saves when the photo under way is in the draft."""

    form: PhotoForm

    async def save(self) -> None:
        """Save the record; while a photo is being made only the second time that it is asked for."""
        if not self.form.holds_save():
            await super().save()


class PhotosStep(TakesPhotos):
    """The photos of the form, then the pictures of the camera, newest first."""

    uses_list: ClassVar[bool] = True

    def tiles(self) -> Sequence[Option]:
        """Return none: there is a list."""
        return ()

    def before(self) -> str:
        """Return to where the form stands."""
        return self._back_to or self.form.form_work.next_step(self.form.draft.values)

    def face(self, face: Face, action: Action) -> Face:
        """Say on the key what is new."""
        if action.verb != "photo":
            return face
        taken = _("Take one") if self.form.services.photos.takes_pictures else face.label
        return Face(face.key, _("Newest picture") if self.form.fresh else taken)

    def note(self) -> str:
        """Return how many there may be, and what is going on."""
        form = self.form
        count = _("{count} of {most} photos").format(count=len(form.photos), most=form.services.photos.limit)
        doing = _("One is being made ..") if form.job is not None else ""
        return f"{count}  {doing}".strip()

    def paint_list(self, rows: WindowedList) -> None:
        """Show photos and pictures."""
        listed = [*self._photo_rows(), *(self._picture_row(picture) for picture in self.form.offered)]
        rows.show(len(listed), pages_of(listed), empty=_("No pictures yet. Take one with the camera."), keep_place=True)

    async def chosen(self, row: Row) -> None:
        """Look at a photo, or make one of a picture."""
        photos, form = self.form.photos, self.form
        place = next((place for place, photo in enumerate(photos) if photo.sha256 == row.key), None)
        picture = next((picture for picture in form.offered if picture.key == row.key), None)
        if place is not None:
            await form.stage.go("photo", PhotosToShow(photos, place, form.FORM))
        elif picture is not None:
            await form.add_photo(picture)

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its digit."""
        self.form.query_one(WindowedList).choose_numbered(choice)

    def _photo_rows(self) -> list[Row]:
        return [
            Row(
                photo.sha256,
                _("Photo {number}").format(number=number),
                f"{size_text(photo.bytes)}  {photo.width} x {photo.height}",
                _("added"),
                "good",
            )
            for number, photo in enumerate(self.form.photos, 1)
        ]

    def _picture_row(self, picture: Picture) -> Row:
        services = self.form.services
        when = clock_time(local_time(picture.at_ms, services.zone))
        mark = _("new") if services.photos.is_fresh(picture) else ""
        name = shown(picture.name.encode(errors="replace").decode(), max_chars=60)
        return Row(picture.key, name, f"{when}  {size_text(picture.size_bytes)}", mark, "warn" if mark else "plain")
