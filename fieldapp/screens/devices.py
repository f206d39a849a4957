"""The tablet and its readers: how each stands, what came from it, and tests of readers, typing, bell and flash.

While the page is open a tag does nothing but show itself.
"""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from fieldapp.keymap import TYPING
from fieldapp.mode_panel import ModePanel
from fieldapp.presentation.devices import (
    arrived_line,
    capture_line,
    frame_line,
    reader_mark,
    reader_note,
    reader_title,
    typed_line,
)
from fieldapp.presentation.tablet import tablet_line
from fieldapp.reader_news import ReaderCard
from fieldapp.safety import beside
from fieldapp.services.tag_effect import Certainty
from fieldapp.services.today import TabletState
from fieldapp.text import _
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class DevicesPanel(ModePanel):
    """The device page."""

    NAME = "devices"

    cards: Sequence[ReaderCard] = ()
    tablet: TabletState | None = None
    arrived = ""
    is_typing = False

    def compose(self) -> ComposeResult:
        """Lay out the tablet, the readers, the newest frame, and what a test made arrive."""
        yield PlainText(id="devices-title", classes="panel-title")
        yield PlainText(id="devices-tablet")
        yield WindowedList(numbered=True, id="devices-list")
        yield PlainText(id="devices-frame")
        yield PlainText(id="devices-capture")
        yield PlainText(id="devices-arrived")
        yield PlainInput(id="devices-line", max_length=200)

    @property
    def page(self) -> str:
        """Leave the keys to the line while something is typed."""
        return TYPING if self.is_typing else self.NAME

    async def opened(self, _argument: object) -> None:
        """Look at the tablet and its readers."""
        self.is_typing = False
        await self._look()

    def paint(self) -> None:
        """Show the tablet, the readers and the last test."""
        self.query_one("#devices-title", PlainText).say(_("Devices"), style="bold")
        told = tablet_line(self.tablet, self.services.zone) if self.tablet is not None else ""
        self.query_one("#devices-tablet", PlainText).say(told)
        rows = [self._row(card) for card in self.cards]
        listing = self.query_one(WindowedList)
        empty = _("No reader is set up; a scanner that types like a keyboard works without.")
        listing.show(len(rows), pages_of(rows), empty=empty, keep_place=True)
        card = self._chosen()
        self.query_one("#devices-frame", PlainText).say(frame_line(card))
        self.query_one("#devices-capture", PlainText).say(capture_line(card))
        self.query_one("#devices-arrived", PlainText).say(self.arrived or _("Tap or scan: here it only shows itself."))
        line = self.query_one(PlainInput)
        line.display = self.is_typing
        line.placeholder = _("Type or scan something, then Enter")

    def tick(self) -> None:
        """Look at them again."""
        beside(self, "devices", self._look_again, replaces=True)

    def focus_target(self) -> Widget | None:
        """Give the keys to the line, else to the list."""
        return self.query_one(PlainInput) if self.is_typing else self.query_one(WindowedList)

    async def step_back(self) -> bool:
        """Leave the line."""
        was_typing, self.is_typing = self.is_typing, False
        return was_typing

    async def tag_read(self, medium: str, value: str, _certainty: Certainty) -> None:
        """Show what arrived; nothing is recorded, and a trial that lies above goes on."""
        self.arrived = arrived_line(medium, value)
        self.stage.repaint()

    async def submitted(self, text: str) -> None:
        """Show what was typed."""
        self.arrived, self.is_typing = typed_line(text), False
        self.query_one(PlainInput).put("")
        self.stage.repaint()

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its digit."""
        self.query_one(WindowedList).choose_numbered(choice)

    async def chosen(self, row: Row) -> None:
        """Find out by hand what a reader is."""
        await self.stage.go("trial", row.key)

    async def do_record(self) -> None:
        """Record without badges."""
        await self._record(with_values=False)

    async def do_values(self) -> None:
        """Record with what badges say; for those who have agreed."""
        await self._record(with_values=True)

    async def do_bell(self) -> None:
        """Ring the bell and flash."""
        self.app.bell()
        self.stage.flash(_("Flash"), _("The bell rang; it may be muted"), "plain")

    async def do_type(self) -> None:
        """Open the line."""
        self.is_typing = True
        self.stage.repaint()

    async def _record(self, *, with_values: bool) -> None:
        card = self._chosen()
        if self.devices is None or card is None:
            self.stage.flash(_("Record 30 s"), _("No reader is set up"), "warn")
        elif await self.work.do(self.devices.record, card.name, with_values=with_values):
            kept = _("Everything that badges say is written down") if with_values else _("Badges are not written down")
            self.stage.flash(_("Recording"), kept, "warn" if with_values else "plain")
        else:
            self.stage.flash(_("Not recorded"), _("It is not there, or is being recorded"), "warn")
        await self._look()
        self.stage.repaint()

    def _chosen(self) -> ReaderCard | None:
        place = self.query_one(WindowedList).highlighted
        return self.cards[place] if place < len(self.cards) else None

    def _row(self, card: ReaderCard) -> Row:
        mark, tone = reader_mark(card)
        return Row(card.name, reader_title(card), f"    {reader_note(card)}", mark, tone)

    async def _look(self) -> None:
        self.tablet = await self.work.do(self.services.today.tablet)
        self.cards = await self.work.do(self.devices.cards) if self.devices is not None else ()

    async def _look_again(self) -> None:
        await self.work.when_idle()
        await self._look()
        if self.display and not self.is_typing:
            self.paint()
