"""A colleague's badge on an unlocked tablet: hand it over, or go on."""

from textual.app import ComposeResult

from fieldapp.panel import Panel, options_of
from fieldapp.presentation.outside import shown
from fieldapp.services.session import Person
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile_grid import TileGrid


class HandoverPanel(Panel):
    """Offers the tablet to somebody else."""

    NAME = "handover"

    person: Person | None = None

    def compose(self) -> ComposeResult:
        """Lay out the question and the two ways."""
        yield PlainText(id="handover-title", classes="panel-title")
        yield TileGrid(2, id="handover-tiles")

    async def opened(self, argument: object) -> None:
        """Take the person whose badge it was."""
        if isinstance(argument, Person):
            self.person = argument

    def paint(self) -> None:
        """Ask."""
        name = shown(self.person.name) if self.person else ""
        self.query_one("#handover-title", PlainText).say(
            _("This is the badge of {name}. Hand the tablet over?").format(name=name), style="bold"
        )
        self.query_one(TileGrid).show(options_of(self, "tile"), highlighted=1)

    async def do_go(self) -> None:
        """Lock and ask the colleague's PIN."""
        if self.person is not None:
            await self.stage.home()
            await self.stage.lock_up(self.person.id)

    async def do_stay(self) -> None:
        """Go on as before."""
        await self.stage.back()
