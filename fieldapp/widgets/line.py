"""The only line of the app to type in: every text cleaned, no blinking cursor.

In a module of its own, for the first paint needs none and the library's is large.
"""

from textual import on
from textual.events import Paste
from textual.widgets import Input

from fieldapp.messages import LineEntered, Said
from fieldapp.text import _
from fieldapp.widgets.plain import TypingLine
from sync.text import clean_line, clean_text


class PlainInput(Input, TypingLine):
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

    @on(Input.Submitted)
    def _pass_on(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(LineEntered(event.value))

    def put(self, text: str) -> None:
        """Show a stored or scanned text, with the cursor behind it."""
        self.value = text
        self.cursor_position = len(self.value)
