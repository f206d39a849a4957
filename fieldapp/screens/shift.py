"""The screen of the shift: status line, stage, keys, and the word that flashes over them."""

from textual import on
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.events import Key
from textual.message import Message
from textual.screen import Screen

from fieldapp.keymap import OF_THE_APP, is_of_the_app
from fieldapp.messages import ReaderFault, Said, StatusTouched, SyncChanged, TagRead, Trouble, TurnEnded, UndoOffered
from fieldapp.panel import Kit, bar_of
from fieldapp.panel_stack import HOME
from fieldapp.presentation.troubles import UNEXPECTED, trouble_text
from fieldapp.queried import keep_few_answers
from fieldapp.safety import guarded
from fieldapp.stage import NewsTurn, Stage
from fieldapp.status_line import CLOCK_EVERY_S, ReadsToday, StatusLine
from fieldapp.text import _
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.demo_strip import DemoStrip
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.tile import TileField

PREPARE_AFTER_S = 1.0
"""When the panels of the first scan are made: after the first paint, before anybody has aimed."""

TROUBLE_S = 5.0
"""How long a trouble stays to be read; keys go on meanwhile."""


class ShiftScreen(Screen[None]):
    """Everything between sign-in and lock."""

    AUTO_FOCUS = ""

    def __init__(self, kit: Kit, person: object) -> None:
        super().__init__()
        keep_few_answers(self)
        self._kit = kit
        self._was_shown = False
        self.person = person
        """Id of whose shift this is: somebody else gets a screen of their own."""
        self.opens_home = False

    def compose(self) -> ComposeResult:
        """Lay out the four rows and the band of the flash."""
        yield StatusLine(self._kit)
        yield Stage(self._kit, id="shift-stage")
        yield ActionBar(id="shift-bar")
        if self._kit.demo is not None:
            yield DemoStrip(self._kit.demo, id="shift-demo")
        yield Flash(id="shift-flash")

    async def on_mount(self) -> None:
        """Show the first panel, before anything is painted; from now on look at the clock."""
        await guarded(self.stage.home() if self.opens_home else where_it_was(self.stage), self)
        self._show_keys()
        self.set_interval(CLOCK_EVERY_S, self._tick)
        if not self.opens_home:
            # After a fault nothing is made unasked: what cannot be made would fault again and again, at home too.
            self.set_timer(PREPARE_AFTER_S, lambda: self.stage.take(lambda stage: stage.prepare("arrived", "problem")))

    def update_node_styles(self, animate: bool = True) -> None:
        """Give every widget its style again; not when the screen is new, for each got its own while it was mounted."""
        if self._was_shown:
            super().update_node_styles(animate=animate)
        self._was_shown = True

    @property
    def stage(self) -> Stage:
        """Return the stage; while the screen is being laid out, or taken down, it has none."""
        try:
            return self.query_one(Stage)
        except NoMatches as exc:
            # As an attribute that is not there, so that asking whether there is one is no failure.
            raise AttributeError("the stage is not laid out") from exc

    def take_tag(self, read: TagRead) -> None:
        """Let a tag do what it does here."""

        async def turn(stage: Stage) -> None:
            try:
                await stage.take_tag(read.medium, read.value, read.certainty)
            finally:
                read.done()

        self.stage.take(turn)

    def take_news(self, news: Message) -> None:
        """Show how readers and sync stand now."""
        if isinstance(news, SyncChanged):
            self.stage.post_message(NewsTurn(news.status))
        if isinstance(news, ReaderFault):
            self._flash(Said(_("Not readable"), _("Scan once more ({reason})").format(reason=news.reason), "warn"))
        self.query_one(StatusLine).read_anew()

    def relabel(self) -> None:
        """Say everything in the language of the moment."""
        self.stage.repaint()
        self.query_one(StatusLine).paint()
        for strip in self.query(DemoStrip):
            strip.relabel()

    @on(Key)
    def _give_key(self, event: Key) -> None:
        if not is_of_the_app(event.key) and self.stage.wants(event.key):
            event.stop()
            key = event.key
            self.stage.take(lambda stage: stage.take_key(key))

    @on(TileField.Pressed)
    def _give_press(self, event: TileField.Pressed) -> None:
        if event.press not in OF_THE_APP:
            event.stop()
            press, began_s = event.press, event.began_s
            self.stage.take(lambda stage: stage.take_press(press, began_s))

    @on(TurnEnded)
    def _show_keys(self) -> None:
        panel = self.stage.current
        if panel is not None:
            self.query_one(ActionBar).show(bar_of(panel, is_home=panel.NAME == HOME))
        shown: object = panel
        view = shown.take_view() if isinstance(shown, ReadsToday) else None
        status = self.query_one(StatusLine)
        if view is not None:
            status.tell(view)
        else:
            status.read_anew()

    @on(Said)
    def _flash(self, event: Said) -> None:
        event.stop()
        self.query_one(Flash).show(event.word, event.line, tone=event.tone)

    @on(Trouble)
    def _tell_trouble(self, event: Trouble) -> None:
        event.stop()
        text = trouble_text(event.code)
        self.query_one(Flash).show(f"{text.what} {text.code}", text.todo, tone="bad", seconds=TROUBLE_S)
        if self.stage.current is None:
            self.set_timer(TROUBLE_S, lambda: self.stage.take(where_it_was))
        elif event.code == UNEXPECTED and self.stage.current.NAME != HOME:
            self.stage.take(lambda stage: stage.home())

    @on(StatusTouched)
    def _show_devices(self, event: StatusTouched) -> None:
        """Show how the readers stand, where there are any; a form that is open stays below."""
        event.stop()
        if self._kit.devices is not None:
            self.stage.take(lambda stage: stage.go("devices"))

    @on(UndoOffered)
    def _offer_undo(self, event: UndoOffered) -> None:
        event.stop()
        self.query_one(ActionBar).offer_undo(event.what, event.seconds)

    def _tick(self) -> None:
        if self.stage.current is not None:
            self.stage.current.tick()


async def where_it_was(stage: Stage) -> None:
    """Open the form and the step in which the app was last seen, else the home panel."""
    last = await stage.kit.work.do(stage.kit.services.forms.last_open)
    await (stage.go(last.form, last.field) if last is not None else stage.home())
