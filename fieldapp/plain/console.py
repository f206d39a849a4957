"""Lines out, one prompt at a time; nothing that moves a cursor, colours a word or draws a box."""

import re
import unicodedata
from typing import TextIO

from fieldapp.plain.echo import Echo
from fieldapp.text import _
from sync.text import clean_line

MAX_LINE_CHARS = 1000
"""Longest line said; longer ones end in an ellipsis."""

_GAPS = re.compile(" {2,}| · ")
"""What stands between two words of a row on the screen; read aloud it is a comma."""

_GOING_ON = re.compile(r" (…|\.\.)|…$")
"""What says on the screen that something goes on; nobody reads it aloud."""


class ConsoleGone(Exception):
    """Nobody reads any more: the pipe is closed, or the terminal is gone."""


class Console:
    """Where the lines go.

    Args:
        echo: the terminal that lines are typed on, None when they come from a pipe or a file: then each is written
            down as it is taken, so that the conversation can be read afterwards.
        is_shared: whether what is typed and what is said are seen in one place.
    """

    def __init__(self, out: TextIO, echo: Echo | None = None, *, is_shared: bool = False) -> None:
        self._out = out
        self._echo = echo
        self._is_shared = is_shared
        self._is_secret = False
        self.is_asking = False
        """Whether the last thing said is a prompt that waits for its line."""

    @property
    def is_typed_on(self) -> bool:
        """Return whether somebody types, instead of a script."""
        return self._echo is not None

    def say(self, text: str) -> None:
        """Say one or more lines; an open prompt is left behind."""
        if self.is_asking:
            self._close()
        for line in text.split("\n"):
            if words := spoken(line):
                self._write(f"{words}\n")

    def ask(self, prompt: str, *, is_secret: bool = False) -> None:
        """Say a prompt and stay on its line; what is typed for a secret one is not shown."""
        self._is_secret = is_secret
        if self._echo is not None:
            self._echo.show(not is_secret)
        self._write(f"{spoken(prompt)} ")
        self.is_asking = True

    def answered(self, text: str) -> None:
        """Take a line for the open prompt."""
        if self._echo is None and not self._is_secret:
            self._write(clean_line(text, max_chars=MAX_LINE_CHARS))
        if self._is_shared and not self._is_secret:
            # The terminal has ended the line itself.
            self.is_asking = False
        else:
            self._close()

    def close(self) -> None:
        """Give the terminal back as it was found."""
        if self._echo is not None:
            self._echo.close()

    def _close(self) -> None:
        self.is_asking = False
        self._write("\n")

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError) as exc:
            raise ConsoleGone(str(exc)) from exc


def spoken(text: str) -> str:
    """Return a text on one line, safe, and as it is read aloud: without signs that only an eye needs."""
    said = ""
    for part in _GAPS.split(_GOING_ON.sub("", text)):
        words = part.strip()
        # After a sign like a full stop, of whatever width, no comma follows.
        is_ended = not said or unicodedata.category(said[-1]) == "Po"
        comma = _(", ")
        said = f"{said}{' ' if is_ended or not words else comma}{words}".strip()
    return clean_line(said, max_chars=MAX_LINE_CHARS)
