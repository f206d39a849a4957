"""The receipt on the whole screen: a code for the desk's scanner at the right, the same in words at the left.

Of a code that is cut nobody reads anything: where it does not fit there are only the words, which say so.
"""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Click, Key
from textual.screen import Screen

from fieldapp.keymap import is_of_the_app
from fieldapp.panel import Kit
from fieldapp.presentation.syncing import receipt_lines
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.qr import QrCode
from sync.journal import StoredReceipt
from sync.receipts import receipt_text

LEAST_WORDS_CELLS = 28
"""Width that the words need beside the code."""


class ReceiptScreen(Screen[None]):
    """Shows a receipt; any key or touch closes it."""

    AUTO_FOCUS = ""

    def __init__(self, kit: Kit, receipt: object) -> None:
        super().__init__()
        self._zone = kit.services.zone
        self._receipt = receipt if isinstance(receipt, StoredReceipt) else None

    def compose(self) -> ComposeResult:
        """Lay out words and code."""
        with Horizontal():
            with Vertical(id="receipt-words"):
                yield PlainText(id="receipt-title")
                yield PlainText(id="receipt-code")
                yield PlainText(id="receipt-lines")
                yield PlainText(id="receipt-small")
                yield PlainText(id="receipt-close")
            yield QrCode(id="receipt-qr")

    def on_mount(self) -> None:
        """Draw the code."""
        if self._receipt is not None:
            self.query_one(QrCode).show(receipt_text(self._receipt.signed))
        self.relabel()

    def on_resize(self) -> None:
        """Show the code where there is room for all of it."""
        code = self.query_one(QrCode)
        width, height = self.size
        is_small = height < code.rows or width < code.columns + LEAST_WORDS_CELLS
        self.set_class(is_small, "-small")

    def relabel(self) -> None:
        """Say everything in the language of the moment."""
        if self._receipt is None:
            return
        _code, *lines = receipt_lines(self._receipt, self._zone)
        self.query_one("#receipt-title", PlainText).say(_("Receipt"))
        self.query_one("#receipt-code", PlainText).say(" ".join(self._receipt.code))
        self.query_one("#receipt-lines", PlainText).say("\n\n".join(lines))
        self.query_one("#receipt-small", PlainText).say(_("The code needs a larger screen, or smaller letters"))
        self.query_one("#receipt-close", PlainText).say(_("Any key closes this"))

    @on(Key)
    def _close_by_key(self, event: Key) -> None:
        if not is_of_the_app(event.key):
            event.stop()
            self.dismiss()

    @on(Click)
    def _close_by_touch(self) -> None:
        self.dismiss()
