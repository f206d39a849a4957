"""What can be set on the tablet itself, and what it is: language, light, size, sounds; version, name, grid."""

from msgspec.structs import replace
from textual.app import ComposeResult

from fieldapp.keymap import LANGUAGE_NAMES, Action
from fieldapp.panel import Panel, options_of
from fieldapp.presentation.settings import light_word, size_word, sounds_word, tablet_lines
from fieldapp.text import _, current_language
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from fieldapp.widgets.tile_grid import TileGrid
from sync.journal import Enrolment

SOUNDS_SETTING = "ui.sounds"
"""Name under which the app stores whether it sounds."""


class SettingsPanel(Panel):
    """The settings."""

    NAME = "settings"

    sounds: str | None = None
    grid_name: str = ""
    enrolment: Enrolment | None = None

    def compose(self) -> ComposeResult:
        """Lay out the tiles and what the tablet is."""
        yield PlainText(id="settings-title", classes="panel-title")
        yield TileGrid(3, id="settings-tiles")
        yield PlainText(id="settings-facts")

    async def opened(self, _argument: object) -> None:
        """Read how things stand."""
        services = self.services
        self.sounds = await self.work.do(services.settings.get, SOUNDS_SETTING)
        self.enrolment = await self.work.do(services.enroller.state)
        grid = await self.work.do(services.reference.grid)
        self.grid_name = f"{grid[1].community_name} {grid[1].name}" if grid else ""

    def paint(self) -> None:
        """Show it."""
        self.query_one("#settings-title", PlainText).say(_("Settings"), style="bold")
        self.query_one(TileGrid).show(options_of(self, "tile"))
        device = self.enrolment.device if self.enrolment else ""
        lines = tablet_lines(device, self.grid_name, self.services.session.idle_lock_s)
        self.query_one("#settings-facts", PlainText).say("\n".join(lines))

    def face(self, face: Face, action: Action) -> Face:
        """Say under each name how it stands."""
        stands = {
            "language": LANGUAGE_NAMES[current_language()],
            "look": light_word(self.app.theme),
            "size": size_word(self.app.theme),
            "sounds": sounds_word(self.sounds),
        }
        return replace(face, note=stands.get(action.verb, face.note))

    async def do_language(self) -> None:
        """Speak the other language."""
        await self.app.run_action("language")

    async def do_look(self) -> None:
        """Put on the look for the other light."""
        await self.app.run_action("look")

    async def do_size(self) -> None:
        """Make tiles and rows large, or usual again."""
        await self.app.run_action("size")

    async def do_sounds(self) -> None:
        """Sound no more, or again."""
        await self.app.run_action("sounds")
        self.sounds = await self.work.do(self.services.settings.get, SOUNDS_SETTING)
        self.stage.flash(_("Sounds"), sounds_word(self.sounds))
        self.stage.repaint()

    async def do_try_accepted(self) -> None:
        """Let the tone be heard that follows what was accepted."""
        self.stage.flash(_("One tone"), _("So it sounds when something is saved"))

    async def do_try_look(self) -> None:
        """Let the tone be heard that asks for a look."""
        self.stage.flash(_("Two tones"), _("So it sounds when you should look"), "warn")
