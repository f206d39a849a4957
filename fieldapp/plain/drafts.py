"""Forms from wherever one is, and what is half written; what is about something else is put aside, never lost."""

from collections.abc import Sequence

from fieldapp.plain.page import Listing, Page, Row, TalkPort, listing
from fieldapp.presentation.half_written import aside_said, half_written_note, half_written_title
from fieldapp.services.filling import begin_here
from fieldapp.services.forms import HalfWritten
from fieldapp.services.places import Spot
from fieldapp.text import _


class DraftsPage(Page):
    """The list of forms that somebody began, last touched first."""

    NAME = "drafts"

    drafts: Sequence[HalfWritten] = ()

    def opened(self, _argument: object) -> None:
        """Read what is half written."""
        self.drafts = self.services.today.half_written()

    def title(self) -> str:
        """Ask."""
        return _("Half written: which one?")

    def listing(self) -> Listing:
        """Return the drafts."""
        return listing([self._row(half) for half in self.drafts], _("Nothing is half written"))

    def chosen(self, row: Row) -> None:
        """Go on with a draft."""
        go_on(self.talk, row.key)

    def _row(self, half: HalfWritten) -> Row:
        matter = self.services.problems.matter(half.values.get("matter", ""))
        return Row(half.name, half_written_title(half), half_written_note(half, matter))


def open_form(talk: TalkPort, form: str, spot: Spot | None = None, *, above_home: bool = False) -> None:
    """Go to a form at a place, or where the last check-in was."""
    aside = begin_here(talk.services, form, spot)
    talk.go(form, above_home=above_home)
    say_aside(talk, aside)


def go_on(talk: TalkPort, draft: str) -> None:
    """Go to a form with what was half written in it."""
    talk.go(talk.services.forms.take_up(draft))


def say_aside(talk: TalkPort, aside: HalfWritten | None) -> None:
    """Say what was put aside, and how it goes on."""
    if aside is not None:
        talk.say(*aside_said(aside))
