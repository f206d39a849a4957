"""Whether a terminal shows what is typed."""

import termios
from contextlib import suppress
from typing import Any

_FLAGS = 3
"""Place of the local flags in what `termios` gives."""


class Echo:
    """Switches a terminal's echo, and gives it back as it was; the terminal edits the line by itself.

    No line-editing library stands between: it would write escape sequences, and could not wait for tags as well.
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._found = termios.tcgetattr(terminal)

    def show(self, is_shown: bool) -> None:
        """Show what is typed from now on, or not; what was typed already stays."""
        settings = self._found[:]
        if not is_shown:
            settings[_FLAGS] &= ~termios.ECHO
        self._set(settings)

    def close(self) -> None:
        """Give the terminal back as it was found."""
        self._set(self._found)

    def _set(self, settings: list[Any]) -> None:
        with suppress(termios.error):
            # The terminal may be gone.
            termios.tcsetattr(self._terminal, termios.TCSANOW, settings)
