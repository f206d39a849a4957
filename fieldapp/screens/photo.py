"""A photo large enough to tell what is on it."""

import asyncio
from collections.abc import Collection
from functools import partial

from textual.app import ComposeResult

from fieldapp.keymap import Action, Need
from fieldapp.panel import Kit, Panel, StagePort
from fieldapp.presentation.photos import refusal_sentence, size_text
from fieldapp.safety import beside
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.services.photos import NotAdded
from fieldapp.text import _
from fieldapp.widgets.photo import PhotoView
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from sync.imaging.photos import Pixels
from sync.records import MediaRef


class PhotoPanel(Panel):
    """The preview of the photos of a draft or of a record."""

    NAME = "photo"

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self._show = PhotosToShow(())
        self._place = 0
        self._room = (0, 0)
        self._is_sure = False
        self._shown: tuple[str, int, int] | None = None

    def compose(self) -> ComposeResult:
        """Lay out a line of words and the picture."""
        yield PlainText(id="photo-words", classes="panel-title")
        yield PhotoView(self._take_room, id="photo-view")

    async def opened(self, argument: object) -> None:
        """Take the photos."""
        if isinstance(argument, PhotosToShow):
            self._show, self._place = argument, argument.first
            self._is_sure, self._shown = False, None
            self.query_one(PhotoView).show(None)

    def paint(self) -> None:
        """Show the photo's words, and the photo when it has been read."""
        photo, count = self._photo, len(self._show.photos)
        if photo is None:
            return
        words = _("Photo {number} of {count}").format(number=self._place + 1, count=count)
        measures = f"{size_text(photo.bytes)}  {photo.width} x {photo.height}"
        self.query_one("#photo-words", PlainText).say_pieces((words, "bold"), ("   ", ""), (measures, ""))
        self._load()

    def met(self) -> Collection[Need]:
        """Return nothing: what cannot be done here is not shown."""
        return ()

    def is_shown(self, action: Action) -> bool:
        """Offer the next one where there are several, and removing from a draft only."""
        return bool(self._show.form) if action.verb == "remove" else len(self._show.photos) > 1

    def face(self, face: Face, action: Action) -> Face:
        """Ask before removing."""
        is_asking = action.verb == "remove" and self._is_sure
        return Face(face.key, _("Really remove"), tone="bad") if is_asking else face

    async def do_next(self) -> None:
        """Show the next photo, after the last the first."""
        self._place = (self._place + 1) % len(self._show.photos)
        self._is_sure = False
        self.stage.repaint()

    async def do_remove(self) -> None:
        """Take the photo out of the draft, at the second press."""
        if not self._is_sure or self._photo is None:
            self._is_sure = True
            self.stage.repaint()
            return
        await self.work.do(self.services.photos.remove, self._show.form, self._photo.sha256)
        self.stage.flash(_("Photo removed"), tone="plain")
        await self.stage.back()

    @property
    def _photo(self) -> MediaRef | None:
        return self._show.photos[self._place] if self._place < len(self._show.photos) else None

    def _take_room(self, columns: int, rows: int) -> None:
        self._room = (columns, rows)
        self._load()

    def _load(self) -> None:
        photo, (columns, rows) = self._photo, self._room
        wanted = (photo.sha256, columns, rows) if photo is not None and columns and rows else None
        if wanted is not None and wanted != self._shown:
            self._shown = wanted
            beside(self, "preview", partial(self._read, *wanted), replaces=True)

    async def _read(self, sha256: str, columns: int, rows: int) -> None:
        # A cell is about twice as high as wide and holds two pixels.
        made: Pixels | NotAdded = await asyncio.to_thread(self.services.photos.preview, sha256, columns, rows * 2)
        view = self.query_one(PhotoView)
        if isinstance(made, NotAdded):
            view.show(None, refusal_sentence(made.reason))
        else:
            view.show(made)
