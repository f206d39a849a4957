"""Choosing a place by hand: buildings, then doors; for a check-in, for a form, or for a tag nobody knows."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from fieldapp.keymap import TYPED_KEY
from fieldapp.panel import SECOND_TAP_MS, Panel
from fieldapp.presentation.away import building_note
from fieldapp.presentation.place_marks import PlaceMarks, plate_marks, round_marks
from fieldapp.services.finding import BuildingChoice, BuildingFinder
from fieldapp.services.places import Place
from fieldapp.services.tag_effect import UnknownTag
from fieldapp.text import _
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

WHOLE = "whole"
"""Key of the row that means the building as a whole."""


class PlacesPanel(Panel):
    """The list of places."""

    NAME = "places"

    finder = BuildingFinder({}, {})
    found: Sequence[BuildingChoice] = ()
    marks = PlaceMarks()
    building: BuildingChoice | None = None
    chosen_ms = 0
    tag: UnknownTag | None = None
    is_typing = False

    def compose(self) -> ComposeResult:
        """Lay out title, line and list."""
        yield PlainText(id="places-title", classes="panel-title")
        yield PlainInput(id="places-line", max_length=40)
        yield WindowedList(numbered=True, id="places-list")

    @property
    def page(self) -> str:
        """Leave all but the function keys to the line while one is typed."""
        return f"{self.NAME}.typed" if self.is_typing else self.NAME

    async def opened(self, argument: object) -> None:
        """Read the buildings and how far they are; `argument` may be the tag, or the building, to choose a door for."""
        self.tag = argument if isinstance(argument, UnknownTag) else None
        self.building, self.is_typing = argument if isinstance(argument, BuildingChoice) else None, False
        self.chosen_ms = self.services.clock.stamp().mono_ms
        self.finder, self.marks = await self.work.do(self._read)
        self.query_one(PlainInput).put("")

    def paint(self) -> None:
        """Show buildings, or the doors of one."""
        line = self.query_one(PlainInput)
        line.display = self.is_typing
        self.query_one(WindowedList).key_mark = TYPED_KEY if self.is_typing else ""
        line.placeholder = _("Number (3-2), initials, characters")
        title = self.building.name if self.building else _("Which building?")
        self.query_one("#places-title", PlainText).say_pieces((title, "bold"), ("   ", ""), (self._purpose(), ""))
        self._show_rows()

    def focus_target(self) -> Widget | None:
        """Give the keys to the line while one is typed, else to the list."""
        return self.query_one(PlainInput) if self.is_typing else self.query_one(WindowedList)

    async def step_back(self) -> bool:
        """Leave the line, or the doors."""
        if not self.is_typing and self.building is None:
            return False
        self.is_typing, self.building = False, None
        return True

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its digit."""
        self.query_one(WindowedList).choose_numbered(choice)

    async def do_find(self) -> None:
        """Show the line to find a building with."""
        self.is_typing, self.building = True, None
        self.stage.repaint()

    async def submitted(self, _text: str) -> None:
        """Take the highlighted row."""
        self.query_one(WindowedList).choose()

    async def chosen(self, row: Row) -> None:
        """Take a building or a door."""
        if self.building is None:
            found = next((choice for choice in self.found if choice.id == row.key), None)
            if found is None:
                return
            self.is_typing = False
            if found.door:
                await self.stage.take_place(found.place_at(found.door), self.tag)
                return
            if found.has_doors or (found.entrances and self.stage.mode is not None):
                # A building's own plate hangs beside that of its only entrance.
                self.building, self.chosen_ms = found, self.services.clock.stamp().mono_ms
                self.stage.repaint()
                return
            await self.stage.take_place(found.only_place(), self.tag)
            return
        names = dict(self.building.entrances)
        is_second_tap = self.services.clock.stamp().mono_ms - self.chosen_ms < SECOND_TAP_MS
        if is_second_tap or (row.key != WHOLE and row.key not in names):
            return
        await self.stage.take_place(self.building.place_at("" if row.key == WHOLE else row.key), self.tag)

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        self._show_rows()

    def _read(self) -> tuple[BuildingFinder, PlaceMarks]:
        finder = self.services.finder.buildings()
        if self.stage.mode is not None:
            return finder, plate_marks(self.services.mounting.progress())
        shift = self.services.shifts.current()
        return finder, round_marks(self.services.rounds.progress(shift.id)) if shift else PlaceMarks()

    def _show_rows(self) -> None:
        if self.building is not None:
            building = self.building
            rows = [self._door_row(building, door, name) for door, name in building.entrances]
            rows.append(self._door_row(building, WHOLE, _("The whole building")))
        else:
            query = self.query_one(PlainInput).value if self.is_typing else ""
            found = self.found = self.finder.find(query)
            self.query_one(WindowedList).show(
                len(found),
                lambda offset, limit: [self._building_row(choice) for choice in found[offset : offset + limit]],
                empty=_("Nothing fits") if query else _("No buildings yet: connect once"),
            )
            return
        self.query_one(WindowedList).show(len(rows), pages_of(rows))

    def _building_row(self, choice: BuildingChoice) -> Row:
        mark = (
            self.marks.of_place(choice.place_at(choice.door).place)
            if choice.door
            else self.marks.of_building(choice.id)
        )
        return Row(choice.id, choice.title, building_note(choice), mark.text, "good" if mark.is_done else "plain")

    def _door_row(self, building: BuildingChoice, door: str, name: str) -> Row:
        if door == WHOLE:
            mark, address = self.marks.of_place(Place(building.id)), ""
        else:
            mark, address = self.marks.of_place(Place(building.id, door)), building.name
        return Row(door, name, address, mark.text, "good" if mark.is_done else "plain")

    def _purpose(self) -> str:
        if self.tag is not None:
            return _("For the tag that nobody knows")
        if self.stage.mode is not None:
            return _("Where the plate hangs")
        return _("For the form") if self.stage.form is not None else _("Check-in from the list")
