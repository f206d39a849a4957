"""Six digits by keys or by touch; they are never shown, only counted."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.message import Message

from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face, Tile

PIN_DIGITS = 6
"""Digits of a PIN; the sixth one hands it over, without a further key."""

BOXES_ROWS = 2
KEY_ROWS = 4
"""Rows of boxes with the empty one below, and rows of keys."""

_ERASE = "erase"
_LAYOUT = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", _ERASE)


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
        self._erase_label = ""

    def compose(self) -> ComposeResult:
        """Lay out the boxes and the keys as on a telephone."""
        yield PlainText(id="pin-boxes")
        with Grid(id="pin-keys"):
            for key in _LAYOUT:
                yield Tile(_face(key), press=key, classes="-pin" if key else "-gap")

    def on_mount(self) -> None:
        """Show empty boxes."""
        self._paint()

    def on_resize(self) -> None:
        """Give all keys the same height."""
        keys = self.query_one("#pin-keys")
        keys.styles.grid_rows = str(max((self.size.height - BOXES_ROWS - KEY_ROWS + 1) // KEY_ROWS, 1))

    def press(self, key: str) -> bool:
        """Take a digit, or ``erase``; return whether it was one of them."""
        if key == _ERASE:
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

    @property
    def is_empty(self) -> bool:
        """Return whether no digit was entered yet."""
        return not self._digits

    @on(Tile.Pressed)
    def _take_touched(self, event: Tile.Pressed) -> None:
        event.stop()
        self.press(event.tile.press)

    def _paint(self) -> None:
        boxes = ["[*]" if place < len(self._digits) else "[ ]" for place in range(PIN_DIGITS)]
        self.query_one("#pin-boxes", PlainText).say("  ".join(boxes))


def _face(key: str) -> Face:
    return Face(label="<-" if key == _ERASE else key)
