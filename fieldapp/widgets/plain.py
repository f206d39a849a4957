"""Text as the app shows it: markup off, every text cleaned.

Text from plates, notes and the network would otherwise reach the terminal as commands, or end the app as bad markup.
"""

from textual.content import Content
from textual.widgets import Static

from fieldapp.widgets.cells import CERTAIN
from sync.text import clean_text


def plain_content(text: str, style: str = "") -> Content:
    """Return the text cleaned, in one style of theme tokens, never read as markup."""
    return Content.styled(clean_text(text).translate(CERTAIN), style)


class TypingLine:
    """Marks a widget in which somebody types: keys that are text are its own."""


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
