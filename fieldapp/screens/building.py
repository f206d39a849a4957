"""A building's page: what is known of it, and what can be done at its doors without a plate."""

from typing import Literal

from textual.app import ComposeResult

from fieldapp.form_turns import open_form
from fieldapp.list_panel import ListPanel
from fieldapp.panel import SECOND_TAP_MS
from fieldapp.presentation.building_page import (
    CALL,
    CASE,
    DANGER_NUMBERS,
    DOOR,
    LAST_SEEN,
    NEVER_WHO,
    OCCASION,
    SEEN,
    occasion_of,
    page_facts,
    page_lines,
    page_note,
    page_title,
)
from fieldapp.services.buildings import BuildingView
from fieldapp.services.places import Place, Spot
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

FormName = Literal["problem", "visit"]


class BuildingPanel(ListPanel):
    """One building of the grid."""

    NAME = "building"

    building = ""
    view: BuildingView | None = None
    opened_ms = 0

    def compose(self) -> ComposeResult:
        """Lay out what is known and the list."""
        yield PlainText(id="building-title", classes="panel-title")
        yield PlainText(id="building-facts")
        yield PlainText(id="building-note")
        yield PlainText(id="building-danger")
        yield WindowedList(numbered=True, id="building-list")

    async def opened(self, argument: object) -> None:
        """Read the building that `argument` names, the same one again on a return."""
        is_other = isinstance(argument, str) and argument != self.building
        self.building = argument if isinstance(argument, str) else self.building
        self.view = await self.work.do(self.services.buildings.building, self.building)
        self.opened_ms = self.services.clock.stamp().mono_ms
        if is_other:
            self.query_one(WindowedList).highlighted = 0

    def paint(self) -> None:
        """Show the building, or that the district has it no longer."""
        view = self.view
        self.query_one("#building-title", PlainText).say(
            page_title(view) if view else _("This building is no longer in the district's list"), style="bold"
        )
        self.query_one("#building-facts", PlainText).say(page_facts(view) if view else "")
        note = self.query_one("#building-note", PlainText)
        note.display = bool(view and page_note(view))
        note.say(page_note(view) if view else "")
        self.query_one("#building-danger", PlainText).say(_(DANGER_NUMBERS))
        rows = [Row(each.key, each.title, each.note, each.mark, each.tone) for each in page_lines(view)] if view else []
        empty = _("No check-in here is known yet")
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=empty, keep_place=True)

    async def do_arrive(self) -> None:
        """Check in here by hand; where there are several doors, at one of them."""
        if self.view is None:
            return
        choice = self.view.choice
        if choice.has_doors:
            await self.stage.go("places", choice)
        else:
            await self.stage.take_place(choice.only_place(), None)

    async def do_problem(self) -> None:
        """Report a problem here."""
        await self._open_form("problem")

    async def do_visit(self) -> None:
        """Record a visit here."""
        await self._open_form("visit")

    async def chosen(self, row: Row) -> None:
        """Check in at an entrance, or open what the row stands for."""
        if self.view is None or self.services.clock.stamp().mono_ms - self.opened_ms < SECOND_TAP_MS:
            # The second tap of a finger that meant the row of the list before.
            return
        kind, _colon, rest = row.key.partition(":")
        if kind == DOOR:
            await self.stage.take_place(self.view.choice.place_at(rest), None)
        elif kind == OCCASION:
            await self._open_occasion(row.key)
        elif kind == CASE:
            await self.stage.go("case", rest)
        elif kind == SEEN:
            self.stage.flash(_(LAST_SEEN), _(NEVER_WHO), "plain")
        elif kind == CALL:
            self.stage.flash(row.title, row.note, "plain")

    async def _open_occasion(self, key: str) -> None:
        occasion = occasion_of(self.view, key) if self.view is not None else None
        if occasion is not None and occasion.is_own:
            await self.stage.go("record", occasion.line)
        else:
            self.stage.flash(_("Not yours"), _("Only what it says of the building is shown"), "warn")

    async def _open_form(self, form: FormName) -> None:
        """Open a form for this building: at the door of the last check-in, where that was here."""
        last = await self.work.do(self.services.check_ins.spot)
        is_here = last is not None and last.place.building == self.building
        await open_form(self, form, last if is_here else Spot(Place(self.building)))
