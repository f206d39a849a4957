"""Programs outside the app with two states, such as an on-screen keyboard that comes and goes, or larger letters.

A configured command is run with one more word for the state that is wanted. Nobody waits for it, and what goes wrong is
in the log: it is asked for again at the next change.
"""

import logging
import threading
from collections.abc import Sequence

from fieldapp.programs import trouble_of

LONGEST_S = 5.0
"""When a command that still runs is ended."""

log = logging.getLogger(__name__)


class SwitchedProgram:
    """Has a program switch something on and off; it counts as off at first.

    Args:
        name: what it is, for the log.
        command: program and arguments, run without a shell.
        words: what the command is told for on and for off.
    """

    def __init__(self, name: str, command: Sequence[str], words: tuple[str, str]) -> None:
        self._name = name
        self._command = tuple(command)
        self._words = words
        self._lock = threading.Lock()
        self._is_on = self._is_wanted = self._is_calling = False

    def want(self, is_wanted: bool) -> None:
        """Have it switched; returns at once, and of several wishes the last one counts."""
        with self._lock:
            self._is_wanted = is_wanted
            if self._is_calling or self._is_on == is_wanted:
                return
            self._is_calling = True
        threading.Thread(target=self._call, name=self._name, daemon=True).start()

    def _call(self) -> None:
        on, off = self._words
        while True:
            with self._lock:
                is_wanted = self._is_wanted
                if is_wanted == self._is_on:
                    self._is_calling = False
                    return
            if trouble := trouble_of([*self._command, on if is_wanted else off], LONGEST_S):
                log.warning("%s_not_called reason=%.80s", self._name, trouble)
            with self._lock:
                self._is_on = is_wanted


def on_screen_keyboard(command: Sequence[str]) -> SwitchedProgram | None:
    """Return the keyboard that a command shows and hides, None without a command."""
    return SwitchedProgram("keyboard", command, ("show", "hide")) if command else None


def larger_letters(command: Sequence[str]) -> SwitchedProgram | None:
    """Return the terminal's letters that a command makes large and usual again, None without a command."""
    return SwitchedProgram("letters", command, ("large", "usual")) if command else None
