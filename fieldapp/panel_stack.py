"""The panels of the shift screen, one above the other; the newest is shown, the home panel lies at the bottom."""

from textual.containers import Container

from fieldapp.messages import ShowScreen, TurnEnded
from fieldapp.mode_panel import ModePanel
from fieldapp.panel import Kit, Panel, StagePort
from fieldapp.queried import keep_few_answers
from fieldapp.screens import panel_class
from fieldapp.styles import dress
from fieldapp.touches import Picture, touches_of
from fieldapp.widgets.plain import PlainText

HOME = "today"
"""The panel at the bottom of everything."""

SHORT_ROWS = 19
"""Below this height panels leave out what only is air."""

TIGHT_ROWS = 16
"""Below this height they leave out all of it, so that nothing has to be scrolled."""


class PanelStack(Container):
    """Makes panels when they are first shown, and keeps them."""

    def __init__(self, kit: Kit, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        keep_few_answers(self)
        self.kit = kit
        self.picture = Picture(lambda: touches_of(self.app).now())
        self._stack: list[Panel] = []
        self._width_cells = 0

    @property
    def current(self) -> Panel | None:
        """Return the panel that is shown, None before the first one is."""
        return self._stack[-1] if self._stack else None

    @property
    def form(self) -> Panel | None:
        """Return the form that is open, also when a list or a code for it lies above; None without one."""
        return next((panel for panel in reversed(self._stack) if panel.TAKES_PLACE), None)

    @property
    def mode(self) -> ModePanel | None:
        """Return the mode that takes every tag, also when a list or a code for it lies above; None without one."""
        return next((panel for panel in reversed(self._stack) if isinstance(panel, ModePanel)), None)

    async def go(self, panel: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open a panel above the others, or above the home panel alone; one that is already below comes back up."""
        if not self._stack and panel != HOME:
            # A form that comes back after a restart lies above the home panel, as it did before.
            await self.go(HOME)
        if self.current is not None:
            await self.current.left()
        wanted = self._known(panel) or await self._made(panel)
        await wanted.opened(argument)
        below = self._stack[: self._stack.index(wanted)] if wanted in self._stack else self._stack
        below = below[:1] if above_home else below
        gone = [other for other in self._stack if other not in below and other is not wanted]
        self._stack = [*below, wanted]
        for other in gone:
            await other.closed()
        self.repaint()

    async def back(self) -> None:
        """Return to the panel below; from the home panel nowhere."""
        if len(self._stack) > 1:
            gone = self._stack.pop()
            await gone.left()
            await gone.closed()
            await self._stack[-1].opened(None)
        self.repaint()

    def on_resize(self) -> None:
        """Note when there is little height, so that panels leave out what only is air; fit the panel to its width."""
        self.set_class(self.size.height < SHORT_ROWS, "-short")
        self.set_class(self.size.height < TIGHT_ROWS, "-tight")
        was_cells, self._width_cells = self._width_cells, self.size.width
        if self.current is not None and was_cells != self.size.width:
            self.current.paint()
            self.see_anew()

    async def home(self) -> None:
        """Return to the home panel."""
        await self.go(HOME)

    async def prepare(self, *panels: str) -> None:
        """Make panels that will be needed soon, so that the first scan of the day is as quick as the others."""
        for panel in panels:
            if self._known(panel) is None:
                await self._made(panel)

    def repaint(self) -> None:
        """Show the panel that is on top, in the language of the moment."""
        top = self.current
        with self.app.batch_update():
            for panel in self.query_children(Panel):
                panel.display = panel is top
            if top is not None:
                top.paint()
                self.screen.set_focus(top.focus_target())
                # What is said beside the tiles is what a touch on one of them is about.
                if self.picture.shows((top.page, *(said.text for said in top.query(PlainText)))):
                    self.see_anew()
        self.post_message(TurnEnded())

    def see_anew(self) -> None:
        """Let no touch count before what changed was painted, and an eye had its time since then."""
        self.picture.changes()
        self.call_after_refresh(self.picture.painted)

    def show_screen(self, name: str, argument: object = None) -> None:
        """Put a whole screen on top."""
        self.post_message(ShowScreen(name, argument))

    async def put_away(self) -> None:
        """Put away what is unsaved."""
        if self.current is not None:
            await self.current.left()

    def put_away_now(self) -> None:
        """Put away what is unsaved and wait for it: the program is being ended."""
        if self.current is not None:
            self.current.put_away_now()

    def port(self) -> StagePort:
        """Return what panels are given to ask of the stage."""
        raise LookupError("a stack of panels needs a stage around it")

    def _known(self, name: str) -> Panel | None:
        return next((panel for panel in self.query_children(Panel) if name == panel.NAME), None)

    async def _made(self, name: str) -> Panel:
        dress(self.app.stylesheet, name)
        panel = panel_class(name)(self.kit, self.port())
        panel.display = False
        await self.mount(panel)
        return panel
