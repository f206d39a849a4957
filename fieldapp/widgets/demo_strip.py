"""The strip of the demo: what a person, a plate, a badge or bad luck would do, as keys at the very foot."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Tile


class DemoStrip(Vertical):
    """One hint and a row of keys."""

    class Asked(Message):
        """A key of the strip was pressed by touch."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, actions: Sequence[tuple[str, str, str]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._actions = actions

    def compose(self) -> ComposeResult:
        """Lay out hint and keys."""
        yield PlainText(id="demo-hint")
        with Horizontal(id="demo-keys"):
            for action, label, key in self._actions:
                yield Tile(_face(key, label), press=action, classes="-demo")

    def hint(self, text: str) -> None:
        """Say what to try next."""
        self.query_one("#demo-hint", PlainText).say(text)

    def relabel(self, actions: Sequence[tuple[str, str, str]]) -> None:
        """Show other labels, as after a change of language or of the network."""
        self._actions = actions
        for tile, (action, label, key) in zip(self.query(Tile), actions, strict=False):
            tile.show(_face(key, label), press=action)

    @on(Tile.Pressed)
    def _pass_on(self, event: Tile.Pressed) -> None:
        event.stop()
        self.post_message(self.Asked(event.tile.press))


def _face(key: str, label: str) -> Face:
    return Face(key.upper(), label)
