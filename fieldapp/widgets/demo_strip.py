"""The strip of the demo: what a person, a plate, a badge or bad luck would do, as keys at the very foot."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from fieldapp.messages import DemoActions
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Option, TileField
from fieldapp.widgets.tile_grid import TileGrid


class DemoStrip(Vertical):
    """One hint and a row of keys."""

    class Asked(Message):
        """A key of the strip was pressed by touch."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, demo: DemoActions, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._demo = demo

    def compose(self) -> ComposeResult:
        """Lay out hint and keys."""
        yield PlainText(id="demo-hint")
        yield TileGrid(len(self._demo.actions()), gap=1, id="demo-keys")

    def on_mount(self) -> None:
        """Say it."""
        self.relabel()

    def relabel(self) -> None:
        """Say everything anew: after a change of language or of the network."""
        self.query_one("#demo-hint", PlainText).say(self._demo.hint())
        keys = [Option(action.id, Face(action.key.upper(), action.label)) for action in self._demo.actions()]
        self.query_one(TileGrid).show(keys)

    @on(TileField.Pressed)
    def _pass_on(self, event: TileField.Pressed) -> None:
        event.stop()
        self.post_message(self.Asked(event.press))
