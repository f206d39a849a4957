"""One record whole: its words, what is proven of it, and withdrawing it with a reason."""

from collections.abc import Collection

from textual.app import ComposeResult

from fieldapp.keymap import Action, Need
from fieldapp.mend_turn import put_right
from fieldapp.panel import Panel, options_of
from fieldapp.presentation.records import place_text, record_cells
from fieldapp.presentation.states import mend_hint, state_cell
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.services.shift_log import LogLine
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile_grid import TileGrid
from sync.records import CaseReport, CheckIn, MediaRef, Visit
from sync.records.void import VoidReason

FINAL_KINDS = ("shift_start", "shift_end", "void", "media_lost")
"""Kinds that are not withdrawn from the log."""


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
            self.is_mendable = False
            if argument.entry.state == "quarantined":
                to_mend = await self.work.do(self.services.mending.open_ones)
                self.is_mendable = any(entry.record.id == argument.entry.record.id for entry in to_mend)

    def paint(self) -> None:
        """Show the record."""
        line = self.line
        if line is None:
            return
        cells, state = record_cells(line), state_cell(line.entry)
        self.query_one("#record-title", PlainText).say(f"{cells.time}  {cells.label}", style="bold")
        words = [
            cells.detail,
            f"{state.text}  {state.detail}".strip(),
            mend_hint(line.entry, is_mendable=self.is_mendable),
            _("Number {n} of this tablet").format(n=line.entry.n),
        ]
        self.query_one("#record-words", PlainText).say("\n".join(text for text in words if text))
        self.query_one(TileGrid).show(options_of(self, "tile"))

    def met(self) -> Collection[Need]:
        """Return whether it can be withdrawn, and whether its result is still to be stated."""
        line = self.line
        if line is None or line.is_void or not self.is_own or line.entry.record.kind in FINAL_KINDS:
            return ()
        is_unstated = isinstance(line.body, CheckIn) and line.body.result == "not_stated"
        further = {Need.UNSTATED: is_unstated, Need.MENDABLE: self.is_mendable}
        return (Need.OWN, *(need for need, is_met in further.items() if is_met))

    def is_shown(self, action: Action) -> bool:
        """Offer to say normal for check-ins only, and to look at photos where there are some."""
        if action.verb == "photos":
            return bool(self._photos)
        if action.verb == "mend":
            return self.is_mendable
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

    async def do_photos(self) -> None:
        """Look at the photos."""
        await self.stage.go("photo", PhotosToShow(self._photos))

    async def do_normal(self) -> None:
        """State that all was in order there."""
        if self.line is not None:
            entry = await self.work.do(self.services.check_ins.say_normal, self.line.entry)
            self.stage.flash(_("Normal, saved"), place_text(self.line.place))
            self.stage.offer_undo(entry, place_text(self.line.place))
            await self.stage.back()

    @property
    def _photos(self) -> tuple[MediaRef, ...]:
        body = self.line.body if self.line is not None else None
        return body.media if isinstance(body, CaseReport | Visit) else ()

    async def _withdraw(self, reason: VoidReason) -> None:
        if self.line is not None:
            await self.work.do(self.services.recorder.void, self.line.entry, reason)
            self.stage.flash(_("Withdrawn"), record_cells(self.line).label, "plain")
            await self.stage.back()
