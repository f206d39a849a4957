"""A building's page: what is known of it, and what can be done at its doors without a plate."""

from collections.abc import Sequence

from fieldapp.plain.drafts import open_form
from fieldapp.plain.page import Listing, Page, Row, listing
from fieldapp.presentation.building_page import (
    CALL,
    CASE,
    DANGER_NUMBERS,
    DOOR,
    LAST_SEEN,
    NEVER_WHO,
    OCCASION,
    SEEN,
    PageLine,
    occasion_of,
    page_facts,
    page_lines,
    page_note,
    page_title,
)
from fieldapp.services.buildings import BuildingView
from fieldapp.services.places import Place, Spot
from fieldapp.text import _


class BuildingPage(Page):
    """One building of the grid."""

    NAME = "building"

    building = ""
    view: BuildingView | None = None

    def opened(self, argument: object) -> None:
        """Read the building that `argument` names, the same one again on a return."""
        self.building = argument if isinstance(argument, str) else self.building
        self.view = self.services.buildings.building(self.building)

    def title(self) -> str:
        """Return the building, or that the district has it no longer."""
        view = self.view
        return page_title(view) if view is not None else _("This building is no longer in the district's list")

    def facts(self) -> Sequence[str]:
        """Return where it is, what is known of it, and whom to call in danger."""
        view = self.view
        return (page_facts(view), page_note(view), _(DANGER_NUMBERS)) if view is not None else (_(DANGER_NUMBERS),)

    def listing(self) -> Listing:
        """Return doors, open cases, whom to call, and what was recorded there."""
        rows = [_row(line) for line in page_lines(self.view)] if self.view is not None else []
        return listing(rows, _("No check-in here is known yet"))

    def chosen(self, row: Row) -> None:
        """Check in at an entrance, or go to what the row stands for."""
        kind, _colon, rest = row.key.partition(":")
        if self.view is None:
            return
        if kind == DOOR:
            self.talk.take_place(self.view.choice.place_at(rest), None)
        elif kind == OCCASION:
            self._open_occasion(row.key)
        elif kind == CASE:
            self.talk.go("case", rest)
        elif kind == SEEN:
            self.talk.say(_(LAST_SEEN), _(NEVER_WHO))
        elif kind == CALL:
            self.talk.say(row.label, row.note)

    def do_arrive(self) -> None:
        """Check in here by hand; where there are several doors, at one of them."""
        if self.view is None:
            return
        choice = self.view.choice
        if choice.has_doors:
            self.talk.go("places", choice)
        else:
            self.talk.take_place(choice.only_place(), None)

    def do_problem(self) -> None:
        """Report a problem here."""
        self._open_form("problem")

    def do_visit(self) -> None:
        """Record a visit here."""
        self._open_form("visit")

    def _open_occasion(self, key: str) -> None:
        occasion = occasion_of(self.view, key) if self.view is not None else None
        if occasion is not None and occasion.is_own:
            self.talk.go("record", occasion.line)
        else:
            self.talk.say(_("Not yours"), _("Only what it says of the building is shown"))

    def _open_form(self, form: str) -> None:
        """Go to a form for this building: at the door of the last check-in, where that was here."""
        last = self.services.check_ins.spot()
        is_here = last is not None and last.place.building == self.building
        open_form(self.talk, form, last if is_here else Spot(Place(self.building)))


def _row(line: PageLine) -> Row:
    return Row(line.key, line.title, "  ".join(text for text in (line.note, line.mark) if text))
