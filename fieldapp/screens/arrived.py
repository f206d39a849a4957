"""After a scan: where you are, that it is saved, and the few things that can be said of it."""

from collections.abc import Collection

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Vertical

from fieldapp.form_turns import open_form, open_task
from fieldapp.keymap import Action, Need
from fieldapp.panel import Panel, options_of
from fieldapp.presentation.casework import cases_label, task_ask, task_type
from fieldapp.presentation.effects import arrival_line, arrived_said, pending_line
from fieldapp.presentation.records import place_text
from fieldapp.services.arriving import arrive_again
from fieldapp.services.casework import OpenTask
from fieldapp.services.check_in import Arrived
from fieldapp.text import _
from fieldapp.widgets.cells import spread
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from fieldapp.widgets.tile_grid import TileGrid
from sync.records.check_in import Result


class ArrivedPanel(Panel):
    """The card of an arrival."""

    NAME = "arrived"

    arrived: Arrived | None = None
    tasks: tuple[OpenTask, ...] = ()
    open_cases = 0

    def compose(self) -> ComposeResult:
        """Lay out the card and the tiles."""
        with Vertical(id="arrived-card"):
            yield PlainText(id="arrived-place")
            yield PlainText(id="arrived-fact")
        yield TileGrid(3, id="arrived-tiles")
        yield PlainText(id="arrived-pending")

    async def opened(self, argument: object) -> None:
        """Take an arrival; say at once that it is saved, or that it was already."""
        if not isinstance(argument, Arrived):
            return
        self.arrived = argument
        said = arrived_said(argument)
        word = _("Arrived, saved") if argument.is_recorded else said.word
        self.stage.flash(word, said.line, said.tone)
        if argument.is_recorded:
            self.stage.offer_undo(argument.entry, place_text(argument.place))
        building = argument.place.place.building
        self.tasks, self.open_cases = await self.work.do(self._asked_at, building)

    def paint(self) -> None:
        """Show where, when and what can be said."""
        arrived = self.arrived
        if arrived is None:
            return
        self.query_one("#arrived-card").set_class(not arrived.is_recorded, "-already")
        self.query_one("#arrived-place", PlainText).say(spread(place_text(arrived.place)))
        self.query_one("#arrived-fact", PlainText).say(arrival_line(arrived, self.services.zone))
        self.query_one("#arrived-pending", PlainText).say(pending_line(arrived))
        self.query_one(TileGrid).show(options_of(self, "tile"), highlighted=0)

    def met(self) -> Collection[Need]:
        """Return whether an earlier arrival is open, and whether something is asked or known here."""
        found = {
            Need.PENDING: self.arrived is not None and self.arrived.pending is not None,
            Need.TASKS: bool(self.tasks),
            Need.OPEN_CASES: self.open_cases > 0,
        }
        return {need for need, is_met in found.items() if is_met}

    def is_shown(self, action: Action) -> bool:
        """Offer the place before only when it is open, a second arrival only when nothing was recorded."""
        arrived = self.arrived
        if action.verb == "previous":
            return arrived is not None and arrived.pending is not None
        if action.verb in ("task", "cases"):
            return bool(self.tasks if action.verb == "task" else self.open_cases)
        return action.verb != "again" or (arrived is not None and not arrived.is_recorded)

    async def do_normal(self) -> None:
        """Say that all looked at was in order."""
        await self._say("normal", _("Normal, saved"))

    async def do_no_access(self) -> None:
        """Say that nobody could get in."""
        await self._say("no_access", _("No access, saved"))

    async def do_problem(self) -> None:
        """Report a problem at this place."""
        if self.arrived is not None:
            await open_form(self, "problem", self.arrived.spot)

    async def do_visit(self) -> None:
        """Record a visit at this place."""
        if self.arrived is not None:
            await open_form(self, "visit", self.arrived.spot)

    async def do_points(self) -> None:
        """Look at the five points one by one."""
        if self.arrived is not None:
            await self.stage.go("points", self.arrived)

    async def do_remark(self) -> None:
        """Say which one point is not fine."""
        if self.arrived is not None:
            await self.stage.go("remark", self.arrived)

    async def do_previous(self) -> None:
        """Say that the place before this one was normal."""
        if self.arrived is None or self.arrived.pending is None:
            return
        pending = self.arrived.pending
        entry = await self.work.do(self.services.check_ins.say_normal, pending.entry)
        self.stage.flash(_("Normal, saved"), place_text(pending.place))
        self.stage.offer_undo(entry, place_text(pending.place))
        self.arrived = replace(self.arrived, pending=None)
        self.stage.repaint()

    async def do_task(self) -> None:
        """Answer what the desk wants to know of this building."""
        await open_task(self, self.tasks[0])

    async def do_cases(self) -> None:
        """Show the open cases of this building."""
        if self.arrived is not None:
            await self.stage.go("cases", self.arrived.place.place.building)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is asked here, and how many cases are open."""
        if action.verb == "task" and self.tasks:
            return replace(face, label=task_type(self.tasks[0]), note=task_ask(self.tasks[0]), tone="urgent")
        return replace(face, label=cases_label(self.open_cases)) if action.verb == "cases" else face

    def _asked_at(self, building: str) -> tuple[tuple[OpenTask, ...], int]:
        casework = self.services.casework
        return tuple(casework.tasks_at(building)), len(casework.cases(building))

    async def do_again(self) -> None:
        """Record a second arrival on purpose."""
        if self.arrived is None:
            return
        arrived = await self.work.do(arrive_again, self.services, self.arrived)
        await self.stage.go("arrived", arrived, above_home=True)

    async def _say(self, result: Result, word: str) -> None:
        if self.arrived is None:
            return
        entry = await self.work.do(self.services.check_ins.say, self.arrived.entry, result)
        words = place_text(self.arrived.place)
        self.stage.flash(word, words)
        self.stage.offer_undo(entry, words)
        await self.stage.home()
