"""Telling by hand what hangs on a port: tap a card, see who understands what arrives, choose; the choice stays."""

from textual.app import ComposeResult

from fieldapp.list_panel import ListPanel
from fieldapp.presentation.devices import trial_hint, trial_rows
from fieldapp.reader_news import TrialCard
from fieldapp.safety import beside
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class TrialPanel(ListPanel):
    """One reader's port, tried out."""

    NAME = "trial"

    reader = ""
    card: TrialCard | None = None

    def compose(self) -> ComposeResult:
        """Lay out what to do, what arrived, and the models."""
        yield PlainText(id="trial-title", classes="panel-title")
        yield PlainText(id="trial-hint")
        yield PlainText(id="trial-raw")
        yield WindowedList(numbered=True, id="trial-list")

    async def opened(self, argument: object) -> None:
        """Take the port."""
        if isinstance(argument, str) and self.devices is not None:
            self.reader = argument
            await self.work.do(self.devices.begin_trial, argument)
        await self._look()

    async def left(self) -> None:
        """Give the port back as it was."""
        await self._end("")

    def put_away_now(self) -> None:
        """Give the port back: the program is being ended."""
        if self.devices is not None and self.reader:
            self.devices.end_trial(self.reader)

    def paint(self) -> None:
        """Show how it stands."""
        card = self.card
        self.query_one("#trial-title", PlainText).say(_("Which reader is it?"), style="bold")
        hint = trial_hint(card) if card is not None else _("There is no port to try; plug it in first")
        self.query_one("#trial-hint", PlainText).say(hint)
        self.query_one("#trial-raw", PlainText).say(card.raw if card is not None else "")
        rows = [Row(model, model, f"    {note}") for model, note in trial_rows(card)] if card is not None else []
        self.query_one(WindowedList).show(len(rows), pages_of(rows), keep_place=True)

    def tick(self) -> None:
        """Look again."""
        beside(self, "trial", self._look_again, replaces=True)

    async def do_speed(self) -> None:
        """Listen at the next speed."""
        if self.devices is not None and self.reader:
            await self.work.do(self.devices.next_speed, self.reader)

    async def chosen(self, row: Row) -> None:
        """Keep the model."""
        await self._end(row.key)
        self.stage.flash(_("Chosen"), row.key)
        await self.stage.back()

    async def _end(self, model: str) -> None:
        reader, self.reader, self.card = self.reader, "", None
        if reader and self.devices is not None:
            await self.work.do(self.devices.end_trial, reader, model)

    async def _look(self) -> None:
        if self.devices is not None and self.reader:
            self.card = await self.work.do(self.devices.trial, self.reader)

    async def _look_again(self) -> None:
        await self.work.when_idle()
        await self._look()
        if self.display:
            self.paint()
