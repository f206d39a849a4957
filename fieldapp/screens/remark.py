"""One remark about a place: the point that is not fine, and it is saved. For small things that need no case."""

from textual.app import ComposeResult

from fieldapp.form_steps import choice_tile
from fieldapp.panel import Panel
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import CHECK_POINTS, CHECK_STATES, word
from fieldapp.services.check_in import Arrived
from fieldapp.services.points import POINTS, checks_of, with_issue
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile_grid import TileGrid


class RemarkPanel(Panel):
    """The points of a place; the one that is touched is not fine."""

    NAME = "remark"

    arrived: Arrived | None = None

    def compose(self) -> ComposeResult:
        """Lay out title and points."""
        yield PlainText(id="remark-title", classes="panel-title")
        yield TileGrid(3, id="remark-tiles")

    async def opened(self, argument: object) -> None:
        """Take the arrival."""
        if isinstance(argument, Arrived):
            self.arrived = argument

    def paint(self) -> None:
        """Show the points."""
        place = place_text(self.arrived.place) if self.arrived else ""
        title = self.query_one("#remark-title", PlainText)
        title.say_pieces((_("What is not fine?"), "bold"), ("   ", ""), (place, ""))
        points = enumerate(POINTS, 1)
        self.query_one(TileGrid).show([choice_tile("remark", at, word(CHECK_POINTS, point)) for at, point in points])

    async def do_pick(self, choice: int) -> None:
        """State that a point, by its place from 1, is not fine."""
        if self.arrived is None:
            return
        point, entry = POINTS[choice - 1], self.arrived.entry
        checks = with_issue(checks_of(entry), point)
        said = await self.work.do(self.services.check_ins.say, entry, "issue", checks)
        words = f"{place_text(self.arrived.place)}  {word(CHECK_POINTS, point)}"
        self.stage.flash(word(CHECK_STATES, "issue"), words)
        self.stage.offer_undo(said, words)
        await self.stage.home()
