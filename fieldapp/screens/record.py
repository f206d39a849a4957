"""One record whole: its words, what is proven of it, and withdrawing it with a reason."""

from collections.abc import Collection
from functools import partial

from textual.app import ComposeResult

from fieldapp.keymap import Action, Need
from fieldapp.mend_turn import put_right
from fieldapp.panel import Panel, options_of
from fieldapp.presentation.record_page import photos_of, record_lines, record_needs, voices_of
from fieldapp.presentation.records import place_text, record_cells
from fieldapp.safety import beside
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.services.shift_log import LogLine
from fieldapp.text import _
from fieldapp.voice_form import listen
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile_grid import TileGrid
from sync.records import CheckIn, MediaRef
from sync.records.void import VoidReason


class RecordPanel(Panel):
    """A line of the log."""

    NAME = "record"

    line: LogLine | None = None
    is_own = False
    is_mendable = False

    def compose(self) -> ComposeResult:
        """Lay out the record and what can be done with it."""
        yield PlainText(id="record-title", classes="panel-title")
        yield PlainText(id="record-words")
        yield TileGrid(2, id="record-tiles")

    async def opened(self, argument: object) -> None:
        """Take the line; see whose it is."""
        if isinstance(argument, LogLine):
            self.line = argument
            author = await self.work.do(self.services.recorder.author)
            self.is_own = author.person == argument.entry.record.actor
            self.is_mendable = await self.work.do(self.services.mending.is_open, argument.entry)

    def paint(self) -> None:
        """Show the record."""
        line = self.line
        if line is None:
            return
        cells = record_cells(line)
        self.query_one("#record-title", PlainText).say(f"{cells.time}  {cells.label}", style="bold")
        self.query_one("#record-words", PlainText).say("\n".join(record_lines(line, is_mendable=self.is_mendable)))
        self.query_one(TileGrid).show(options_of(self, "tile"))

    def met(self) -> Collection[Need]:
        """Return whether it can be withdrawn, and whether its result is still to be stated."""
        line = self.line
        needs = () if line is None else record_needs(line, is_own=self.is_own, is_mendable=self.is_mendable)
        # Asked only where there is a note: who listens to nothing needs no program.
        return (*needs, Need.PLAYER) if self._voices and self.services.voices.plays else needs

    def is_shown(self, action: Action) -> bool:
        """Offer to say normal for check-ins only, and to look at photos where there are some."""
        if action.verb == "photos":
            return bool(self._photos)
        if action.verb == "voice":
            return bool(self._voices)
        if action.verb == "mend":
            return self.is_mendable
        if action.verb == "case":
            return self.line is not None and bool(self.line.case_id) and not self.line.is_void
        return action.verb != "normal" or (self.line is not None and isinstance(self.line.body, CheckIn))

    async def do_wrong_place(self) -> None:
        """Withdraw it: it was another place."""
        await self._withdraw("wrong_place")

    async def do_duplicate(self) -> None:
        """Withdraw it: it is there twice."""
        await self._withdraw("duplicate")

    async def do_mistake(self) -> None:
        """Withdraw it: it was a mistake."""
        await self._withdraw("mistake")

    async def do_mend(self) -> None:
        """Open its form again, filled with what it says."""
        if self.line is not None:
            await put_right(self, self.line.entry.record.id)

    async def do_case(self) -> None:
        """Show the case that it is, or is about."""
        if self.line is not None:
            await self.stage.go("case", self.line.case_id)

    async def do_photos(self) -> None:
        """Look at the photos."""
        await self.stage.go("photo", PhotosToShow(self._photos))

    async def do_voice(self) -> None:
        """Listen to the spoken note, beside everything else."""
        for voice in self._voices[:1]:
            beside(self.app, "listen", partial(listen, self, voice), hears=self)

    async def do_normal(self) -> None:
        """State that all was in order there."""
        if self.line is not None:
            entry = await self.work.do(self.services.check_ins.say_normal, self.line.entry)
            self.stage.flash(_("Normal, saved"), place_text(self.line.place))
            self.stage.offer_undo(entry, place_text(self.line.place))
            await self.stage.back()

    @property
    def _photos(self) -> tuple[MediaRef, ...]:
        return photos_of(self.line) if self.line is not None else ()

    @property
    def _voices(self) -> tuple[MediaRef, ...]:
        return voices_of(self.line) if self.line is not None else ()

    async def _withdraw(self, reason: VoidReason) -> None:
        if self.line is not None:
            await self.work.do(self.services.recorder.withdraw, self.line.entry, reason)
            self.stage.flash(_("Withdrawn"), record_cells(self.line).label, "plain")
            await self.stage.back()
