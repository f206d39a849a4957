"""How the app is asked for; told apart without the library for arguments, which the first paint would wait for."""

from collections.abc import Sequence


class AppStart:
    """A start of the app.

    Attributes:
        config: the configuration file named on the command line, None for the usual places.
    """

    def __init__(self, config: str | None = None) -> None:
        self.config = config


def app_start(words: Sequence[str]) -> AppStart | None:
    """Return the start that the command line plainly asks for; None when it asks for more, or something is wrong."""
    match list(words):
        case []:
            return AppStart()
        case ["--config", file] if not file.startswith("-"):
            return AppStart(file)
        case _:
            return None
