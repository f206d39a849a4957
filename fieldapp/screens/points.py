"""Looking at a place point by point: each press turns a point from not looked at to fine to not fine."""

from collections.abc import Mapping

from textual.app import ComposeResult

from fieldapp.form_turns import open_form
from fieldapp.panel import Panel
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import CHECK_POINTS, CHECK_STATES, word
from fieldapp.services.check_in import Arrived
from fieldapp.services.points import POINTS, checks_of, result_of, turned
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Look, Option
from fieldapp.widgets.tile_grid import TileGrid
from sync.records.check_in import CheckPoint, CheckState

LOOKS: dict[CheckState | None, Look] = {"ok": "good", "issue": "bad"}


class PointsPanel(Panel):
    """Five points of a place."""

    NAME = "points"

    arrived: Arrived | None = None
    checks: Mapping[CheckPoint, CheckState] = {}

    def compose(self) -> ComposeResult:
        """Lay out title and points."""
        yield PlainText(id="points-title", classes="panel-title")
        yield TileGrid(3, id="points-tiles")
        yield PlainText(id="points-note")

    async def opened(self, argument: object) -> None:
        """Take the arrival and what was said of it before."""
        if isinstance(argument, Arrived):
            self.arrived = argument
            self.checks = checks_of(argument.entry)

    def paint(self) -> None:
        """Show the points."""
        place = place_text(self.arrived.place) if self.arrived else ""
        title = self.query_one("#points-title", PlainText)
        title.say_pieces((_("What did you look at?"), "bold"), ("   ", ""), (place, ""))
        self.query_one("#points-note", PlainText).say(_("Press a point again to change it; 9 saves"))
        tiles = [self._tile(place, point) for place, point in enumerate(POINTS, 1)]
        save = Option("points.save", Face("9", _("Save"), tone="plain"))
        self.query_one(TileGrid).show([*tiles, save], highlighted=len(tiles))

    async def do_toggle(self, choice: int) -> None:
        """Turn a point, by its place from 1."""
        self.checks = turned(self.checks, POINTS[choice - 1])
        self.stage.repaint()

    async def do_save(self) -> None:
        """State it: an issue is one, all fine is normal."""
        if self.arrived is None:
            return
        result = result_of(self.checks)
        entry = await self.work.do(self.services.check_ins.say, self.arrived.entry, result, dict(self.checks))
        words = place_text(self.arrived.place)
        self.stage.flash(_("Saved"), words)
        self.stage.offer_undo(entry, words)
        if result == "issue":
            await open_form(self, "problem", self.arrived.spot, above_home=True)
        else:
            await self.stage.home()

    def _tile(self, place: int, point: CheckPoint) -> Option:
        state = self.checks.get(point)
        note = word(CHECK_STATES, state) if state else _("not looked at")
        face = Face(str(place), word(CHECK_POINTS, point), note, LOOKS.get(state, "plain"))
        return Option(f"points.toggle:{place}", face)
