"""The only text widgets of the app: markup off, every text cleaned, no blinking cursor.

Text from plates, notes and the network would otherwise reach the terminal as commands, or end the app as bad markup.
"""

from textual.content import Content
from textual.events import Paste
from textual.widgets import Input, Static

from fieldapp.messages import Said
from fieldapp.text import _
from fieldapp.widgets.cells import CERTAIN
from sync.text import clean_line, clean_text


def plain_content(text: str, style: str = "") -> Content:
    """Return the text cleaned, in one style of theme tokens, never read as markup."""
    return Content.styled(clean_text(text).translate(CERTAIN), style)


class PlainText(Static):
    """Text that stays text."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(plain_content(text), id=id, classes=classes, markup=False)
        self._pieces: tuple[tuple[str, str], ...] = ((text, ""),)

    def say(self, text: str, *, style: str = "") -> None:
        """Show another text."""
        self.say_pieces((text, style))

    def say_pieces(self, *pieces: tuple[str, str]) -> None:
        """Show several (text, style) pieces in a row; the same ones again cost nothing."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.update(Content.assemble(*(plain_content(text, style) for text, style in pieces)))

    @property
    def text(self) -> str:
        """Return what is shown, without styles."""
        return str(self.content)


class PlainInput(Input):
    """A line to type in, with a steady cursor."""

    def __init__(
        self,
        *,
        placeholder: str = "",
        max_length: int = 200,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(
            placeholder=clean_line(placeholder),
            max_length=max_length,
            select_on_focus=False,
            id=id,
            classes=classes,
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Return what is kept of a typed or pasted text: one line without commands to the terminal."""
        return clean_text(value, max_lines=1)

    def on_paste(self, event: Paste) -> None:
        """Take a pasted text as one line, as far as it fits, and say so when it does not."""
        event.prevent_default()
        event.stop()
        text = " ".join(clean_text(event.text).split())
        room = max((self.max_length or len(text)) - len(self.value), 0)
        self.insert_text_at_cursor(text[:room])
        if len(text) > room:
            words = _("The line holds {count} characters").format(count=self.max_length)
            self.post_message(Said(_("Text was cut"), words, "warn"))

    def put(self, text: str) -> None:
        """Show a stored or scanned text, with the cursor behind it."""
        self.value = text
        self.cursor_position = len(self.value)
