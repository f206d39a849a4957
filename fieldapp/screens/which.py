"""Several cards whose numbers end alike, of which only the end was read: which one is meant?"""

from textual.app import ComposeResult

from fieldapp.list_panel import ListPanel
from fieldapp.presentation.effects import effect_said, meant_words
from fieldapp.services.tag_effect import Effect, WhichTag
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class WhichPanel(ListPanel):
    """The list of the places and people that may be meant."""

    NAME = "which"

    effects: tuple[Effect, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the question and the list."""
        yield PlainText(id="which-title", classes="panel-title")
        yield WindowedList(numbered=True, id="which-list")

    async def opened(self, argument: object) -> None:
        """Take what the cards do here."""
        if isinstance(argument, WhichTag):
            self.effects = argument.effects
            said = effect_said(argument)
            self.stage.flash(said.word, said.line, said.tone)

    def paint(self) -> None:
        """Ask."""
        self.query_one("#which-title", PlainText).say(_("Only the end of the card's number was read. Which one is it?"))
        rows = [Row(str(place), *meant_words(effect)) for place, effect in enumerate(self.effects)]
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty="")

    async def chosen(self, row: Row) -> None:
        """Do what the chosen card does."""
        effect = self.effects[int(row.key)]
        await self.stage.back()
        await self.stage.carry_out(effect)
