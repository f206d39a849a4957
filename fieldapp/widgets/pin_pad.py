"""Six digits by keys or by touch; they are never shown, only counted."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Option, TileField
from fieldapp.widgets.tile_grid import TileGrid

PIN_DIGITS = 6
"""Digits of a PIN; the sixth one hands it over, without a further key."""

_ERASE = "erase"
_LAYOUT = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", _ERASE)
_CLEAR = "*"


class PinPad(Vertical):
    """Collects a PIN."""

    class Entered(Message):
        """All digits are there; the pad is already empty again."""

        def __init__(self, pin: str) -> None:
            super().__init__()
            self.pin = pin

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._digits = ""

    def compose(self) -> ComposeResult:
        """Lay out the boxes and the keys as on a telephone."""
        yield PlainText(id="pin-boxes")
        yield TileGrid(3, id="pin-keys")

    def on_mount(self) -> None:
        """Show the keys and empty boxes."""
        keys = self.query_one(TileGrid)
        keys.each_counts = keys.keeps_columns = True
        keys.show([Option(key, _face(key)) for key in _LAYOUT])
        self._paint()

    def press(self, key: str) -> bool:
        """Take a digit, or ``erase``; return whether it was one of them."""
        if key == _CLEAR:
            self._digits = ""
        elif key == _ERASE:
            self._digits = self._digits[:-1]
        elif len(key) == 1 and key in "0123456789":
            self._digits += key
        else:
            return False
        pin = self._digits
        if len(pin) >= PIN_DIGITS:
            self._digits = ""
            self.post_message(self.Entered(pin[:PIN_DIGITS]))
        self._paint()
        return True

    def clear(self) -> None:
        """Forget what was entered."""
        self._digits = ""
        self._paint()

    @on(TileField.Pressed)
    def _take_touched(self, event: TileField.Pressed) -> None:
        event.stop()
        self.press(event.press)

    def _paint(self) -> None:
        boxes = ["[*]" if place < len(self._digits) else "[ ]" for place in range(PIN_DIGITS)]
        self.query_one("#pin-boxes", PlainText).say("  ".join(boxes))


def _face(key: str) -> Face:
    return Face(label={_ERASE: "<-", _CLEAR: "X"}.get(key, key))
