"""How the app is asked for; told apart without the library for arguments, which the first paint would wait for."""

from collections.abc import Sequence

PLAIN = "--plain"
"""Asks for the app line by line."""


class AppStart:
    """A start of the app.

    Attributes:
        config: the configuration file named on the command line, None for the usual places.
        is_plain: line by line, without a screen.
    """

    def __init__(self, config: str | None = None, *, is_plain: bool = False) -> None:
        self.config = config
        self.is_plain = is_plain


def app_start(words: Sequence[str]) -> AppStart | None:
    """Return the start that the command line plainly asks for; None when it asks for more, or something is wrong."""
    others = [word for word in words if word != PLAIN]
    is_plain = len(others) == len(words) - 1
    if len(others) < len(words) - 1:
        return None
    match others:
        case []:
            return AppStart(is_plain=is_plain)
        case ["--config", file] if not file.startswith("-"):
            return AppStart(file, is_plain=is_plain)
        case _:
            return None
