"""Several cards whose numbers end alike, of which only the end was read: which one is meant?"""

from fieldapp.plain.page import Listing, Page, Row, listing
from fieldapp.presentation.effects import effect_said, meant_words
from fieldapp.services.tag_effect import Effect, WhichTag
from fieldapp.text import _


class WhichPage(Page):
    """The list of the places and people that may be meant."""

    NAME = "which"

    effects: tuple[Effect, ...] = ()

    def opened(self, argument: object) -> None:
        """Take what the cards do here."""
        if isinstance(argument, WhichTag):
            self.effects = argument.effects
            said = effect_said(argument)
            self.talk.say(said.word, said.line)

    def title(self) -> str:
        """Ask."""
        return _("Only the end of the card's number was read. Which one is it?")

    def listing(self) -> Listing:
        """Return the cards that may be meant."""
        return listing([Row(str(place), *meant_words(effect)) for place, effect in enumerate(self.effects)])

    def chosen(self, row: Row) -> None:
        """Do what the chosen card does."""
        self.talk.back()
        self.talk.carry_out(self.effects[int(row.key)])
