"""An emulated reader played by lines of text: what is done to it by hand, and what it does by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

from devices.emulator.pty_reader import EmulatedReader

PLUGS = ("unplug", "plug")
"""What every reader understands."""

VERBS = ("tap", "present", "scan", "remove", "garble", "move", "lose_fix", *PLUGS)
"""What a reader may understand, each with the words behind it."""

QUIT = "quit"
"""Ends the play."""


class NotUnderstood(ValueError):
    """A line that this reader cannot do; the message says what it can."""


class Console:
    """Does to one reader what lines say.

    Args:
        moved: told the port's path whenever it is another one.
    """

    def __init__(self, reader: EmulatedReader, moved: Callable[[str], object]) -> None:
        self._reader = reader
        self._moved = moved

    @property
    def verbs(self) -> list[str]:
        """What this reader understands."""
        return [verb for verb in VERBS if hasattr(self._reader, verb)]

    def do(self, line: str) -> bool:
        """Do what a line says and return whether to go on.

        Raises:
            NotUnderstood: it cannot be done; nothing was.
        """
        verb, _space, rest = line.strip().partition(" ")
        if not verb:
            return True
        if verb == QUIT:
            return False
        if verb not in self.verbs:
            raise NotUnderstood(f"{verb!r}: this reader understands {', '.join([*self.verbs, QUIT])}")
        before = self._reader.path
        try:
            getattr(self._reader, verb)(*_arguments(verb, rest.strip()))
        except (TypeError, ValueError) as exc:
            raise NotUnderstood(f"{line.strip()}: {exc}") from exc
        if verb == "plug" and self._reader.path != before:
            self._moved(self._reader.path)
        return True

    def play(self, lines: Iterable[str], complain: Callable[[str], object]) -> bool:
        """Do line after line until one ends the play or there are no more; return whether any came."""
        came = False
        for line in lines:
            came = True
            try:
                if not self.do(line):
                    break
            except NotUnderstood as exc:
                complain(str(exc))
        return came

    def repeat(
        self, values: Sequence[str], every_s: float, ended: threading.Event, complain: Callable[[str], object]
    ) -> None:
        """Tap one value after the other until it is ended, or one cannot be read."""
        for value in cycle(values):
            if ended.wait(every_s):
                return
            try:
                self.do(f"tap {value}")
            except NotUnderstood as exc:
                complain(str(exc))
                return


def _arguments(verb: str, rest: str) -> list[object]:
    if verb in {"scan", "tap"}:
        return [rest]
    if verb == "move":
        return [float(word) for word in rest.replace(",", " ").split()]
    return list(rest.split())
