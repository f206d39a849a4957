"""Help: what a scan does, and every key, made from the keymap."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import Screen

from fieldapp.keymap import ACTIONS, EVERYWHERE, is_of_the_app
from fieldapp.panel import Kit, everywhere_options
from fieldapp.presentation.help import HELP_WORDS, key_words
from fieldapp.text import N_, _
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import TileField

PAGES = {EVERYWHERE: N_("Everywhere"), "today": N_("Home"), "arrived": N_("After a scan")}
"""Pages of the keymap whose keys are listed."""

_SCROLL = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}


class HelpScreen(Screen[None]):
    """Shows help; 0, Esc or Enter closes it."""

    AUTO_FOCUS = ""

    def __init__(self, kit: Kit, _argument: object = None) -> None:
        super().__init__()
        self._kit = kit

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield PlainText(id="help-title", classes="panel-title")
        with VerticalScroll(id="help-body", can_focus=False):
            yield PlainText(id="help-text")
        yield ActionBar(id="help-bar")

    def on_mount(self) -> None:
        """Say it."""
        self.relabel()

    def relabel(self) -> None:
        """Say everything in the language of the moment."""
        self.query_one("#help-title", PlainText).say(_("Help"))
        pieces: list[tuple[str, str]] = [(f"{_(words)}\n", "") for words in HELP_WORDS]
        for page, title in PAGES.items():
            pieces.append((f"\n{_(title)}\n", "bold"))
            pieces += [
                (f"  {key_words(action):<10}{_(action.label)}\n", "") for action in ACTIONS if action.panel == page
            ]
        self.query_one("#help-text", PlainText).say_pieces(*pieces)
        self.query_one(ActionBar).show(everywhere_options("back", "language", "look"))

    @on(Key)
    def _take_key(self, event: Key) -> None:
        if event.key in _SCROLL:
            self.query_one(VerticalScroll).scroll_relative(y=_SCROLL[event.key], animate=False)
        elif not is_of_the_app(event.key):
            event.stop()
            self.dismiss()

    @on(TileField.Pressed)
    def _take_press(self, event: TileField.Pressed) -> None:
        if event.press == "everywhere.back":
            event.stop()
            self.dismiss()
