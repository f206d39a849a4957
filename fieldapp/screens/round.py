"""The round: every building with what was found there today, in the order of the patrol or the nearest first."""

from collections.abc import Collection
from typing import Literal

from msgspec.structs import replace
from textual.app import ComposeResult

from fieldapp.keymap import Action
from fieldapp.list_panel import ListPanel
from fieldapp.presentation.buildings import (
    LOOKS,
    building_facts,
    building_title,
    round_counts,
    round_title,
    state_words,
)
from fieldapp.services.buildings import BuildingRow, RoundView, nearest_first
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

Order = Literal["near", "route"]


class RoundPanel(ListPanel):
    """The buildings of the grid."""

    NAME = "round"

    view: RoundView | None = None
    is_left_only = False
    order: Order = "near"

    def compose(self) -> ComposeResult:
        """Lay out title, counts and list."""
        yield PlainText(id="round-title", classes="panel-title")
        yield PlainText(id="round-counts")
        yield WindowedList(numbered=True, id="round-list")

    async def opened(self, _argument: object) -> None:
        """Read the buildings; the order does not change by itself, or a finger would find another row."""
        self.view = await self.work.do(self.services.buildings.round)

    async def closed(self) -> None:
        """Begin with all buildings the next time."""
        self.is_left_only, self.order = False, "near"

    def paint(self) -> None:
        """Show the buildings."""
        view = self.view
        if view is None:
            return
        order = "" if not view.has_position else _("nearest first") if self.order == "near" else _("in route order")
        self.query_one("#round-title", PlainText).say_pieces((round_title(view), "bold"), ("   ", ""), (order, ""))
        self.query_one("#round-counts", PlainText).say(round_counts(view))
        rows = [self._row(row) for row in self._shown(view)]
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=self._empty(view), keep_place=True)

    def is_shown(self, action: Action) -> bool:
        """Offer another order only where a position makes one."""
        return action.verb != "order" or (self.view is not None and self.view.has_position)

    def face(self, face: Face, action: Action) -> Face:
        """Say what the keys lead to."""
        if action.verb == "left" and self.is_left_only:
            return replace(face, label=_("All buildings"))
        if action.verb == "order" and self.order == "near":
            return replace(face, label=_("Route order"))
        return face

    async def do_left(self) -> None:
        """Show only what is left, or all again."""
        self.is_left_only = not self.is_left_only
        self._begin_anew()

    async def do_order(self) -> None:
        """Change the order; the distances are those of now."""
        self.order = "route" if self.order == "near" else "near"
        self.view = await self.work.do(self.services.buildings.round)
        self._begin_anew()

    async def chosen(self, row: Row) -> None:
        """Open the building."""
        await self.stage.go("building", row.key)

    def _begin_anew(self) -> None:
        self.query_one(WindowedList).highlighted = 0
        self.stage.repaint()

    def _shown(self, view: RoundView) -> Collection[BuildingRow]:
        rows = view.left if self.is_left_only else view.rows
        return nearest_first(rows) if view.has_position and self.order == "near" else rows

    def _empty(self, view: RoundView) -> str:
        return _("Nothing is left in this round") if view.rows else _("No buildings yet: connect once, key 5 on today")

    def _row(self, row: BuildingRow) -> Row:
        return Row(row.id, building_title(row), building_facts(row), state_words(row.state), LOOKS[row.state].tone)
