"""The strip of the demo: what a person, a plate, a badge or bad luck would do, as keys at the very foot."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from fieldapp.messages import DemoAction, DemoActions
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Tile


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
        yield PlainText(self._demo.hint(), id="demo-hint")
        with Horizontal(id="demo-keys"):
            for action in self._demo.actions():
                yield Tile(_face(action), press=action.id, classes="-demo")

    def relabel(self) -> None:
        """Say everything anew: after a change of language or of the network."""
        self.query_one("#demo-hint", PlainText).say(self._demo.hint())
        for tile, action in zip(self.query(Tile), self._demo.actions(), strict=False):
            tile.show(_face(action), press=action.id)

    @on(Tile.Pressed)
    def _pass_on(self, event: Tile.Pressed) -> None:
        event.stop()
        self.post_message(self.Asked(event.tile.press))


def _face(action: DemoAction) -> Face:
    return Face(action.key.upper(), action.label)
