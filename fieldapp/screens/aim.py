"""Aiming the camera at a plate's code, for tablets without a scan engine: what is read counts as scanned.

The camera is on while the panel is seen, and off in the same moment in which it is left, covered, locked or ended.
"""

import asyncio

from textual import on
from textual.app import ComposeResult

from fieldapp.keymap import Action
from fieldapp.messages import CameraEnded, CameraView, PostedCameraNews, TagRead
from fieldapp.panel import Kit, Panel, StagePort
from fieldapp.presentation.aiming import Search, framed, trouble_code
from fieldapp.presentation.troubles import trouble_text
from fieldapp.text import N_, _
from fieldapp.widgets.photo import PhotoView
from fieldapp.widgets.plain import PlainText

GIVE_UP_MS = 8000
"""How long a plate is aimed at before its code is typed: longer is colder than typing."""

_NOT_READ = N_("Not read in 8 s: type the code that stands under the square.")


class AimPanel(Panel):
    """The camera's newest frame, with a frame to hold the plate's code into."""

    NAME = "aim"

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self._is_on = False
        self._is_covered = False
        self._search = Search()
        self._trouble = ""

    def compose(self) -> ComposeResult:
        """Lay out what is seen, and what to do."""
        yield PhotoView(self._take_room, id="aim-view")
        yield PlainText(id="aim-hint")

    async def opened(self, _argument: object) -> None:
        """Switch the camera on."""
        self._switch_on()

    async def left(self) -> None:
        """Switch the camera off."""
        await self._switch_off()

    def put_away_now(self) -> None:
        """Switch the camera off and wait for it: the program is being ended."""
        self._is_on = False
        if self.camera is not None:
            self.camera.close()

    def paint(self) -> None:
        """Say what to do."""
        view = self.query_one(PhotoView)
        if self._trouble:
            text = trouble_text(trouble_code(self._trouble))
            view.show(None, text.headline)
            self._say(text.todo)
        elif not self._is_on:
            view.show(None, _("The camera is off."))
            self._say(_("1 turns it on again"))
        else:
            self._say(self._search.hint)

    def tick(self) -> None:
        """Switch the camera on again when what covered the panel is gone."""
        if self._is_covered and self._is_seen:
            self._is_covered = False
            self._switch_on()
            self.stage.repaint()

    def is_shown(self, action: Action) -> bool:
        """Offer to look again while the camera is off."""
        return action.verb != "again" or not self._is_on

    async def do_again(self) -> None:
        """Switch the camera on again."""
        self._switch_on()
        self.stage.repaint()

    async def do_code(self) -> None:
        """Type the code; from there the way back does not lead to the camera."""
        await self._type_instead("")

    @on(CameraView)
    async def _take_view(self, event: CameraView) -> None:
        event.stop()
        if not self._is_on:
            return
        if not self._is_seen:
            self._is_covered = True
            await self._switch_off()
            return
        self._search.seen(event.sight, self.services.clock.stamp().mono_ms)
        self.query_one(PhotoView).show(framed(event))
        self._say(self._search.hint)
        if self._search.searched_ms >= GIVE_UP_MS:
            self._is_on = False
            self.stage.take(self._give_up)

    @on(CameraEnded)
    def _take_end(self, event: CameraEnded) -> None:
        event.stop()
        if self._is_on:
            self._is_on, self._trouble = False, event.trouble
            self.stage.repaint()

    @on(TagRead)
    def _take_read(self) -> None:
        """Begin to count anew; what the tag does is the app's affair, to which the message goes on."""
        self._search = Search()

    async def _give_up(self, _stage: StagePort) -> None:
        await self._switch_off()
        if self.display and self._is_seen:
            self.stage.flash(_("Not read"), _("Type the code under the square"), "warn")
            await self._type_instead(_(_NOT_READ))

    async def _type_instead(self, notice: str) -> None:
        with self.app.batch_update():
            await self.stage.back()
            await self.stage.go("code", notice)

    def _switch_on(self) -> None:
        self._search, self._trouble = Search(), ""
        if self.camera is not None and not self._is_on:
            self._is_on = True
            self.query_one(PhotoView).show(None, _("The camera is starting"))
            self.camera.open(PostedCameraNews(self.post_message))

    async def _switch_off(self) -> None:
        self._is_on = False
        if self.camera is not None:
            await asyncio.to_thread(self.camera.close)

    def _take_room(self, columns: int, rows: int) -> None:
        if self.camera is not None:
            # A cell is about twice as high as wide and holds two pixels.
            self.camera.fit(columns, rows * 2)

    def _say(self, words: str) -> None:
        self.query_one("#aim-hint", PlainText).say(words, style="bold")

    @property
    def _is_seen(self) -> bool:
        return self.app.screen is self.screen
